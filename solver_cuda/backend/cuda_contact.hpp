// Sheets that meet each other and the wall on the device (kernels/contact, kernels/wall_contact). No list of
// candidates is kept: a node looks through the triangles of those sheets whose boxes it is in, a warp of
// threads at a time; cusps of other valves cost it a look at a box.
#pragma once

#include "pipeline/base/closest_point.hpp"
#include "solver_cuda/backend/cuda_shell.hpp"

namespace soleus::cuda {

inline constexpr int contact_threads = 32;

/// geometry/near_wall on the device.
struct NearWallOnDevice {
  const std::uint8_t* rows = nullptr;    // [tiles * 64] which nodes are of the band
  const std::uint32_t* first = nullptr;  // [tiles * 64] number of the row's first one
  const float* distance_m = nullptr;     // [band]
  const Vec3* velocity_m_s = nullptr;    // [band], null while the wall stands still

  /// Number of a node within the band, -1 outside it.
  __device__ int slot(Node n) const {
    const unsigned row = rows[n >> 3], bit = 1u << (n & 7);
    return row & bit ? static_cast<int>(first[n >> 3]) + __popc(row & (bit - 1)) : -1;
  }
};

__device__ inline bool apart(const Vec3& low, const Vec3& high, const SheetBox& box, double gap_m) {
  for (int a = 0; a < 3; ++a)
    if (high[a] < box.low[a] - gap_m || low[a] > box.high[a] + gap_m) return true;
  return false;
}
__device__ inline void grow(SheetBox& box, const SheetBox& by) {
  for (int a = 0; a < 3; ++a) {
    if (by.low[a] < box.low[a]) box.low[a] = by.low[a];
    if (by.high[a] > box.high[a]) box.high[a] = by.high[a];
  }
}

/// One block a sheet.
__global__ void __launch_bounds__(block_threads) box_sheets(SheetsOnDevice s) {
  alignas(16) __shared__ unsigned char storage[block_threads * sizeof(SheetBox)];
  SheetBox* const of_thread = reinterpret_cast<SheetBox*>(storage);
  const int first = s.range[blockIdx.x].first_node, last = first + s.range[blockIdx.x].nodes,
            t = static_cast<int>(threadIdx.x);
  SheetBox mine{s.at.x_m[first], s.at.x_m[first]};
  for (int n = first + t; n < last; n += block_threads) grow(mine, {s.at.x_m[n], s.at.x_m[n]});
  of_thread[t] = mine;
  __syncthreads();
  if (t != 0) return;
  for (int other = 1; other < block_threads; ++other) grow(mine, of_thread[other]);
  s.box[blockIdx.x] = mine;
}

struct NearTriangle {
  double distance_m = 0;
  int triangle = -1;

