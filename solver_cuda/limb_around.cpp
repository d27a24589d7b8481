#include "solver_cuda/limb_around.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/config.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/working_point.hpp"

namespace soleus {
namespace {

constexpr double exchange_s = 5e-4;

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

/// Flow out of a compartment through the vessels that the segment replaces, over time [m3/s].
std::vector<double> into_segment(const limb::Network& n, const limb::Series& s,
                                 std::span<const limb::Junction> at, std::size_t compartment) {
  std::vector<double> all(s.time_s.size(), 0.0);
  for (std::size_t i = 0; i < n.connections.size(); ++i) {
    const limb::Connection& path = n.connections[i];
    if (!limb::is_replaced(path, at) || (path.from != compartment && path.to != compartment)) continue;
    const double way = path.from == compartment ? 1 : -1;
    for (std::size_t k = 0; k < all.size(); ++k) all[k] += way * s.flow_m3_s[i][k];
  }
  return all;
}

}  // namespace

void require_limb(const FlowCase& c) {
  if (!joined(c).empty()) junctions(c, limb::adult_leg(*c.limb));
}

std::optional<LimbAround> LimbAround::of(const FlowCase& c, const std::vector<Cap>& caps, double dt_s) {
  const std::vector<const OpeningConfig*> openings = joined(c);
  if (openings.empty()) return {};
  const limb::Network whole = limb::adult_leg(*c.limb);
  LimbAround around;
  around.limb_ = std::make_unique<limb::Coupling>(whole, limb::schedule(*c.limb), junctions(c, whole));
  for (const Cap& cap : caps) {
    const auto found =
        std::ranges::find(openings, cap.condition.name, [](const OpeningConfig* o) { return o->name; });
    around.junction_.push_back(found == openings.end() ? -1 : int(found - openings.begin()));
  }
  around.entered_before_m3_.assign(caps.size(), 0.0);
  around.pressures_pa_ = around.limb_->pressures_pa();
  around.interval_ = 2 * std::max<std::int64_t>(1, std::llround(0.5 * exchange_s / dt_s));
  return around;
}

void LimbAround::exchange(double time_s, const std::vector<double>& entered_m3) {
  std::vector<double> taken(pressures_pa_.size(), 0.0);
  for (std::size_t cap = 0; cap < junction_.size(); ++cap)
    if (joins(cap)) taken[std::size_t(junction_[cap])] += entered_m3[cap] - entered_before_m3_[cap];
  limb_->advance(time_s, taken);
  entered_before_m3_ = entered_m3;
  pressures_pa_ = limb_->pressures_pa();
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
