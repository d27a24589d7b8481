// The tube law: transmural pressure that holds a vein's cross-section at an area.
// REFERENCES: area over pressure of leg veins in standing men, Vasa 35, 59 (2006),
// doi 10.1024/0301-1526.35.2.59 (K(a^m - a^-3/2) is our fit, within 5 % of its linear relation up to 67
// mmHg); Christopoulos et al., J. Vasc. Surg. 5, 148 (1987), the volume of a calf's veins, of which the
// muscular ones are our estimate (20 mL empty, a fivefold volume at 67 mmHg); Shapiro, J. Biomech. Eng. 99,
// 126 (1977), the similarity exponent 3/2 of the collapsed tube; Mueller & Toro, Int. J. Numer. Meth. Biomed.
// Eng. 30, 681 (2014), exponent 10.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/base/fields.hpp"

namespace soleus {

enum class VeinClass { femoral, deep, superficial, muscular };
enum class TubeLawForm { measured, power };

struct BranchLawConfig {
  int branch = 0;
  VeinClass vein = VeinClass::superficial;
  std::optional<double> stiffness_pa;
};
void describe(Fields& f, BranchLawConfig& c);

struct TubeLawConfig {
  VeinClass vein = VeinClass::deep;
  TubeLawForm form = TubeLawForm::measured;
  std::optional<double> stiffness_pa;  // else that of the class
  double collapse_stiffness_pa = 400;  // form measured, below the unstressed area
  double exponent = 10;                // form power
  double tethering_pa = 0;             // of the tissue around, per radial strain
  double viscous_time_s = 0.016;       // Kelvin-Voigt: viscosity over dp/da at the unstressed area
  double tension_length_m = 0;         // sqrt(longitudinal tension [N] / stiffness)
  double imaged_at_pa = 0;             // transmural pressure of the geometry
  double area_ratio_max = 2;           // of the geometry's area, for which the lattice has room
  std::vector<BranchLawConfig> branches{};
};
void describe(Fields& f, TubeLawConfig& c);

/// `a` is the area over the unstressed one; pressures and stiffnesses in Pa.
struct TubeLaw {
  TubeLawForm form;
  double distension_pa, collapse_pa, exponent, tethering_pa;
  double viscosity_pa_s;  // pressure per rate of a
  double tension_n;       // pressure per second derivative of a along the vein

  /// Of the branches that the configuration does not name apart.
  explicit TubeLaw(const TubeLawConfig& c);
  double pressure(double a) const;
  double stiffness(double a) const;  // dp/da
  /// The area ratio that a transmural pressure holds; throws NumericalError where there is none below 100.
  double area_ratio(double pressure_pa) const;
};

TubeLaw law_of(const TubeLawConfig& c, int branch);

}  // namespace soleus
