#include "meshing/valve_config.hpp"

#include <array>
#include <numbers>

namespace soleus {
namespace {

constexpr std::array<std::string_view, 3> cusp_names{"both", "first", "second"};
constexpr std::array<std::string_view, 7> condition_names{"competent", "prolapsed", "torn",  "shortened",
                                                          "thickened", "dilated",   "absent"};
constexpr std::array<std::string_view, 6> repair_names{
    "none", "internal_valvuloplasty", "external_valvuloplasty", "banding", "neovalve", "transplant"};
constexpr std::array<std::string_view, 2> downstream_names{"to_root", "from_root"};
constexpr double degree = std::numbers::pi / 180;

}  // namespace

void describe(Fields& f, SinusProportions& p) {
  f.number({"diameter", "Largest diameter, in vein diameters; usually 1.2 to 1.5."}, p.diameter,
           {.min = 1, .max = 1.6});
  f.number({"length", "Length from the station on, in vein diameters; usually 1.2 to 2."}, p.length,
           {.min = 0.5, .max = 3});
  f.flag({"in_lumen",
          "The lumen has the bulge already: diameter and length say how large it is, the wall is not "
          "widened."},
         p.in_lumen);
}

void describe(Fields& f, LeafletProportions& p) {
  f.integer({"cusps", "2, or 1: a monocusp, which closes against the opposite wall."}, p.cusps,
            {.min = 1, .max = 2});
  f.number({"height", "From the lowest attachment to the commissures, in vein diameters; usually 1 to 1.6."},
           p.height, {.min = 0.5, .max = 2.5});
  f.number({"free_edge",
            "Length of a free edge over the distance of its commissures; usually 1.2 to 1.5. Of a monocusp "
            "in vein "
            "diameters, at least 1.7."},
           p.free_edge, {.min = 1, .max = 2.5});
  f.number(
      {"coaptation", "Height over which closed cusps lie together, in vein diameters; usually 0.2 to 0.5."},
      p.coaptation, {.min = 0.05, .max = 1});
  f.quantity({"thickness", "Of a cusp; usually 25 to 100 um."}, p.thickness_m, Dimension::length,
             {.min = 10e-6, .max = 1e-3});
  f.quantity({"commissural_angle", "Between the attachments of the cusps where they meet."},
             p.commissural_angle_rad, Dimension::angle, {.min = 10 * degree, .max = 90 * degree});
}

void describe(Fields& f, AggerProportions& p) {
  f.number({"thickness", "The cusp is so many times as thick where it is attached; 1: no agger."},
           p.thickness, {.min = 1, .max = 10});
  f.quantity(
      {"width", "Distance from the attachment over which this fades to nothing; at least a lattice cell."},
      p.width_m, Dimension::length, {.min = 0, .max = 5e-3});
  if (p.thickness > 1 && !(p.width_m > 0))
    f.fault("width", "an agger that is thicker than its cusp needs a width above zero, such as '1 mm'.");
}

void describe(Fields& f, ConditionConfig& c) {
  f.choice({"kind", "competent, prolapsed, torn, shortened, thickened, dilated or absent."}, c.kind,
           condition_names);
  f.choice({"cusp", "Which cusp is prolapsed, torn, shortened or thickened: both, first or second."}, c.cusp,
           cusp_names);
  f.number({"free_edge", "Prolapsed: the free edge is so many times as long."}, c.free_edge,
           {.min = 1, .max = 2});
  f.quantity({"angle", "Torn: angle over which the first commissure has come off the wall."}, c.angle_rad,
             Dimension::angle, {.max = 80 * degree, .above = 0});
  f.number(
      {"shortening", "Shortened: part of the cusp's length that is missing in the middle of its free edge."},
      c.shortening, {.min = 0, .max = 0.8});
  f.number({"thickening", "Thickened: the cusp is so many times as thick."}, c.thickening,
           {.min = 1, .max = 20});
  f.number({"annulus", "Dilated: the vein at the valve is so many times as wide."}, c.annulus,
           {.min = 1, .max = 1.6});
  f.quantity({"widening", "Dilated: least distance that the cusps' ends have parted; usually 1 to 3 mm."},
             c.widening_m, Dimension::length, {.min = 0});
}

void describe(Fields& f, RepairConfig& c) {
  f.choice({"kind", "none, internal_valvuloplasty, external_valvuloplasty, banding, neovalve or transplant."},
           c.kind, repair_names);
  f.number({"reefing", "Internal valvuloplasty: part of the free edge that is taken in."}, c.reefing,
           {.min = 0, .max = 0.5});
  f.number({"angle", "External valvuloplasty: factor on the commissural angle."}, c.angle,
           {.min = 0.5, .max = 1});
  f.number({"diameter", "Banding, transplant: factor on the vein's diameter."}, c.diameter,
           {.min = 0.5, .max = 1});
  f.number({"length", "Banding: length of the sleeve, in vein diameters."}, c.length, {.min = 0, .max = 4});
  f.integer({"cusps", "Neovalve: 1 or 2."}, c.cusps, {.min = 1, .max = 2});
  f.quantity({"thickness", "Neovalve: thickness of the cusps that are cut from the wall."}, c.thickness_m,
             Dimension::length, {.min = 10e-6, .max = 1e-3});
}

void describe(Fields& f, ValveConfig& c) {
  f.text({"name", "Name of the valve in messages and results.", true}, c.name);
  f.vector({"near", "The valve's station is the point of a centreline nearest to this (LPS)."}, c.near_m,
           Dimension::length);
  f.integer({"branch", "Without near: branch id in centerlines.vtp."}, c.branch, {.min = 0});
  f.quantity({"abscissa", "Without near: abscissa of the station, where the cusps are attached lowest."},
             c.abscissa_m, Dimension::length);
  f.choice(
      {"downstream", "to_root: blood flows home towards abscissa 0, as in a leg; from_root: away from it."},
      c.downstream, downstream_names);
  f.quantity(
      {"commissures",
       "Direction of the first commissure from the centreline, from the patient's left (the back, where "
       "the vein runs from side to side) by the right hand along the flow. Default: along the longest "
       "diameter of the vein."},
      c.commissures_rad, Dimension::angle);
  f.quantity({"dx",
              "Lattice spacing that the cusps are made for, one cell apart when closed; left out: solver.dx. "
              "At least that."},
             c.dx_m, Dimension::length, {.above = 0});
  f.section({"sinus", "The bulge of the wall behind the cusps."}, c.sinus);
  f.section({"leaflet", "The cusps when healthy."}, c.leaflet);
  f.section({"agger", "The ridge of fibres along their attachments; without it none."}, c.agger);
  f.section({"material", "What the cusps are made of."}, c.material);
  f.section({"condition", "Disease of the valve."}, c.condition);
  f.section({"repair", "Operation on it."}, c.repair);
}

namespace {

ValveShape with_condition(const ValveShape& v, const ConditionConfig& c) {
  switch (c.kind) {
    case ValveCondition::competent:
      return v;
    case ValveCondition::prolapsed:
      return prolapsed(v, c.free_edge, c.cusp);
    case ValveCondition::torn:
      return torn(v, c.angle_rad, c.cusp);
    case ValveCondition::shortened:
      return shortened(v, c.shortening, c.cusp);
    case ValveCondition::thickened:
      return thickened(v, c.thickening, c.cusp);
    case ValveCondition::dilated:
      return dilated(v, c.annulus, c.widening_m);
    case ValveCondition::absent:
      return absent(v);
  }
  return v;
}

ValveShape with_repair(const ValveShape& v, const RepairConfig& c) {
  switch (c.kind) {
    case ValveRepair::none:
      return v;
    case ValveRepair::internal_valvuloplasty:
      return internal_valvuloplasty(v, c.reefing);
    case ValveRepair::external_valvuloplasty:
      return external_valvuloplasty(v, c.angle);
    case ValveRepair::banding:
      return banding(v, c.diameter, c.length * v.diameter_m);
    case ValveRepair::neovalve:
      return neovalve(v, c.cusps, c.thickness_m);
    case ValveRepair::transplant:
      return transplant(v, c.diameter);
  }
  return v;
}

}  // namespace

ValveShape valve_shape(const ValveConfig& c, const VeinSize& vein) {
  return with_repair(
      with_condition(healthy_valve(vein, c.dx_m.value(), {c.sinus, c.leaflet, c.agger}), c.condition),
      c.repair);
}

}  // namespace soleus
