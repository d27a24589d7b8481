// A healthy adult of 1.75 m. Total capacities and resistances of calf and thigh are those of a lumped set
// that was tuned by hand until air plethysmography and foot vein pressure came out as published; split here
// between veins by their calibre and length, and tuned again (docs/limb.md says which numbers are measured,
// which are calibrated). REFERENCES: Heldt et al., J. Appl. Physiol. 92, 1239 (2002), closed loop; Levick &
// Michel, Cardiovasc. Res. 87, 198 (2010), filtration; Stick, Grau & Witzleb, Pfluegers Arch. 414 (1989),
// filtration standing and sitting.
#include "solver_cuda/limb/adult_leg.hpp"

#include <cmath>
#include <numbers>

#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

constexpr double height_m = 1.75, calf_m3 = 2.2e-3;  // of the person that the numbers below belong to

/// One row: volumes [mL], ps [mmHg], distance below the right atrium along trunk, thigh and shank [m], parts
/// of the pressures of Press {posterior, anterior, abdomen, thorax, sleeve}.
struct VeinRow {
  Vein vein;
  double v0_ml, dv_ml, ps_mmhg;
  PerPart below_m;
  std::array<double, press_count> share;
};

constexpr PerPart at_calf{0.38, 0.42, 0.12}, at_foot{0.38, 0.42, 0.35}, at_knee{0.38, 0.42, 0},
    at_thigh{0.38, 0.22, 0}, at_pelvis{0.25, 0, 0}, at_heart{0, 0, 0};

constexpr std::array<VeinRow, 10> veins{{
    {Vein::soleus, 8, 36, 32, at_calf, {1.0, 0, 0, 0, 1}},
    {Vein::gastrocnemius, 4, 16, 32, at_calf, {0.8, 0, 0, 0, 1}},
    {Vein::posterior_tibial, 5, 24, 32, at_calf, {1.0, 0, 0, 0, 1}},
    {Vein::anterior_tibial, 1.5, 6, 32, at_calf, {0, 1.0, 0, 0, 1}},
    {Vein::superficial_calf, 5, 24, 32, at_calf, {0.05, 0, 0, 0, 1}},
    {Vein::foot, 3, 14, 32, at_foot, {0, 0, 0, 0, 0}},
    {Vein::popliteal, 4, 8, 35, at_knee, {0, 0, 0, 0, 0}},
    {Vein::femoral, 20, 44, 35, at_thigh, {0, 0, 0, 0, 0}},
    {Vein::great_saphenous, 6, 8, 35, at_thigh, {0, 0, 0, 0, 0}},
    {Vein::iliac, 40, 60, 30, at_pelvis, {0, 0, 1, 0, 0}},
}};

constexpr std::array<Vein, 4> deep{Vein::soleus, Vein::gastrocnemius, Vein::posterior_tibial,
                                   Vein::anterior_tibial};

/// One row: resistance [mmHg s/mL], valve's open area [mm2] (0: no valve), lumen for velocities [mm2].
struct PathRow {
  Path path;
  Vein from, to;
  double r, valve_mm2, lumen_mm2;
};
constexpr std::array<PathRow, 13> paths{{
    {Path::soleal_outlet, Vein::soleus, Vein::posterior_tibial, 0.45, 40, 60},
    {Path::gastrocnemius, Vein::gastrocnemius, Vein::popliteal, 1.8, 20, 30},
    {Path::posterior_tibial, Vein::posterior_tibial, Vein::popliteal, 0.65, 40, 60},
    {Path::anterior_tibial, Vein::anterior_tibial, Vein::popliteal, 4, 10, 14},
    {Path::popliteal, Vein::popliteal, Vein::femoral, 0.35, 40, 63.6},
    {Path::femoral, Vein::femoral, Vein::iliac, 0.05, 50, 80},
    {Path::plantar, Vein::foot, Vein::posterior_tibial, 5, 10, 14},
    {Path::dorsal_foot, Vein::foot, Vein::superficial_calf, 1.5, 8, 14},
    {Path::soleal_perforators, Vein::superficial_calf, Vein::soleus, 8, 12, 20},
    {Path::perforators, Vein::superficial_calf, Vein::posterior_tibial, 8, 13, 20},
    {Path::small_saphenous, Vein::superficial_calf, Vein::popliteal, 4, 6, 10},
    {Path::great_saphenous, Vein::superficial_calf, Vein::great_saphenous, 1.0, 8, 16},
    {Path::saphenofemoral, Vein::great_saphenous, Vein::femoral, 0.5, 12, 28},
}};
constexpr double iliac_r = 0.10, iliac_lumen_mm2 = 110;

