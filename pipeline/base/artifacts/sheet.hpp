// Thin sheets in the fluid: the form that a case gives one, and its mesh.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"
#include "pipeline/base/fields.hpp"

namespace soleus {

enum class SheetKind { rectangle, disc, sphere, tube };
/// Which nodes of a sheet keep their place: none, those at its border, or those in a box.
enum class SheetHeld { none, border, box };

/// Of a tube: it starts as R (1 + height exp(-((x - at) / length)^2)), x along its axis from its centre.
struct SheetBulge {
  double height = 0, at_m = 0, length_m = 0;
};
void describe(Fields& f, SheetBulge& c);

/// Centred at `center_m`; lengths in metres.
///   rectangle   sides `size_m` x, y along `along` and across it
///   disc        of `radius_m`
///   sphere      of `radius_m`, closed
///   tube        of `radius_m` about `along`, as long as `size_m` x, open at its ends
/// `normal` is that of a rectangle or disc.
struct SheetForm {
  SheetKind kind = SheetKind::rectangle;
  Vec3 center_m{}, normal{0, 0, 1}, along{1, 0, 0};
  Vec3 size_m{};
  double radius_m = 0, edge_length_m = 0;
  Vec3 stretch{1, 1, 1};  // of x, y, z about the centre, from the rest to the start
  double swing_rad = 0;   // turned from the rest to the start, about the line across `along` where it begins
  SheetBulge bulge;
  SheetHeld held = SheetHeld::none;
  std::optional<Vec3> held_min_m, held_max_m;
  bool clamped = false;  // held edges keep their direction too
};
void describe(Fields& f, SheetForm& c);

struct Sheet {
  std::string name;
  Surface rest{};
  std::vector<Vec3> start_m{};  // [points of rest] where it lies at the start
  std::vector<int> held{};      // points
  bool clamped = false;         // edges of its border between held points keep their direction
  std::vector<Vec3> fibre{};    // [triangles] unit vector along the fibres; empty: some direction
  // Of a cusp: its valve, which says what it is made of, and its thickness.
  std::string valve{};
  double thickness_m = 0;
};

/// In the folder of the mesh.
inline std::string sheet_file(const std::string& name) {
  return "sheet-" + name + ".vtp";
}

/// Throws InputError with a sentence.
Sheet make_sheet(const std::string& name, const SheetForm& form);

}  // namespace soleus
