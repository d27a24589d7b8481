#include "solver_cuda/geometry/tube_law.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>

#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

constexpr std::array<std::string_view, 4> vein_names{"femoral", "deep", "superficial", "muscular"};
constexpr std::array<std::string_view, 2> form_names{"measured", "power"};

/// K (a^exponent - a^-3/2): femoral vein at mid-thigh, deep vein of the leg, great saphenous vein of the leg,
/// and the sinuses in the soleus and gastrocnemius with all that drains into them.
struct Measured {
  double stiffness_pa, exponent;
};
constexpr std::array<Measured, 4> measured_veins{{{1550, 1.6}, {2590, 2}, {3230, 2}, {320, 2}}};

constexpr double collapse_exponent = 1.5;

}  // namespace

void describe(Fields& f, TubeLawConfig& c) {
  f.choice({"vein",
            "Whose measured stiffness is taken: femoral (1550 Pa), deep (of the leg, 2590 Pa), superficial "
            "(great saphenous, 3230 Pa) or muscular (sinuses of the calf's muscles, 320 Pa)."},
           c.vein, vein_names);
  f.choice(
      {"form",
       "measured: stiffness (a^2 - a^-1.5) above the unstressed area (femoral a^1.6), collapse_stiffness "
       "(1 - a^-1.5) below; power: with a^exponent, the usual form, whose exponent of 10 is too stiff for "
       "leg veins; it keeps the slope at a = 1."},
      c.form, form_names);
  f.quantity({"stiffness", "Instead of that of the vein."}, c.stiffness_pa, Dimension::pressure,
             {.above = 0});
  f.quantity({"collapse_stiffness", "Form measured: of the collapsing vein, 0.2 to 0.7 kPa."},
             c.collapse_stiffness_pa, Dimension::pressure, {.above = 0});
  f.number({"exponent", "Form power."}, c.exponent, {.max = 30, .above = 0});
  f.quantity({"tethering",
              "Pressure that the tissue around the vein gives back per radial strain; 1 to 10 kPa where the "
              "law was measured without it."},
             c.tethering_pa, Dimension::pressure, {.min = 0});
  f.quantity({"viscous_time", "Viscosity of the wall over its stiffness (Kelvin-Voigt)."}, c.viscous_time_s,
             Dimension::time, {.min = 0});
  f.quantity({"tension_length",
              "Length over which the wall's longitudinal tension evens out its area, sqrt(tension / "
              "stiffness)."},
             c.tension_length_m, Dimension::length, {.min = 0});
  f.quantity({"imaged_at", "Transmural pressure under which the geometry was imaged."}, c.imaged_at_pa,
             Dimension::pressure);
  f.number({"area_ratio_max", "Largest area over the imaged one for which the lattice has room."},
           c.area_ratio_max, {.min = 1, .max = 10});
  f.list({"branches", "Branches that are another kind of vein."}, c.branches);
  std::set<int> named;
  for (const BranchLawConfig& b : c.branches)
    if (!named.insert(b.branch).second)
      f.fault("branches", fmt::format("branch {} is given twice; give each branch once.", b.branch));
}

void describe(Fields& f, BranchLawConfig& c) {
  f.integer({"branch", "Branch id in centerlines.vtp.", true}, c.branch, {.min = 0});
  f.choice({"vein", "Whose measured stiffness is taken."}, c.vein, vein_names);
  f.quantity({"stiffness", "Instead of that of the vein."}, c.stiffness_pa, Dimension::pressure,
             {.above = 0});
}

TubeLaw::TubeLaw(const TubeLawConfig& c)
    : form(c.form), collapse_pa(c.collapse_stiffness_pa), exponent(c.exponent), tethering_pa(c.tethering_pa) {
  const Measured& vein = measured_veins[static_cast<std::size_t>(c.vein)];
  const double K = c.stiffness_pa.value_or(vein.stiffness_pa),
               slope = K * (vein.exponent + collapse_exponent);
  const bool measured = form == TubeLawForm::measured;
  if (measured) exponent = vein.exponent;
  distension_pa = slope / (exponent + collapse_exponent);
  if (!measured) collapse_pa = 0;
  viscosity_pa_s = c.viscous_time_s * slope;
  tension_n = K * c.tension_length_m * c.tension_length_m;
}

TubeLaw law_of(const TubeLawConfig& c, int branch) {
  TubeLawConfig of = c;
  for (const BranchLawConfig& b : c.branches)
    if (b.branch == branch) of.vein = b.vein, of.stiffness_pa = b.stiffness_pa;
  return TubeLaw(of);
}

double TubeLaw::pressure(double a) const {
  const double tissue = tethering_pa * (std::sqrt(a) - 1), collapsed = std::pow(a, -collapse_exponent);
  if (form == TubeLawForm::measured && a < 1) return collapse_pa * (1 - collapsed) + tissue;
  return distension_pa * (std::pow(a, exponent) - collapsed) + tissue;
}

double TubeLaw::stiffness(double a) const {
  const double tissue = 0.5 * tethering_pa / std::sqrt(a),
               collapsed = collapse_exponent * std::pow(a, -collapse_exponent - 1);
  if (form == TubeLawForm::measured && a < 1) return collapse_pa * collapsed + tissue;
  return distension_pa * (exponent * std::pow(a, exponent - 1) + collapsed) + tissue;
}

/// By bisection in log a: the law rises monotonically.
double TubeLaw::area_ratio(double pressure_pa) const {
  double low = std::log(1e-4), high = std::log(100.0);
  if (!(pressure(std::exp(low)) < pressure_pa && pressure_pa < pressure(std::exp(high))))
    throw NumericalError(
        fmt::format("the tube law has no area at a transmural pressure of {:.4g} kPa.", 1e-3 * pressure_pa));
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    (pressure(std::exp(middle)) < pressure_pa ? low : high) = middle;
  }
  return std::exp(0.5 * (low + high));
}

}  // namespace soleus
