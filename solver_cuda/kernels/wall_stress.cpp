#include "solver_cuda/kernels/wall_stress.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_clones.hpp"
#include "solver_cuda/physics/traction.hpp"

namespace soleus {
namespace {

constexpr int reach = 5;         // cells
constexpr double settled = 3;    // cells from the wall, where what the links leave in a node has decayed
constexpr int terms = 10;        // 1 x y z xx yy zz xy xz yz
constexpr int fewest_nodes = 4;  // a value and its slopes cannot be told from fewer
// Parts of the weight of all nodes, added to the normal equations: what the nodes do not tell is flattened.
constexpr double flat_slope = 1e-9;
constexpr std::array flat_curvature{1e-5, 1e-3, 1e-1};  // the first at which noise does not grow too much
constexpr double most_gain =
    6;  // sum of the |shares| of the nodes in the value at the wall; 4.5 to 5 in a pipe

/// The fluid nodes in the cube around a wall point, one bit per node and one word per row along x, and those
/// of them that are connected within it: not the nodes of another vessel that passes by.
class Neighbourhood {
 public:
  Neighbourhood(const Lattice& lattice, const Vec3& p, const Vec3& outward) {
    const Tiles& tiles = lattice.tiles;
    const Vec3 c = (p - tiles.origin_m) / tiles.dx_m;
    const LatticeIndex corner{int(std::lround(c.x)) - reach, int(std::lround(c.y)) - reach,
                              int(std::lround(c.z)) - reach};
    corner_ = Vec3{double(corner.i), double(corner.j), double(corner.k)} - c;
    const int x0 = corner.i - (corner.i & (tile_edge - 1));
    skipped_ = corner.i - x0;
    for (int row = 0; row < rows; ++row)
      for (int t = 0; t < 3; ++t) {
        const Node n = tiles.node({x0 + t * tile_edge, corner.j + row % side, corner.k + row / side});
        first_[row][t] = n;
        fluid_[row] |= std::uint32_t(lattice.nodes.fluid_rows[n / tile_edge]) << (t * tile_edge);
      }
    for (std::uint32_t& bits : fluid_) bits = bits >> skipped_ & ((1u << side) - 1);
    enter_nearest(outward);
    bool grown = true;
    while (grown) grown = spread();
  }

  /// visit(node, offset from the wall point [cells]) for the connected nodes within reach.
  template <class Visit>
  void each(Visit&& visit) const {
    for (int row = 0; row < rows; ++row)
      for (std::uint32_t left = joined_[row]; left != 0; left &= left - 1) {
        const int x = std::countr_zero(left), along = x + skipped_;
        const Vec3 d = offset(row, x);
        if (dot(d, d) < reach * reach) visit(first_[row][along / tile_edge] + along % tile_edge, d);
      }
  }

 private:
  static constexpr int side = 2 * reach + 1, rows = side * side;
  Vec3 corner_;                                  // offset of the cube's first node [cells]
  int skipped_ = 0;                              // nodes of the first tile before the cube
  std::array<std::array<Node, 3>, rows> first_;  // of each row in the tiles that it passes
  std::array<std::uint32_t, rows> fluid_{}, joined_{};

  Vec3 offset(int row, int x) const {
    return corner_ + Vec3{double(x), double(row % side), double(row / side)};
  }

  /// The node nearest to the point one cell inside the wall is the first to be joined.
  void enter_nearest(const Vec3& outward) {
    double least = 4;  // cells squared
    int best_row = -1, best_x = 0;
    for (int row = 0; row < rows; ++row)
      for (std::uint32_t left = fluid_[row]; left != 0; left &= left - 1) {
        const int x = std::countr_zero(left);
        const Vec3 d = offset(row, x) + outward;
        if (dot(d, d) < least) least = dot(d, d), best_row = row, best_x = x;
      }
    if (best_row >= 0) joined_[best_row] = 1u << best_x;
  }

  /// Joins the neighbours of what is joined, forwards and backwards over the rows; false when there are none
  /// left.
  bool spread() {
    bool grown = false;
    for (int row = 0; row < rows; ++row) grown |= join(row);
    for (int row = rows; row-- > 0;) grown |= join(row);
    return grown;
  }