struct Scale {
  double volume, length;  // of this person over that of the tables
};

std::string text(std::string_view name) {
  return std::string(name);
}

void add_body(Network& n, const LimbConfig& c) {
  Compartment arteries{.name = "arteries", .wall = Wall::linear};
  arteries.unstressed_m3 = 500 * ml, arteries.compliance_m3_pa = 1.5 * ml / mmhg;
  arteries.rest_pa = c.arterial_pressure_pa;
  Compartment body{.name = "body_veins", .wall = Wall::linear};
  body.unstressed_m3 = 2500 * ml, body.compliance_m3_pa = 100 * ml / mmhg;
  body.rest_pa = c.filling_pressure_pa + 2 * mmhg, body.share = {0, 0, 0.3, 0, 0};
  Compartment atrium{.name = "right_atrium", .wall = Wall::linear};
  atrium.unstressed_m3 = 300 * ml, atrium.compliance_m3_pa = 20 * ml / mmhg;
  atrium.rest_pa = c.filling_pressure_pa, atrium.share = {0, 0, 0, 1, 0};
  n.compartments = {arteries, body, atrium};
}

/// Pressure of the stocking so far down the shank.
double stocking_pa(const LimbConfig& c, const PerPart& below_m) {
  const double down = below_m[std::size_t(Part::shank)] / at_foot[std::size_t(Part::shank)];
  if (!c.stocking || down <= 0) return 0;
  return c.stocking->knee_pa + down * (c.stocking->ankle_pa - c.stocking->knee_pa);
}

bool is_gone(const LimbConfig& c, Vein v) {
  if (c.amputation == Amputation::none) return false;
  return v == Vein::soleus || v == Vein::posterior_tibial || v == Vein::anterior_tibial || v == Vein::foot ||
         v == Vein::superficial_calf;
}

Compartment make(const LimbConfig& c, const VeinRow& row, const Scale& scale) {
  constexpr double stump = 0.3;  // what is left of gastrocnemius
  Compartment v{.name = text(vein_names[std::size_t(row.vein)])};
  double size = scale.volume;
  v.law.stiffness_pa = row.ps_mmhg * mmhg;
  if (c.amputation != Amputation::none && row.vein == Vein::gastrocnemius) size *= stump;
  for (const VeinConfig& edit : c.veins)
    if (edit.name == row.vein) size *= edit.capacity, v.law.stiffness_pa *= edit.stiffness;
  v.law.unstressed_m3 = row.v0_ml * ml * size;
  v.law.capacity_m3 = row.dv_ml * ml * size;
  v.rest_pa = c.filling_pressure_pa + mmhg;
  v.below_heart_m = row.below_m;
  for (double& m : v.below_heart_m) m *= scale.length;
  v.share = row.share;
  v.outside_pa = stocking_pa(c, row.below_m);
  if (c.stocking && (row.vein == Vein::superficial_calf || row.vein == Vein::foot))
    v.share[std::size_t(Press::posterior_calf)] += c.stocking->muscle_share;
  v.in_plethysmograph = row.vein <= Vein::superficial_calf;
  return v;
}

