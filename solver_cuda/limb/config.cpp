#include "solver_cuda/limb/config.hpp"

#include <fmt/format.h>

#include <set>

namespace soleus::limb {
namespace {

constexpr std::array<std::string_view, 2> sex_names{"male", "female"};
constexpr std::array<std::string_view, 2> amputation_names{"none", "below_knee"};

template <class Item>
void require_own_names(Fields& f, std::string_view key, const std::vector<Item>& items,
                       std::span<const std::string_view> names) {
  std::set<int> seen;
  for (const Item& item : items)
    if (!seen.insert(int(item.name)).second)
      f.fault(key, fmt::format("two {} are named '{}'; put what they say into one.", key,
                               names[std::size_t(item.name)]));
}

void describe_person(Fields& f, LimbConfig& c) {
  f.quantity({"height", "Of the body; heights of the veins and lengths go with it."}, c.height_m,
             Dimension::length, {.min = 1.0, .max = 2.3});
  f.choice({"sex", "Decides the calf's volume where it is not given: that of a woman is 0.9 of a man's."},
           c.sex, sex_names);
  f.quantity(
      {"calf_volume",
       "Of the lower leg between ankle and knee. Veins' capacities and flows go with it; left out: 2.2 L "
       "at 1.75 m, with the cube of the height."},
      c.calf_volume_m3, Dimension::volume, {.min = 0.5e-3, .max = 8e-3});
  f.quantity(
      {"muscle_pressure",
       "In the calf's muscles on tiptoe and walking. Measured in soleus: 181 mmHg walking, with a wide "
       "spread between people (Ballard et al. 1998)."},
      c.muscle_pressure_pa, Dimension::pressure, {.min = 0, .max = 80e3});
  f.quantity({"arterial_pressure", "Mean, at the height of the heart."}, c.arterial_pressure_pa,
             Dimension::pressure, {.min = 4e3, .max = 30e3});
  f.quantity({"filling_pressure", "Of the right atrium, lying; that of standing follows."},
             c.filling_pressure_pa, Dimension::pressure, {.min = -500, .max = 4000});
  f.number(
      {"hyperaemia",
       "Blood flow of the calf's muscles on tiptoe, times that at rest; walking it is 1.25 times as much."},
      c.hyperaemia, {.min = 1, .max = 20});
  f.quantity({"breath", "Swing of the pressure in the chest with each breath, every 4 s; 0 mmHg: none."},
             c.breath_pa, Dimension::pressure, {.min = 0, .max = 4000});
  f.choice({"amputation",
            "below_knee: foot and calf are missing but for the upper third of gastrocnemius; the stump's "
            "blood reaches the great saphenous vein by collaterals."},
           c.amputation, amputation_names);
}

}  // namespace

void describe(Fields& f, VeinConfig& c) {
  f.choice(
      {"name", "Which veins; posterior_tibial: with the peroneal veins, foot: dorsal and plantar.", true},
      c.name, vein_names);
  f.number({"capacity", "Factor on their volume: dilated above 1, stripped or scarred below."}, c.capacity,
           {.min = 0.02, .max = 10});
  f.number({"stiffness", "Factor on the pressure that fills them."}, c.stiffness, {.min = 0.1, .max = 10});
}

void describe(Fields& f, PathConfig& c) {
  f.choice({"name",
            "Which way of the blood; perforators: from superficial veins to the posterior tibial veins, "
            "soleal_perforators: to soleus.",
            true},
           c.name, path_names);
  f.number({"resistance", "Factor on the resistance: obstructed above 1."}, c.resistance,
           {.min = 0.01, .max = 1e6});
  f.number({"valve_area", "Factor on the valve's open area."}, c.valve_area, {.min = 0.05, .max = 10});
  f.number({"leak",
            "Area that a closed valve leaves, over the open one: 0.001 competent, 0.03 mild, 0.1 moderate, "
            "0.3 severe reflux, 1 no valve."},
           c.leak, {.min = 0, .max = 1});
  if (c.name == Path::iliac && (c.leak != competent_leak || c.valve_area != 1))
    f.fault("name", "the iliac path has no valve; give leak and valve_area to another, for example femoral.");
}

void describe(Fields& f, CollateralConfig& c) {
  f.text({"name", "In the results.", true}, c.name);
  f.choice({"from", "Veins that it drains."}, c.from, vein_names);
  f.choice({"to", "Veins that it leads to."}, c.to, vein_names);
  f.quantity({"diameter", "Of the lumen of each; Poiseuille's law gives the resistance."}, c.diameter_m,
             Dimension::length, {.max = 0.02, .above = 0});
  f.quantity({"length", "Of each."}, c.length_m, Dimension::length, {.max = 2, .above = 0});
  f.integer({"count", "How many, side by side."}, c.count, {.min = 1, .max = 100});
  if (c.from == c.to) f.fault("to", "a collateral leads from one vein to another; give two different ones.");
}

void describe(Fields& f, StockingConfig& c) {
  f.quantity({"ankle", "Pressure at ankle and foot.", true}, c.ankle_pa, Dimension::pressure,
             {.min = 0, .max = 20e3});
  f.quantity({"knee", "Pressure at the knee; linear between the two.", true}, c.knee_pa, Dimension::pressure,
             {.min = 0, .max = 20e3});
  f.number({"muscle_share",
            "Part of the muscles' pressure that a stocking which does not stretch makes superficial veins "
            "feel: 0 elastic, 0.3 to 0.6 inelastic."},
           c.muscle_share, {.min = 0, .max = 1});
}

void describe(Fields& f, LimbConfig& c) {
  describe_person(f, c);
  f.list({"veins", "Veins that differ from those of a healthy leg."}, c.veins);
  f.list({"paths", "Valves and resistances that differ from those of a healthy leg."}, c.paths);
  f.list({"collaterals", "Further vessels."}, c.collaterals);
  f.section({"stocking", "A compression stocking up to the knee."}, c.stocking);
  f.list(
      {"protocol",
       "What is done, one phase after the other; left out: the examination of a vascular laboratory (leg "
       "raised for 60 s, standing 240 s, once on tiptoe, standing 120 s, ten times on tiptoe, standing 240 "
       "s). Before the first phase the limb is given 120 s in its posture."},
      c.protocol);
  f.quantity({"interval", "Between the rows of limb.csv."}, c.interval_s, Dimension::time,
             {.min = 0.01, .max = 60});
  require_own_names(f, "veins", c.veins, vein_names);
  require_own_names(f, "paths", c.paths, path_names);
  std::set<std::string> names(path_names.begin(), path_names.end());
  for (const CollateralConfig& collateral : c.collaterals)
    if (!collateral.name.empty() && !names.insert(collateral.name).second)
      f.fault("collaterals", fmt::format("two ways of the blood are named '{}'; give each collateral its own "
                                         "name.",
                                         collateral.name));
}

std::vector<PhaseConfig> protocol(const LimbConfig& c) {
  if (!c.protocol.empty()) return c.protocol;
  return {
      {.kind = PhaseKind::leg_raised, .duration_s = 60}, {.kind = PhaseKind::standing, .duration_s = 240},
      {.kind = PhaseKind::tiptoe, .count = 1},           {.kind = PhaseKind::standing, .duration_s = 120},
      {.kind = PhaseKind::tiptoe, .count = 10},          {.kind = PhaseKind::standing, .duration_s = 240}};
}

Schedule schedule(const LimbConfig& c) {
  constexpr double walk_over_tiptoe = 1.25;
  return make_schedule(protocol(c), {.calf_pa = c.muscle_pressure_pa,
                                     .hyperaemia_tiptoe = c.hyperaemia,
                                     .hyperaemia_walk = walk_over_tiptoe * c.hyperaemia,
                                     .breath_pa = c.breath_pa});
}

}  // namespace soleus::limb
