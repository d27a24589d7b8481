#include "solver_cuda/cycle_means.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/geometry/wall_points.hpp"
#include "solver_cuda/physics/rheology.hpp"

namespace soleus {
namespace {

constexpr int instants_per_cycle = 50;
constexpr double slack = 1e-6;  // of the window: times that fall on its ends

/// sqrt(2 S:S) [1/s]
double shear_rate(const StrainRate& s) {
  return std::sqrt(2 * (s[0] * s[0] + s[1] * s[1] + s[2] * s[2]) +
                   4 * (s[3] * s[3] + s[4] * s[4] + s[5] * s[5]));
}

/// visit(node) for each fluid node of an active tile; tiles side by side.
template <class Visit>
void for_fluid(const LumenNodes& nodes, const Visit& visit) {
  parallel_for(nodes.active_tiles.size(), 8, [&](std::size_t k) {
    const Node first = nodes.active_tiles[k] * tile_nodes;
    for (Node n = first; n < first + tile_nodes; ++n)
      if (nodes.fluid(n)) visit(n);
  });
}

}  // namespace

FluidRates fluid_rates(const Snapshot& now, const Setup& setup) {
  const LumenNodes& nodes = setup.lattice.nodes;
  const Rheology<double> fluid = rheology_si(setup.flow_case.fluid);
  const double cell_m3 = std::pow(setup.scales.dx_m, 3);
  std::vector<FluidRates> of_tile(nodes.active_tiles.size());
  parallel_for(of_tile.size(), 8, [&](std::size_t k) {
    const Node first = nodes.active_tiles[k] * tile_nodes;
    for (Node n = first; n < first + tile_nodes; ++n) {
      if (!nodes.fluid(n)) continue;
      const double rate = shear_rate(now.fields->strain[n]);
      if (!std::isfinite(rate)) continue;
      of_tile[k].viscous_loss_w += cell_m3 * viscosity_at(fluid, rate) * rate * rate;
      if (rate < stagnant_below_1_s) of_tile[k].stagnant_m3 += cell_m3;
    }
  });
  FluidRates all;
  for (const FluidRates& t : of_tile)
    all.viscous_loss_w += t.viscous_loss_w, all.stagnant_m3 += t.stagnant_m3;
  return all;
}

CycleMeans::CycleMeans(const Setup& setup, double cycle_s, double sample_s) : setup_(setup) {
  const double end_s = static_cast<double>(setup.steps) * setup.scales.dt_s;
  const double cycles = cycle_s > 0 ? std::floor(end_s / cycle_s + slack) : 0;
  until_s_ = cycles >= 1 ? cycles * cycle_s : end_s;
  from_s_ = cycles >= 1 ? until_s_ - cycle_s : 0;
  every_ = std::max(1, int(std::lround((until_s_ - from_s_) / (instants_per_cycle * sample_s))));
}

bool CycleMeans::due(double time_s) {
  const double margin = slack * (until_s_ - from_s_);
  if (time_s <= from_s_ + margin || time_s > until_s_ + margin) return false;
  return ++samples_ % every_ == 0;
}

void CycleMeans::take(const Snapshot& now, std::vector<float> shear_pa) {
  ++instants_, last_s_ = now.time_s;
  shear_pa_.push_back(std::move(shear_pa));
  if (!setup_.flow_case.output.volume) return;
  const std::size_t nodes = now.fields->vx.size();
  for (std::vector<float>* all : {&wet_, &shear_1_s_, &stagnant_}) all->resize(nodes, 0.0F);
  velocity_m_s_.resize(3 * nodes, 0.0F);
  if (now.scalar) concentration_.resize(nodes, 0.0F);
  for_fluid(setup_.lattice.nodes, [&](Node n) {
    const auto k = std::size_t(n);
    wet_[k] += 1;
    velocity_m_s_[3 * k] += now.fields->vx[k];
    velocity_m_s_[3 * k + 1] += now.fields->vy[k];
    velocity_m_s_[3 * k + 2] += now.fields->vz[k];
    const auto rate = float(shear_rate(now.fields->strain[k]));
    shear_1_s_[k] += rate;
    if (rate < float(stagnant_below_1_s)) stagnant_[k] += 1;
    if (now.scalar) concentration_[k] += now.fields->concentration[k];
  });
}

/// Nodes that were fluid in at least half of the instants.
VolumeFrame CycleMeans::volume_frame() const {
  const Tiles& tiles = setup_.lattice.tiles;
  VolumeFrame v{.time_s = last_s_,
                .origin_m = tiles.origin_m,
                .dx_m = tiles.dx_m,
                .extent = {tiles.dims[0] * tile_edge, tiles.dims[1] * tile_edge, tiles.dims[2] * tile_edge}};
  for (const std::int32_t tile : setup_.lattice.nodes.active_tiles)
    for (auto k = std::size_t(tile) * tile_nodes; k < (std::size_t(tile) + 1) * tile_nodes; ++k) {
      if (2 * wet_[k] < float(instants_)) continue;
      const LatticeIndex l = tiles.index(Node(k));
      v.nodes.push_back({l.i, l.j, l.k});
      for (std::size_t a = 0; a < 3; ++a) v.velocity_m_s.push_back(velocity_m_s_[3 * k + a] / wet_[k]);
      v.shear_rate_1_s.push_back(shear_1_s_[k] / wet_[k]);
      v.stagnant_part.push_back(stagnant_[k] / wet_[k]);
      if (!concentration_.empty()) v.concentration.push_back(concentration_[k] / wet_[k]);
    }
  return v;
}

void CycleMeans::tell(const WallMeansSummary& s, Flow& flow) const {
  const std::pair<const char*, double> told[] = {{"mean_from_s", from_s_},
                                                 {"mean_until_s", until_s_},
                                                 {"mean_instants", double(instants_)},
                                                 {"tawss_mean_Pa", s.shear_mean_pa},
                                                 {"tawss_p05_Pa", s.shear_p05_pa},
                                                 {"tawss_p50_Pa", s.shear_p50_pa},
                                                 {"tawss_p95_Pa", s.shear_p95_pa},
                                                 {"low_shear_area_part", s.low_shear_part},
                                                 {"osi_mean", s.oscillation_mean},
                                                 {"oscillating_area_part", s.oscillating_part},
                                                 {"rrt_p50_1_Pa", s.residence_p50_1_pa},
                                                 {"transwss_mean_Pa", s.transverse_mean_pa}};
  for (const auto& [name, value] : told) flow.numbers[name] = value;
}

void CycleMeans::write(const std::filesystem::path& folder, const RunLabel& label, const Surface& rest,
                       const std::vector<int>& wall_points, Flow& flow) const {
  if (instants_ == 0) return;
  std::vector<int> all(rest.points_m.size());
  for (std::size_t k = 0; k < all.size(); ++k) all[k] = int(k);
  const WallSamples at = wall_samples(rest, all);
  WallMeans means = wall_means(shear_pa_, at.outward);
  std::vector<double> area_m2(all.size(), 0.0);  // caps have none
  for (const int k : wall_points) area_m2[std::size_t(k)] = at.area_m2[std::size_t(k)];
  tell(summary(means, area_m2), flow);
  if (setup_.flow_case.output.wall) {
    SeriesWriter wall(folder, "wall_mean", label);
    wall.write({.time_s = last_s_,
                .surface = &rest,
                .time_averaged_shear_pa = std::move(means.shear_pa),
                .oscillation = std::move(means.oscillation),
                .residence_1_pa = std::move(means.residence_1_pa),
                .transverse_pa = std::move(means.transverse_pa)});
    flow.wall_means = wall.series().filename();
  }
  if (setup_.flow_case.output.volume) {
    SeriesWriter volume(folder, "volume_mean", label);
    volume.write(volume_frame(), setup_.flow_case.output);
    flow.volume_means = volume.series().filename();
  }
}

}  // namespace soleus