void add_veins(Network& n, const LimbConfig& c, const Scale& scale) {
  for (const VeinRow& row : veins)
    if (!is_gone(c, row.vein)) n.compartments.push_back(make(c, row, scale));
}

std::size_t place(const Network& n, Vein v) {
  return compartment(n, text(vein_names[std::size_t(v)]));
}

void add_paths(Network& n, const LimbConfig& c, const Scale& scale) {
  constexpr double mm2 = 1e-6;
  for (const PathRow& row : paths) {
    if (is_gone(c, row.from) || is_gone(c, row.to)) continue;
    Connection p{.name = text(path_names[std::size_t(row.path)]),
                 .from = place(n, row.from),
                 .to = place(n, row.to),
                 .flow = Flow::valve};
    p.resistance_pa_s_m3 = row.r * mmhg_s_ml / scale.volume;
    p.valve.open_area_m2 = row.valve_mm2 * mm2 * scale.volume;
    p.lumen_m2 = row.lumen_mm2 * mm2 * scale.volume;
    p.apart = row.path == Path::perforators || row.path == Path::soleal_perforators;
    p.waterfall = true;
    for (const PathConfig& edit : c.paths)
      if (edit.name == row.path) {
        p.resistance_pa_s_m3 *= edit.resistance;
        p.valve.open_area_m2 *= edit.valve_area;
        p.valve.leak = edit.leak;
      }
    n.connections.push_back(p);
  }
  Connection iliac{.name = "iliac", .from = place(n, Vein::iliac), .to = compartment(n, "right_atrium")};
  iliac.resistance_pa_s_m3 = iliac_r * mmhg_s_ml;
  for (const PathConfig& edit : c.paths)
    if (edit.name == Path::iliac) iliac.resistance_pa_s_m3 *= edit.resistance;
  iliac.waterfall = true, iliac.lumen_m2 = iliac_lumen_mm2 * mm2;
  n.connections.push_back(iliac);
}

void add_collateral(Network& n, const CollateralConfig& c) {
  Connection p{.name = c.name, .from = place(n, c.from), .to = place(n, c.to)};
  const double d4 = std::pow(c.diameter_m, 4);
  p.resistance_pa_s_m3 = 128 * blood_viscosity_pa_s * c.length_m / (std::numbers::pi * d4 * c.count);
  p.lumen_m2 = std::numbers::pi / 4 * c.diameter_m * c.diameter_m * c.count;
  p.apart = true;
  n.connections.push_back(p);
}

void add_collaterals(Network& n, const LimbConfig& c) {
  if (c.amputation != Amputation::none)  // perforators of the knee and thigh
    add_collateral(n, {"stump", Vein::popliteal, Vein::great_saphenous, 3e-3, 0.1, 2});
  for (const CollateralConfig& collateral : c.collaterals)
    if (!is_gone(c, collateral.from) && !is_gone(c, collateral.to)) add_collateral(n, collateral);
}

/// What feeds a vein, [mmHg s/mL], and how far it follows the muscles' work.
struct Feed {
  Vein vein;
  double r, hyperaemia;
};

void add_microvessels(Network& n, const LimbConfig& c, const Scale& scale) {
  const std::size_t arteries = compartment(n, "arteries");
  // Muscles share 200 mmHg s/mL in proportion to their veins, skin and foot 350; the thigh takes 2.5 mL/s.
  constexpr double muscles = 200, skin = 700, thigh = 36, muscle_ml = 82;
  std::vector<Feed> feeds;
  for (const VeinRow& row : veins)
    if (row.vein <= Vein::anterior_tibial) feeds.push_back({row.vein, muscles * muscle_ml / row.dv_ml, 1});
  feeds.push_back({Vein::superficial_calf, skin, 0});
  feeds.push_back({Vein::foot, skin, 0});
  feeds.push_back({Vein::femoral, thigh, 0.75});
  for (const Feed& feed : feeds)
    if (!is_gone(c, feed.vein))
      n.connections.push_back({.name = "arterioles_of_" + text(vein_names[std::size_t(feed.vein)]),
                               .from = arteries,
                               .to = place(n, feed.vein),
                               .flow = Flow::microvessel,
                               .resistance_pa_s_m3 = feed.r * mmhg_s_ml / scale.volume,
                               .hyperaemia = feed.hyperaemia});
}

