#include "solver_cuda/geometry/tube_law.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

constexpr std::array<std::string_view, 3> vein_names{"femoral", "deep", "superficial"};
constexpr std::array<std::string_view, 2> form_names{"measured", "power"};

/// K of a^2 - a^-3/2 [Pa]: femoral vein at mid-thigh, deep vein of the leg, great saphenous vein of the leg.
constexpr std::array<double, 3> measured_stiffness_pa{1220, 2590, 3230};

constexpr double collapse_exponent = 1.5;

}  // namespace

void describe(Fields& f, TubeLawConfig& c) {
  f.choice({"vein",
            "Whose measured stiffness is taken: femoral (1220 Pa), deep (of the leg, 2590 Pa) or superficial "
            "(great saphenous, 3230 Pa)."},
           c.vein, vein_names);
  f.choice({"form",
            "measured: stiffness (a^2 - a^-1.5) above the unstressed area, collapse_stiffness (1 - a^-1.5) "
            "below; power: stiffness (a^exponent - a^-1.5), the usual form, whose exponent of 10 is too "
            "stiff for leg veins."},
           c.form, form_names);
  f.quantity({"stiffness", "Instead of that of the vein; of form power it keeps its slope at a = 1."},
             c.stiffness_pa, Dimension::pressure, {.above = 0});
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
}

/// The stiffness is that of exponent 2; another exponent keeps dp/da = 3.5 K at the unstressed area.
TubeLaw::TubeLaw(const TubeLawConfig& c)
    : form(c.form), collapse_pa(c.collapse_stiffness_pa), exponent(c.exponent), tethering_pa(c.tethering_pa) {
  const double K = c.stiffness_pa.value_or(measured_stiffness_pa[static_cast<std::size_t>(c.vein)]);
  const bool measured = form == TubeLawForm::measured;
  if (measured) exponent = 2;
  distension_pa = K * (2 + collapse_exponent) / (exponent + collapse_exponent);
  if (!measured) collapse_pa = 0;
  viscosity_pa_s = c.viscous_time_s * K * (2 + collapse_exponent);
  tension_n = K * c.tension_length_m * c.tension_length_m;
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
