// Sheets on the device, one after the other's nodes, triangles and edges: how they follow the fluid, their
// elastic forces, and what they ask of the fluid (kernels/advance_immersed, kernels/advance_shell). One
// thread an element.
#pragma once

#include <climits>

#include "solver_cuda/backend/cuda_markers.hpp"
#include "solver_cuda/backend/flat_sheets.hpp"
#include "solver_cuda/physics/contact_push.hpp"
#include "solver_cuda/physics/shell_forces.hpp"

namespace soleus::cuda {

/// A node that was the first to be torn along, -1 while none is.
struct TornNode {
  int node = -1;
  double cells_per_step = 0;
  Vec3 x_m{};
};

struct SheetBox {
  Vec3 low{}, high{};
};

/// What meets a node: a triangle of another sheet, -1 where none is near.
struct Hit {
  int triangle = -1;
  Vec3 force_n{};
  double share[3] = {};
};

/// What kernels are given of them.
struct SheetsOnDevice {
  int nodes = 0, edges = 0, triangles = 0, sheets = 0;
  SheetNodes at{};
  ShellParts shell{};  // ahead by a step
  double *turn = nullptr, *turn_1_s = nullptr;
  const SheetRange* range = nullptr;                                    // [sheets]
  const std::int32_t *sheet_of_node = nullptr, *of_triangle = nullptr;  // its sheet
  const std::int32_t *first_of_node = nullptr, *of_node = nullptr;      // places, as in Shell
  Vec3 *ahead_m = nullptr, *load_n = nullptr, *velocity_m_s = nullptr;  // [nodes]
  double* gap_m = nullptr;                                              // [nodes] as in WallContact
  SheetBox* box = nullptr;                                              // [sheets]
  Hit* hit = nullptr;                                                   // [nodes]
  TornNode* torn = nullptr;
  int* torn_now = nullptr;  // the least number of a node that is torn along
  ContactRule rule{};
  double dt_s = 0, velocity_unit_m_s = 0;

  __device__ double moved_kg(int n) const { return at.mass_kg[n] + at.fluid_mass_kg[n]; }
};

__device__ inline int element() {
  return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
}

template <class Real>
__global__ void __launch_bounds__(block_threads) interpolate(SheetsOnDevice s, MarkersOnDevice<Real> m) {
  const int n = element();
  if (n >= s.nodes) return;
  Triple<Real> sum;
  for (int after = 0; after < most_tiles; ++after) sum += m.velocity[n * most_tiles + after];
  const Vec3 u = Vec3{double(sum.x), double(sum.y), double(sum.z)} * s.velocity_unit_m_s;
  s.velocity_m_s[n] = u;
  if (torn_along(norm(u) / s.velocity_unit_m_s)) atomicMin(s.torn_now, n);
}

__global__ void __launch_bounds__(block_threads) follow(SheetsOnDevice s) {
  const int n = element();
  if (n >= s.nodes) return;
  if (*s.torn_now == n && s.torn->node < 0)
    *s.torn = {n, norm(s.velocity_m_s[n]) / s.velocity_unit_m_s, s.at.x_m[n]};
  follow_fluid(s.at, std::size_t(n), s.velocity_m_s[n], s.dt_s);
}

__global__ void __launch_bounds__(block_threads) find_hinges(SheetsOnDevice s) {
  const int e = element();
  if (e < s.edges) find_hinge(s.shell, std::size_t(e));
}

__global__ void __launch_bounds__(block_threads) find_curvatures(SheetsOnDevice s) {
  const int k = element();
  if (k < s.triangles) find_curvature(s.shell, std::size_t(k));
}

__global__ void __launch_bounds__(block_threads) force_triangles(SheetsOnDevice s) {
  const int k = element();
  if (k < s.triangles) find_triangle_forces(s.shell, s.range[s.of_triangle[k]].material, std::size_t(k));
}

/// The edges' own angles turn at once: nothing after this looks at them in the step.
__global__ void __launch_bounds__(block_threads) force_edges(SheetsOnDevice s) {
  const int e = element();
  if (e >= s.edges) return;
  find_edge_forces(s.shell, std::size_t(e));
  turn_edge(s.shell.edges[e], s.shell.on_edges_nm[e], s.dt_s, s.turn[e], s.turn_1_s[e]);
}

__global__ void __launch_bounds__(block_threads) ask_of_fluid(SheetsOnDevice s) {
  const int n = element();
  if (n >= s.nodes) return;
  const Vec3 elastic_n = force_on_node(s.shell, s.first_of_node, s.of_node, std::size_t(n));
  push_fluid(s.at, std::size_t(n), elastic_n, s.load_n[n], s.range[s.sheet_of_node[n]].gravity_m_s2, s.dt_s);
}

}  // namespace soleus::cuda
