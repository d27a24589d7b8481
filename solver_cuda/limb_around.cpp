#include "solver_cuda/limb_around.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/config.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/limb/units.hpp"
#include "solver_cuda/working_point.hpp"

namespace soleus {
namespace {

constexpr double exchange_s = 5e-4;

std::vector<const OpeningConfig*> joined(const FlowCase& c) {
  std::vector<const OpeningConfig*> all;
  for (const OpeningConfig& o : c.openings)
    if (!o.vessel.empty()) all.push_back(&o);
  return all;
}

std::vector<limb::Junction> junctions(const FlowCase& c, const limb::Network& n) {
  std::vector<std::string> vessels;
  for (const OpeningConfig* o : joined(c)) vessels.push_back(o->vessel);
  return limb::junctions(n, vessels);
}

}  // namespace

void require_limb(const FlowCase& c) {
  if (!joined(c).empty() && c.limb) junctions(c, limb::adult_leg(*c.limb));
}

std::optional<LimbAround> LimbAround::of(const FlowCase& c, const std::vector<Cap>& caps, double dt_s) {
  const std::vector<const OpeningConfig*> openings = joined(c);
  if (openings.empty() || !c.limb) return {};
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
  if (openings.empty() || !c.limb) return {};
  const limb::Network n = limb::adult_leg(*c.limb);
  const std::vector<limb::Junction> at = junctions(c, n);
  limb::Schedule when = limb::schedule(*c.limb);
  when.end_s = std::min(when.end_s, c.solver.end_time_s);
  const limb::Series s = limb::simulate(n, when, {.sample_s = 5e-3});
  const limb::Network rest = limb::without_segment(n, at);
  WorkingPoint point;
  for (std::size_t j = 0; j < at.size(); ++j)
    point.ends.push_back(
        {.opening = openings[j]->name, .vessel = openings[j]->vessel, .least_pa = 1e30, .most_pa = -1e30});
  for (std::size_t k = 0; k < s.time_s.size(); ++k) {
    double least = 1e30, most = -1e30;
    for (std::size_t j = 0; j < at.size(); ++j) {
      const limb::Compartment& here = n.compartments[at[j].compartment];
      const double p = s.pressure_pa[at[j].compartment][k] -
                       limb::blood_density_kg_m3 * limb::gravity_m_s2 * limb::depth_m(here, s.sine[k]);
      double in = 0;
      for (std::size_t i = 0; i < n.connections.size(); ++i) {
        const limb::Connection& path = n.connections[i];
        if (std::ranges::find(rest.connections, path.name, &limb::Connection::name) != rest.connections.end())
          continue;
        if (path.from == at[j].compartment) in += s.flow_m3_s[i][k];
        if (path.to == at[j].compartment) in -= s.flow_m3_s[i][k];
      }
      WorkingPoint::End& end = point.ends[j];
      end.least_pa = std::min(end.least_pa, p), end.most_pa = std::max(end.most_pa, p);
      end.most_in_m3_s = std::max(end.most_in_m3_s, in), end.most_out_m3_s = std::max(end.most_out_m3_s, -in);
      least = std::min(least, p), most = std::max(most, p);
    }
    point.largest_difference_pa = std::max(point.largest_difference_pa, most - least);
  }
  return point;
}

}  // namespace soleus
