#include "solver_cuda/probes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

constexpr double half_width = 2;  // cells

bool has_branch(const Geometry& g, int branch) {
  if (!g.shape)
    return std::ranges::any_of(g.centerlines.branches, [&](const Branch& b) { return b.id == branch; });
  return branch == 0 && (g.shape->kind == ShapeKind::pipe || g.shape->kind == ShapeKind::tapered_pipe);
}

}  // namespace

Probes::Probes(const Setup& setup, const std::vector<ProbeConfig>& wanted) : setup_(setup) {
  if (wanted.empty()) return;
  const Geometry& g = setup.wall.geometry();
  const Stations stations = make_stations(g);
  std::vector<std::string> faults;
  for (const ProbeConfig& p : wanted) {
    if (!has_branch(g, p.branch)) {
      faults.push_back(fmt::format("output.probes: '{}' lies on branch {}, which the geometry has not.",
                                   p.name, p.branch));
      continue;
    }
    const double radius_m = stations.at(p.branch, p.abscissa_m).of(stations.radius_m);
    probes_.push_back(
        {p, std::numbers::pi * radius_m * radius_m, tangent(g, p.branch, p.abscissa_m), {}, {}});
  }
  const std::vector<Node> nodes = candidates(setup.lattice);
  std::vector<CenterlineCoordinates> places(nodes.size());
  parallel_for(nodes.size(), 256, [&](std::size_t k) {
    places[k] = setup.wall.motion().coordinates(setup.lattice.tiles.position(nodes[k]));
  });
  for (Probe& p : probes_)
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      const CenterlineCoordinates& s = places[k];
      const double away = std::abs(s.of[0].abscissa_m - p.config.abscissa_m) / setup.scales.dx_m;
      if (s.count == 0 || s.of[0].branch != p.config.branch || away >= half_width) continue;
      p.nodes.push_back(nodes[k]), p.weights.push_back((1 - away / half_width) / half_width);
    }
  for (const Probe& p : probes_)
    if (p.nodes.empty())
      faults.push_back(
          fmt::format("output.probes: no fluid lies near '{}' at abscissa = {:.4g} mm of branch {}; the "
                      "branch ends before.",
                      p.config.name, 1e3 * p.config.abscissa_m, p.config.branch));
  if (!faults.empty()) throw InputError(faults);
}

void Probes::sample(Series& to, const Snapshot& now) const {
  if (probes_.empty()) return;
  const MotionInstant instant = setup_.wall.motion().at(now.time_s, now.areas);
  const MacroFields& f = *now.fields;
  to.time_s.push_back(now.time_s);
  for (const Probe& p : probes_) {
    double weight = 0, drho = 0, flow = 0;
    for (std::size_t k = 0; k < p.nodes.size(); ++k) {
      const Node n = p.nodes[k];
      if (!setup_.lattice.nodes.fluid(n)) continue;
      weight += p.weights[k], drho += p.weights[k] * f.drho[n];
      flow += p.weights[k] * dot(p.along, {f.vx[n], f.vy[n], f.vz[n]});
    }
    if (!setup_.wall.motion().imaged()) {  // whose sections are not known
      const double ratio = setup_.wall.motion().area_ratio(p.config.branch, p.config.abscissa_m, instant);
      to.columns["area_" + p.config.name + "_m2"].push_back(ratio * p.area_m2);
    }
    to.columns["flow_" + p.config.name + "_m3_s"].push_back(flow * setup_.scales.dx_m * setup_.scales.dx_m);
    to.columns["pressure_" + p.config.name + "_Pa"].push_back(
        now.reference_pa + (weight > 0 ? cs2 * drho / weight * setup_.scales.pressure_pa() : 0));
  }
}

}  // namespace soleus