/// The tissue around capillaries of calf or foot. A litre of leg filters 0.03 mL/min for each mmHg (Stick:
/// 0.17 % a minute standing).
void add_tissue(Network& n, const LimbConfig& c, Vein vein, double tissue_m3) {
  if (is_gone(c, vein)) return;
  constexpr double filtered_per_pa = 0.03 / 60 / 1000 / mmhg;  // m3/s of a m3 of tissue
  Compartment tissue{.name = vein == Vein::foot ? "foot_tissue" : "calf_tissue", .wall = Wall::linear};
  tissue.unstressed_m3 = 0.12 * tissue_m3, tissue.compliance_m3_pa = 0.005 / mmhg * tissue_m3;
  n.compartments.push_back(tissue);
  const std::size_t from = place(n, vein), to = n.compartments.size() - 1;
  n.connections.push_back({.name = "filtration_of_" + text(vein_names[std::size_t(vein)]),
                           .from = from,
                           .to = to,
                           .flow = Flow::filtration,
                           .resistance_pa_s_m3 = 1 / (filtered_per_pa * tissue_m3),
                           .oncotic_pa = 28 * mmhg,
                           .arteries = compartment(n, "arteries")});
  n.connections.push_back({.name = "lymph_of_" + text(vein_names[std::size_t(vein)]),
                           .from = to,
                           .to = compartment(n, "right_atrium"),
                           .flow = Flow::lymph,
                           .resistance_pa_s_m3 = 3 / (filtered_per_pa * tissue_m3)});
}

void add_heart(Network& n, const LimbConfig& c) {
  const std::size_t arteries = compartment(n, "arteries"), body = compartment(n, "body_veins"),
                    atrium = compartment(n, "right_atrium");
  constexpr double rest = 1.06, veins_r = 0.025;  // 80 mL/s at rest, and 2 mmHg on the way back
  n.connections.push_back({.name = "heart",
                           .from = atrium,
                           .to = arteries,
                           .flow = Flow::heart,
                           .kept_pa = c.arterial_pressure_pa});
  n.connections.push_back(
      {.name = "arterioles_of_body", .from = arteries, .to = body, .resistance_pa_s_m3 = rest * mmhg_s_ml});
  n.connections.push_back(
      {.name = "body_veins", .from = body, .to = atrium, .resistance_pa_s_m3 = veins_r * mmhg_s_ml});
}

}  // namespace

double calf_volume_m3(const LimbConfig& c) {
  constexpr double woman = 0.9;
  return c.calf_volume_m3.value_or(calf_m3 * std::pow(c.height_m / height_m, 3) *
                                   (c.sex == Sex::female ? woman : 1));
}

Network adult_leg(const LimbConfig& c) {
  const Scale scale{calf_volume_m3(c) / calf_m3, c.height_m / height_m};
  Network n;
  add_body(n, c);
  add_veins(n, c, scale);
  add_heart(n, c);
  add_microvessels(n, c, scale);
  add_paths(n, c, scale);
  add_collaterals(n, c);
  add_tissue(n, c, Vein::superficial_calf, calf_volume_m3(c));
  add_tissue(n, c, Vein::foot, 0.4 * calf_volume_m3(c));
  return n;
}

std::span<const Vein> deep_calf() {
  return deep;
}

Bundle posterior_tibial_bundle(const LimbConfig& c) {
  return {4, 0.28 * c.height_m / height_m};  // pairs of posterior tibial and peroneal veins
}

}  // namespace soleus::limb
