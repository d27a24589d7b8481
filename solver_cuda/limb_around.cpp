#include "solver_cuda/limb_around.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/config.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/working_point.hpp"

namespace soleus {
namespace {

constexpr double exchange_s = 4.9e-4;  // at least: half a millisecond, less rounding

/// Openings that lead to the limb; none where the case has no limb.
std::vector<const OpeningConfig*> joined(const FlowCase& c) {
  std::vector<const OpeningConfig*> all;
  if (!c.limb) return all;
  for (const OpeningConfig& o : c.openings)
    if (!o.vessel.empty()) all.push_back(&o);
  return all;
}

std::vector<limb::Junction> junctions(const FlowCase& c, const limb::Network& n) {
  std::vector<std::string> vessels;
  for (const OpeningConfig* o : joined(c)) vessels.push_back(o->vessel);
  return limb::junctions(n, vessels);
}

/// Pressure of a compartment over time without the column of blood down to it [Pa].
std::vector<double> driving_pa(const limb::Network& n, const limb::Series& s, std::size_t compartment) {
  std::vector<double> all(s.pressure_pa[compartment]);
  for (std::size_t k = 0; k < all.size(); ++k)
    all[k] -= limb::column_pa(n.compartments[compartment], s.sine[k]);
  return all;
}

/// Flow out of a compartment through the vessels that the segment replaces, over time; of each of the
/// openings that lead there [m3/s].
std::vector<double> into_segment(const limb::Network& n, const limb::Series& s,
                                 std::span<const limb::Junction> at, std::size_t compartment) {
  std::vector<double> all(s.time_s.size(), 0.0);
  const auto openings = double(std::ranges::count(at, compartment, &limb::Junction::compartment));
  for (std::size_t i = 0; i < n.connections.size(); ++i) {
    const limb::Connection& path = n.connections[i];
    if (!limb::is_replaced(n, path, at) || (path.from != compartment && path.to != compartment)) continue;
    const double way = (path.from == compartment ? 1 : -1) / openings;
    for (std::size_t k = 0; k < all.size(); ++k) all[k] += way * s.flow_m3_s[i][k];
  }
  return all;
}

}  // namespace

void require_limb(const FlowCase& c) {
  const std::vector<const OpeningConfig*> openings = joined(c);
  if (openings.empty()) return;
  junctions(c, limb::adult_leg(*c.limb));
  const std::string& vessel = openings.front()->vessel;
  const auto leads_elsewhere = [&](const OpeningConfig& o) {
    return o.vessel != vessel && o.kind != OpeningKind::closed;
  };
  if (openings.size() > 1 && std::ranges::none_of(c.openings, leads_elsewhere))
    throw InputError(
        fmt::format("all of them lead to '{}' of the limb, so that nothing drives blood through the lumen; "
                    "lead one to another vessel.",
                    vessel));
}

std::shared_ptr<const LimbOfWall> limb_of_wall(const FlowCase& c, const Geometry& g) {
  const std::vector<const OpeningConfig*> openings = joined(c);
  if (openings.empty()) return {};
  const limb::Network n = limb::adult_leg(*c.limb);
  const std::vector<limb::Junction> at = junctions(c, n);
  LimbOfWall of{limb::schedule(*c.limb)};
  double found = 0;
  for (std::size_t j = 0; j < at.size(); ++j) {
    const auto place = std::ranges::find(g.openings, openings[j]->name, &Opening::name);
    if (place == g.openings.end()) continue;
    const limb::PerPart& below_m = n.compartments[at[j].compartment].below_heart_m;
    for (std::size_t i = 0; i < limb::part_count; ++i) of.below_heart_m[i] += below_m[i];
    of.height_m += place->center_m.z, ++found;
  }
  for (double& m : of.below_heart_m) m /= std::max(1.0, found);
  of.height_m /= std::max(1.0, found);
  return std::make_shared<const LimbOfWall>(std::move(of));
}

std::optional<LimbAround> LimbAround::of(const FlowCase& c, const Wall& wall, const Scales& scales) {
  const std::vector<const OpeningConfig*> openings = joined(c);
  if (openings.empty()) return {};
  const limb::Network whole = limb::adult_leg(*c.limb);
  LimbAround around;
  around.limb_ = std::make_unique<limb::Coupling>(whole, limb::schedule(*c.limb), junctions(c, whole));
  around.columns_ = limb::columns(around.limb_->around());
  for (const Cap& cap : wall.caps()) {
    const auto found =
        std::ranges::find(openings, cap.condition.name, [](const OpeningConfig* o) { return o->name; });
    around.junction_.push_back(found == openings.end() ? -1 : int(found - openings.begin()));
    around.veins_.push_back(vein_end(c.wall, wall, cap));
  }
  around.entered_before_m3_.assign(wall.caps().size(), 0.0);
  around.taken_m3_.assign(openings.size(), 0.0), around.ends_.resize(openings.size());
  around.scales_ = scales;
  around.interval_ = 2 * std::max<std::int64_t>(1, std::llround(std::ceil(exchange_s / (2 * scales.dt_s))));
  return around;
}

/// Of the caps, for the junctions.
void LimbAround::take_since(const std::vector<double>& entered_m3) {
  std::ranges::fill(taken_m3_, 0.0);
  for (std::size_t cap = 0; cap < junction_.size(); ++cap)
    if (joins(cap)) taken_m3_[place(cap)] += entered_m3[cap] - entered_before_m3_[cap];
  entered_before_m3_ = entered_m3;
}

void LimbAround::take(double time_s, const std::vector<double>& entered_m3) {
  take_since(entered_m3);
  limb_->take(time_s, taken_m3_);
}

void LimbAround::find_ends(const StationAreas* areas) {
  for (std::size_t cap = 0; cap < junction_.size(); ++cap)
    if (joins(cap))
      ends_[place(cap)] =
          wave_end(veins_[cap], limb_->junctions()[place(cap)].resistance_pa_s_m3, *scales_, areas);
}

void LimbAround::exchange(double time_s, const std::vector<double>& entered_m3) {
  take_since(entered_m3);
  limb_->advance(time_s, taken_m3_);
}

void LimbAround::sample(Series& to) {
  if (!to.time_s.empty() && to.time_s.back() >= limb_->time_s()) return;
  to.time_s.push_back(limb_->time_s());
  to.columns["blood_volume_m3"].push_back(limb_->volume_m3());
  const std::vector<double> values = limb_->values(columns_);
  for (std::size_t k = 0; k < columns_.size(); ++k) to.columns[columns_[k].name].push_back(values[k]);
}

std::optional<WorkingPoint> working_point(const FlowCase& c) {
  const std::vector<const OpeningConfig*> openings = joined(c);
  if (openings.empty()) return {};
  const limb::Network n = limb::adult_leg(*c.limb);
  const std::vector<limb::Junction> at = junctions(c, n);
  limb::Schedule when = limb::schedule(*c.limb);
  when.end_s = std::min(when.end_s, c.solver.end_time_s);
  const limb::Series s = limb::simulate(n, when, {.sample_s = 5e-3});
  WorkingPoint point;
  std::vector<double> least(s.time_s.size(), 1e30), most(s.time_s.size(), -1e30);  // of all ends
  for (std::size_t j = 0; j < at.size(); ++j) {
    const std::vector<double> p = driving_pa(n, s, at[j].compartment),
                              q = into_segment(n, s, at, at[j].compartment);
    const auto [low, high] = std::ranges::minmax(p);
    point.ends.push_back({openings[j]->name, openings[j]->vessel, low, high,
                          std::max(0.0, std::ranges::max(q)), std::max(0.0, -std::ranges::min(q))});
    for (std::size_t k = 0; k < p.size(); ++k)
      least[k] = std::min(least[k], p[k]), most[k] = std::max(most[k], p[k]);
  }
  for (std::size_t k = 0; k < least.size(); ++k)
    point.largest_difference_pa = std::max(point.largest_difference_pa, most[k] - least[k]);
  return point;
}

}  // namespace soleus
