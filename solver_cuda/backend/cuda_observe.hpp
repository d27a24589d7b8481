// What is seen of the fluid on the device (kernels/observe), and the cells that the host asks for.
#pragma once

#include "solver_cuda/backend/cuda_markers.hpp"
#include "solver_cuda/physics/strain_rate.hpp"

namespace soleus::cuda {

/// Fields by place in the active tiles: [active tiles][512].
template <class Real, class Stored>
struct ObserveArguments {
  LatticeOnDevice<Real, Stored> lattice;
  Parity next;
  Relaxation<Real> rates;
  double velocity_m_s, node_mass_kg, per_second;
  float *vx, *vy, *vz, *drho;
  float* strain;                    // [6][active tiles][512], null when not asked for
  std::size_t values;               // of one component
  Totals* totals;                   // [active tiles]
  MarkersOnDevice<Real> markers{};  // as they push in the step to come
};

template <class L, class Real, class Stored>
__device__ void observe_strain(const ObserveArguments<Real, Stored>& a, const Real (&g)[L::Q],
                               const Macro<Real>& m, std::size_t at) {
  Real omega = a.rates.omega_plus;
  if (a.rates.rheology.model != RheologyModel::newtonian)
    GeneralizedNewtonian::set_rate(a.rates.rheology, stress_off_equilibrium<L>(g, m, a.rates.force), m.drho,
                                   omega);
  const Stress<Real> s = strain_rate<L>(g, m, a.rates.force, omega);
  const Real components[6] = {s.xx, s.yy, s.zz, s.xy, s.xz, s.yz};
#pragma GCC unroll 6
#pragma unroll
  for (int c = 0; c < 6; ++c) a.strain[c * a.values + at] = float(double(components[c]) * a.per_second);
}

/// One block a tile.
template <class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) observe_tile(ObserveArguments<Real, Stored> a) {
  const Node first = a.lattice.active[blockIdx.x] * tile_nodes;
  Totals mine;
#pragma unroll 1
  for (int part = 0; part < parts; ++part) {
    const int place = part * block_threads + static_cast<int>(threadIdx.x);
    const std::size_t at = std::size_t(blockIdx.x) * tile_nodes + place;
    if (!a.lattice.fluid(first + place)) {
      a.vx[at] = a.vy[at] = a.vz[at] = a.drho[at] = 0;
      continue;
    }
    Real g[L::Q];
    gather_node<L>(a.lattice, a.next, first + place, g);
    if (a.strain) observe_strain<L>(a, g, macro<L>(g, a.rates.force), at);
    if (a.markers.count > 0) push_cell<L>(g, push_at(a.markers, first + place));
    const Macro<Real> m = macro<L>(g, a.rates.force);
    const Vec3 u = Vec3{double(m.x), double(m.y), double(m.z)} * a.velocity_m_s;
    a.vx[at] = float(u.x), a.vy[at] = float(u.y), a.vz[at] = float(u.z), a.drho[at] = float(m.drho);
    mine += totals_of_node(first + place, double(m.drho), u, a.node_mass_kg);
  }
  const Totals all = block_sum(mine);
  if (threadIdx.x == 0) a.totals[blockIdx.x] = all;
}

/// Between the lattice and cells [nodes][Q], before an even step: everything lies in the nodes' own slots.
template <class L, class Real, class Stored>
struct CellArguments {
  LatticeOnDevice<Real, Stored> lattice;
  const Node* nodes;
  int count;  // of nodes times directions
  Real* cells;
};

/// One thread a population.
template <class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) gather_cells(CellArguments<L, Real, Stored> a) {
  const int k = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (k < a.count) a.cells[k] = a.lattice.load(slot<L>(a.nodes[k / L::Q], k % L::Q));
}

template <class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) scatter_cells(CellArguments<L, Real, Stored> a) {
  const int k = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (k < a.count) a.lattice.store(slot<L>(a.nodes[k / L::Q], k % L::Q), a.cells[k]);
}

}  // namespace soleus::cuda
