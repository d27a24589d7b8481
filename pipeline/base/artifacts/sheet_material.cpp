#include "pipeline/base/artifacts/sheet_material.hpp"

#include <array>

#include "pipeline/base/fields.hpp"

namespace soleus {
namespace {
constexpr std::array<std::string_view, 3> membrane_laws{"st_venant_kirchhoff", "neo_hookean", "fung"};
}

void describe_elasticity(Fields& f, SheetMaterial& c) {
  f.choice({"law",
            "Elasticity in its plane: st_venant_kirchhoff, neo_hookean (volume kept) or fung (exponential, "
            "stiffer along its fibres)."},
           c.law, membrane_laws);
  f.quantity({"young", "Young's modulus at small strains; of fung the factor of its energy."}, c.young_pa,
             Dimension::pressure, {.min = 0});
  f.number({"poisson", "Poisson's ratio of st_venant_kirchhoff; the others keep their volume."}, c.poisson,
           {.min = 0, .max = 0.5});
  f.number({"fung_along", "Exponent of stretch along the fibres."}, c.fung.along, {.min = 0});
  f.number({"fung_across", "Exponent of stretch across the fibres."}, c.fung.across, {.min = 0});
  f.number({"fung_both", "Exponent of both together."}, c.fung.both);
  f.number({"fung_shear", "Exponent of shear."}, c.fung.shear, {.min = 0});
  f.quantity({"density", "Its density; at least that of the fluid."}, c.density_kg_m3, Dimension::density,
             {.min = 0});
  f.quantity({"bending", "Modulus that resists bending, E / (1 - poisson^2); 0 Pa: none."}, c.bending_pa,
             Dimension::pressure, {.min = 0});
}

void describe(Fields& f, SheetMaterial& c) {
  f.quantity({"thickness", "Its thickness, much less than a cell."}, c.thickness_m, Dimension::length,
             {.above = 0});
  describe_elasticity(f, c);
}

void describe(Fields& f, CuspMaterial& c) {
  describe_elasticity(f, c.elastic);
}

}  // namespace soleus
