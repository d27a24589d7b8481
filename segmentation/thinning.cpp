// REFERENCES
//   C. Pudney, Comput. Vis. Image Underst. 72 (1998) 404: distance-ordered homotopic thinning
#include "segmentation/thinning.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>

namespace soleus::segmentation {
namespace {

constexpr int middle = 13;

/// Offsets of neighbour n = (di + 1) + 3 (dj + 1) + 9 (dk + 1), and which neighbours touch each other.
struct Cube {
  std::array<std::array<int, 3>, 27> offset{};
  std::array<std::vector<int>, 27> by26, by6;  // by6 within the 18-neighbourhood
  std::array<int, 27> order{};                 // 1 face, 2 edge, 3 corner

  Cube() {
    for (int n = 0; n < 27; ++n) {
      offset[n] = {n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1};
      order[n] = std::abs(offset[n][0]) + std::abs(offset[n][1]) + std::abs(offset[n][2]);
    }
    for (int a = 0; a < 27; ++a)
      for (int b = 0; b < 27; ++b) {
        if (a == b || a == middle || b == middle) continue;
        int far = 0, sum = 0;
        for (int x = 0; x < 3; ++x) {
          const int d = std::abs(offset[a][x] - offset[b][x]);
          far = std::max(far, d), sum += d;
        }
        if (far == 1) by26[a].push_back(b);
        if (sum == 1 && order[a] <= 2 && order[b] <= 2) by6[a].push_back(b);
      }
  }
};

const Cube& cube() {
  static const Cube c;
  return c;
}

/// Components among neighbours with `wanted`, counting those that hold one accepted by `counts`.
template <class Wanted, class Counts>
int count_components(const std::array<std::vector<int>, 27>& touching, const Wanted& wanted,
                     const Counts& counts) {
  std::array<bool, 27> seen{};
  int components = 0;
  for (int start = 0; start < 27; ++start) {
    if (seen[start] || start == middle || !wanted(start) || !counts(start)) continue;
    ++components;
    std::array<int, 27> stack{};
    int top = 0;
    stack[top++] = start;
    seen[start] = true;
    while (top > 0)
      for (const int n : touching[stack[--top]])
        if (!seen[n] && wanted(n)) seen[n] = true, stack[top++] = n;
  }
  return components;
}

std::array<std::uint8_t, 27> neighborhood(const Grid& grid, const Mask& mask, std::size_t v) {
  const auto [i, j, k] = voxel_of(grid, v);
  std::array<std::uint8_t, 27> out{};
  for (int n = 0; n < 27; ++n) {
    const auto [di, dj, dk] = cube().offset[n];
    if (contains(grid, i + di, j + dj, k + dk)) out[n] = mask[grid.index(i + di, j + dj, k + dk)];
  }
  return out;
}

int neighbors_in(const std::array<std::uint8_t, 27>& around) {
  return int(std::count(around.begin(), around.end(), 1)) - around[middle];
}

/// Whether the voxel is the middle of a maximal ball: no neighbour is deeper by almost the distance to it.
bool is_ridge(const Grid& grid, const Field& depth, std::size_t v) {
  const auto [i, j, k] = voxel_of(grid, v);
  const double h = grid.spacing_m.x;
  for (const Neighbor& n : neighbors26()) {
    if (!contains(grid, i + n.di, j + n.dj, k + n.dk)) continue;
    const double step = h * std::hypot(n.di, n.dj, n.dk);
    if (depth[grid.index(i + n.di, j + n.dj, k + n.dk)] > depth[v] + 0.75 * step) return false;
  }
  return true;
}

void prune(const Grid& grid, Mask& line, const Field& depth) {
  std::vector<std::size_t> ends;
  for (std::size_t v = 0; v < line.size(); ++v)
    if (line[v] && neighbors_in(neighborhood(grid, line, v)) == 1) ends.push_back(v);
  for (const std::size_t end : ends) {
    std::vector<std::size_t> branch;
    std::size_t at = end, before = end;
    while (true) {
      const auto [i, j, k] = voxel_of(grid, at);
      std::vector<std::size_t> next;
      for (const Neighbor& n : neighbors26()) {
        if (!contains(grid, i + n.di, j + n.dj, k + n.dk)) continue;
        const std::size_t w = grid.index(i + n.di, j + n.dj, k + n.dk);
        if (line[w] && w != before) next.push_back(w);
      }
      if (next.empty()) branch.clear();  // a piece without junctions stays
      if (next.size() != 1) break;       // reached the junction
      branch.push_back(at);
      before = at, at = next.front();
    }
    const double length = double(branch.size()) * grid.spacing_m.x;
    if (!branch.empty() && length < depth[at] + 2 * grid.spacing_m.x)
      for (const std::size_t v : branch) line[v] = 0;
  }
}

}  // namespace

bool is_simple(const std::array<std::uint8_t, 27>& around) {
  const Cube& c = cube();
  const auto foreground = [&](int n) { return around[n] != 0; };
  const auto background = [&](int n) { return around[n] == 0 && c.order[n] <= 2; };
  const auto face = [&](int n) { return c.order[n] == 1; };
  return count_components(c.by26, foreground, [](int) { return true; }) == 1 &&
         count_components(c.by6, background, face) == 1;
}

std::vector<std::size_t> medial_line(const Grid& grid, const Mask& mask) {
  Field depth = signed_distance(grid, mask);
  for (float& d : depth) d = -d;
  Mask line = mask;
  // Shallowest first. A voxel that is an end of the line when its turn comes, and the middle of a maximal
  // ball, stays.
  using Item = std::pair<float, std::size_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  Mask queued(mask.size());
  const auto enqueue = [&](std::size_t v) {
    if (line[v] && !queued[v]) queued[v] = 1, queue.push({depth[v], v});
  };
  for (std::size_t v = 0; v < mask.size(); ++v)
    if (mask[v]) {
      const auto around = neighborhood(grid, line, v);
      if (neighbors_in(around) < 26) enqueue(v);
    }
  while (!queue.empty()) {
    const std::size_t v = queue.top().second;
    queue.pop();
    queued[v] = 0;
    const auto around = neighborhood(grid, line, v);
    const bool end = neighbors_in(around) <= 1 && is_ridge(grid, depth, v);
    if (end || !is_simple(around)) continue;
    line[v] = 0;
    const auto [i, j, k] = voxel_of(grid, v);
    for (const Neighbor& n : neighbors26())
      if (contains(grid, i + n.di, j + n.dj, k + n.dk)) enqueue(grid.index(i + n.di, j + n.dj, k + n.dk));
  }
  prune(grid, line, depth);
  std::vector<std::size_t> voxels;
  for (std::size_t v = 0; v < line.size(); ++v)
    if (line[v]) voxels.push_back(v);
  return voxels;
}

}  // namespace soleus::segmentation
