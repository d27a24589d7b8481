// The list `valves` of the geometry section: where a valve is, how healthy it was, its disease and its
// repair.
#pragma once

#include <numbers>
#include <optional>
#include <string>

#include "meshing/valve_shape.hpp"
#include "pipeline/base/artifacts/sheet_material.hpp"
#include "pipeline/base/fields.hpp"

namespace soleus {

void describe(Fields& f, SinusProportions& p);
void describe(Fields& f, LeafletProportions& p);
void describe(Fields& f, AggerProportions& p);

enum class ValveCondition { competent, prolapsed, torn, shortened, thickened, dilated, absent };
/// Each condition uses its own keys; see the edits in valve_shape.hpp.
struct ConditionConfig {
  ValveCondition kind = ValveCondition::competent;
  CuspChoice cusp = CuspChoice::both;
  double free_edge = 1.25;                         // prolapsed: factor on its length
  double angle_rad = 40 * std::numbers::pi / 180;  // torn
  double shortening = 0.3;                         // shortened
  double thickening = 4;                           // thickened: factor
  double annulus = 1.15;                           // dilated: factor on the diameter; 1.15-1.3
  double widening_m = 2e-3;                        // dilated: 1-3 mm between the cusps' ends
};
void describe(Fields& f, ConditionConfig& c);

enum class ValveRepair {
  none,
  internal_valvuloplasty,
  external_valvuloplasty,
  banding,
  neovalve,
  transplant
};
struct RepairConfig {
  ValveRepair kind = ValveRepair::none;
  double reefing = 0.2;         // internal_valvuloplasty: part of the free edge
  double angle = 0.8;           // external_valvuloplasty: factor on the commissural angle
  double diameter = 0.87;       // banding, transplant: factor on the vein's
  double length = 1.7;          // banding, in vein diameters
  int cusps = 1;                // neovalve
  double thickness_m = 0.3e-3;  // neovalve
};
void describe(Fields& f, RepairConfig& c);

/// Which way along the branch the blood goes home.
enum class Downstream { to_root, from_root };

struct ValveConfig {
  std::string name;
  std::optional<Vec3> near_m;  // the station is the nearest point of a centreline; else
  int branch = 0;              // it is on this branch
  double abscissa_m = 0;       // at this abscissa
  Downstream downstream = Downstream::to_root;
  std::optional<double> commissures_rad;  // none: along the long diameter of the vein's section
  std::optional<double> dx_m;             // lattice spacing that the cusps are made for
  SinusProportions sinus;
  LeafletProportions leaflet;
  AggerProportions agger;
  CuspMaterial material;
  ConditionConfig condition;
  RepairConfig repair;
};
void describe(Fields& f, ValveConfig& c);

/// The valve in a vein of this size: healthy, then its condition, then its repair. dx_m has to be known.
ValveShape valve_shape(const ValveConfig& c, const VeinSize& vein);

}  // namespace soleus