  /// Of those that are equally near the first one.
  __device__ bool before(const NearTriangle& o) const {
    return distance_m < o.distance_m || (distance_m == o.distance_m && triangle < o.triangle);
  }
};

__device__ inline ClosestPoint closest_on(const SheetsOnDevice& s, int triangle, const Vec3& x) {
  const auto& nodes = s.shell.triangles[triangle].nodes;
  return closest_point_on_triangle(x, s.at.x_m[nodes[0]], s.at.x_m[nodes[1]], s.at.x_m[nodes[2]]);
}

/// The nearest of a sheet's triangles that this thread looks at.
__device__ inline void look_through(const SheetsOnDevice& s, const SheetRange& sheet, const Vec3& x,
                                    NearTriangle& nearest) {
  for (int t = sheet.first_triangle + static_cast<int>(threadIdx.x);
       t < sheet.first_triangle + sheet.triangles; t += contact_threads) {
    const auto& nodes = s.shell.triangles[t].nodes;
    SheetBox box{s.at.x_m[nodes[0]], s.at.x_m[nodes[0]]};
    for (int k = 1; k < 3; ++k) grow(box, {s.at.x_m[nodes[k]], s.at.x_m[nodes[k]]});
    if (apart(x, x, box, s.rule.gap_m)) continue;
    const NearTriangle here{norm(x - closest_on(s, t, x).point), t};
    if (here.before(nearest)) nearest = here;
  }
}

__device__ inline Hit hit_by(const SheetsOnDevice& s, int n, const NearTriangle& nearest) {
  const ClosestPoint p = closest_on(s, nearest.triangle, s.at.x_m[n]);
  const auto& nodes = s.shell.triangles[nearest.triangle].nodes;
  Vec3 approach = s.at.v_m_s[n];
  for (int k = 0; k < 3; ++k) approach -= s.at.v_m_s[nodes[k]] * p.share[k];
  return {nearest.triangle,
          contact_push(s.rule, s.moved_kg(n), s.at.x_m[n] - p.point, nearest.distance_m, approach),
          {p.share[0], p.share[1], p.share[2]}};
}

/// One block of contact_threads a node.
__global__ void __launch_bounds__(contact_threads) find_hits(SheetsOnDevice s) {
  alignas(16) __shared__ unsigned char storage[contact_threads * sizeof(NearTriangle)];
  NearTriangle* const of_thread = reinterpret_cast<NearTriangle*>(storage);
  const int n = static_cast<int>(blockIdx.x), own = s.sheet_of_node[n];
  const Vec3 x = s.at.x_m[n];
  const NearTriangle none{s.rule.gap_m, -1};  // before all that is no nearer
  NearTriangle nearest = none;
  bool looked = false;  // the same for all threads
  for (int k = 0; k < s.sheets; ++k)
    if (k != own && !apart(x, x, s.box[k], s.rule.gap_m)) {
      look_through(s, s.range[k], x, nearest);
      looked = true;
    }
  if (looked) {
    of_thread[threadIdx.x] = nearest;
    __syncthreads();
  }
  if (threadIdx.x != 0) return;
  for (int other = 1; looked && other < contact_threads; ++other)
    if (of_thread[other].before(nearest)) nearest = of_thread[other];
  s.hit[n] = nearest.triangle < 0 ? Hit{} : hit_by(s, n, nearest);
}

/// What contacts do to a node, sheet after sheet: its own, and those of others with its triangles.
__device__ inline Vec3 contact_load(const SheetsOnDevice& s, int n) {
  Vec3 sum{};
  if (s.sheets < 2) return sum;
  const int own = s.sheet_of_node[n];
  for (int k = 0; k < s.sheets; ++k) {
    if (k == own && s.hit[n].triangle >= 0) sum += s.hit[n].force_n;
    if (k == own || apart(s.box[own].low, s.box[own].high, s.box[k], s.rule.gap_m)) continue;
    for (int other = s.range[k].first_node; other < s.range[k].first_node + s.range[k].nodes; ++other) {
      const int triangle = s.hit[other].triangle;
      if (triangle < 0 || s.of_triangle[triangle] != own) continue;
      const auto& nodes = s.shell.triangles[triangle].nodes;
      for (int c = 0; c < 3; ++c)
        if (nodes[c] == n) sum -= s.hit[other].force_n * s.hit[other].share[c];
    }
  }
  return sum;
}

/// The wall as a node of a sheet sees it.
template <class Real, class Stored>
__device__ WallSeen wall_at(const MarkersOnDevice<Real>& m, const LatticeOnDevice<Real, Stored>& lattice,
                            const NearWallOnDevice& near, const Vec3& x_m) {
  const double far_m = 2 * m.dx_m;  // of nodes outside the band, which are further from the wall than that
  const Vec3 at = (x_m - m.origin_m) / m.dx_m;
  const LatticeIndex low{static_cast<int>(floor(at.x)), static_cast<int>(floor(at.y)),
                         static_cast<int>(floor(at.z))};
  const Node first = node_in_box(m.box, low);
  if (first < tile_nodes) return {-far_m, {}, {}};
  WallAtNode around[8];
  for (int corner = 0; corner < 8; ++corner) {
    const Node n = node_at(lattice.neighbours, first, corner & 1, corner >> 1 & 1, corner >> 2);
    const int slot = near.slot(n);
    around[corner].distance_m =
        slot >= 0 ? double(near.distance_m[slot]) : (lattice.fluid(n) ? -far_m : far_m);
    if (slot >= 0 && near.velocity_m_s) around[corner].velocity_m_s = near.velocity_m_s[slot];
  }
  return wall_seen(at - Vec3{double(low.i), double(low.j), double(low.k)}, around);
}

/// At the start. One thread a node.
template <class Real, class Stored>
__global__ void __launch_bounds__(block_threads)
    begin_wall_contact(SheetsOnDevice s, MarkersOnDevice<Real> m, LatticeOnDevice<Real, Stored> lattice,
                       NearWallOnDevice near) {
  const int n = element();
  if (n >= s.nodes) return;
  const double distance_m = -wall_at(m, lattice, near, s.at.x_m[n]).distance_m;
  s.gap_m[n] = distance_m < 0 ? 0 : distance_m > s.rule.gap_m ? s.rule.gap_m : distance_m;
}

/// What contacts ask, and where the node goes. One thread a node.
template <class Real, class Stored>
__global__ void __launch_bounds__(block_threads)
    load_nodes(SheetsOnDevice s, MarkersOnDevice<Real> m, LatticeOnDevice<Real, Stored> lattice,
               NearWallOnDevice near) {
  const int n = element();
  if (n >= s.nodes) return;
  Vec3 load = contact_load(s, n);
  if (!s.at.held[n]) {
    const WallSeen wall = wall_at(m, lattice, near, s.at.x_m[n]);
    const double depth_m = s.gap_m[n] + wall.distance_m;
    if (depth_m > 0) load += wall_push(s.rule, s.moved_kg(n), depth_m, s.at.v_m_s[n], wall);
  }
  s.load_n[n] = load;
  s.ahead_m[n] = s.at.x_m[n] + s.at.v_m_s[n] * s.dt_s;
}

}  // namespace soleus::cuda