  bool join(int row) {
    const std::uint32_t here = joined_[row];
    std::uint32_t near = here | here << 1 | here >> 1;
    if (row % side > 0) near |= joined_[row - 1];
    if (row % side < side - 1) near |= joined_[row + 1];
    if (row >= side) near |= joined_[row - side];
    if (row < rows - side) near |= joined_[row + side];
    joined_[row] = near & fluid_[row];
    return joined_[row] != here;
  }
};

/// What the links of a wall leave in the strain rate of a node is of first order in dx and decays within
/// three cells; the weight rises smoothly over them.
double trust(const NearWall& near, Node n, double dx) {
  const std::int32_t s = near.slot(n);
  if (s < 0) return 1;
  const double t = std::clamp(-double(near.distance_m[s]) / (settled * dx), 0.01, 1.0);
  return t * t * (3 - 2 * t);
}

using Terms = std::array<double, terms>;

/// A node of the fit, its terms and its weight.
struct Share {
  Node node;
  Terms t;
  double weight;
};

std::vector<Share> nodes_of_fit(const MacroFields& fields, const WallView& view, const Vec3& p,
                                const Vec3& outward) {
  std::vector<Share> shares;
  shares.reserve(256);
  Neighbourhood(view.lattice, p, outward).each([&](Node n, const Vec3& offset) {
    if (!std::isfinite(fields.strain[n][0])) return;
    const Vec3 d = offset / (0.5 * reach);
    const double fade = 1 - 0.25 * dot(d, d);
    shares.push_back({n,
                      {1, d.x, d.y, d.z, d.x * d.x, d.y * d.y, d.z * d.z, d.x * d.y, d.x * d.z, d.y * d.z},
                      fade * fade * trust(view.near, n, view.scales.dx_m)});
  });
  return shares;
}

/// Sum of weight t t^T: two thirds of the cost of a point.
SOLEUS_CLONES void add_products(const std::vector<Share>& shares, double* A) {
  for (const Share& s : shares)
    for (int r = 0; r < terms; ++r) {
      const double factor = s.weight * s.t[r];
      for (int c = 0; c < terms; ++c) A[r * terms + c] += factor * s.t[c];
    }
}

/// Replaces weights by shares: the value at the wall point, where all terms but the first vanish, is the sum
/// over the nodes of weight (t . A^-1 e_1) value, A = sum of weight t t^T. One-sided nodes, as next to an
/// opening, leave a curvature to chance; it is flattened until the shares are small.
void find_shares(std::vector<Share>& nodes) {
  using Normal = Eigen::Matrix<double, terms, terms>;
  Normal A = Normal::Zero();
  add_products(nodes, A.data());
  A.diagonal().segment<3>(1).array() += flat_slope * A(0, 0);
  Eigen::Matrix<double, terms, 1> at_wall;
  const auto share = [&](const Share& s) {
    return s.weight * std::inner_product(s.t.begin(), s.t.end(), at_wall.data(), 0.0);
  };
  for (const double flat : flat_curvature) {
    Normal with = A;
    with.diagonal().tail<6>().array() += flat * A(0, 0);
    at_wall = with.ldlt().solve(Eigen::Matrix<double, terms, 1>::Unit(0));
    double gain = 0;
    for (const Share& s : nodes) gain += std::abs(share(s));
    if (gain < most_gain) break;
  }
  for (Share& s : nodes) s.weight = share(s);
}

/// Of the nodes near a wall point; none where there are too few.
std::vector<NodeShare> shares_at(const MacroFields& fields, const WallView& view, const Vec3& p,
                                 const Vec3& outward) {
  std::vector<Share> nodes = nodes_of_fit(fields, view, p, outward);
  if (nodes.size() < fewest_nodes) return {};
  find_shares(nodes);
  std::vector<NodeShare> shares;
  shares.reserve(nodes.size());
  for (const Share& s : nodes) shares.push_back({s.node, s.weight});
  return shares;
}

struct AtWall {
  VelocityGradient strain{};  // [1/s]
  double drho = 0;
};
AtWall read(const MacroFields& fields, const std::vector<NodeShare>& shares) {
  double v[6] = {}, drho = 0;
  for (const NodeShare& s : shares) {
    for (int c = 0; c < 6; ++c) v[c] += s.share * fields.strain[s.node][c];
    drho += s.share * fields.drho[s.node];
  }
  return {{Vec3{v[0], v[3], v[4]}, Vec3{v[3], v[1], v[5]}, Vec3{v[4], v[5], v[2]}}, drho};
}

}  // namespace

WallStress wall_stress(const MacroFields& fields, const WallView& view, const WallSamples& samples,
                       const Rheology<double>& fluid, double reference_pa, WallShares* kept) {
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  const std::size_t points = samples.points_m.size();
  WallStress stress{std::vector<float>(3 * points, unknown), std::vector<float>(3 * points, unknown)};
  const bool known = kept && kept->size() == points;
  if (kept) kept->resize(points);
  parallel_for(points, 16, [&](std::size_t k) {
    std::vector<NodeShare> found;
    if (!known) found = shares_at(fields, view, samples.points_m[k], samples.outward[k]);
    const std::vector<NodeShare>& shares = known ? (*kept)[k] : found;
    if (!shares.empty()) {
      const AtWall at = read(fields, shares);
      const double pressure = reference_pa + cs2 * at.drho * view.scales.pressure_pa();
      // The strain rate stands for the gradient, whose symmetric part it is.
      const Traction t =
          wall_traction(at.strain, pressure, viscosity_at(fluid, shear_rate(at.strain)), samples.outward[k]);
      for (int a = 0; a < 3; ++a) {
        stress.shear_pa[3 * k + a] = float(t.shear[a]);
        stress.traction_pa[3 * k + a] = float(t.whole[a]);
      }
    }
    if (kept && !known) (*kept)[k] = std::move(found);
  });
  return stress;
}

}  // namespace soleus
