#include "solver_cuda/geometry/near_wall.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

constexpr double beyond_links = 0.05;  // cells
constexpr double band_width = 3;       // cells on either side of the wall: links until it has moved a cell
// Cells of wall motion until an update. Distances interpolated between nodes are off by 1/(8 radius) of a
// cell themselves, 0.03 in a vein eight cells across.
constexpr double update_after = 0.02, update_sampled_after = 0.03;
constexpr double rebuild_after = 1.0;  // cells of wall motion
constexpr int steps_between_updates = 20;
// Cells of wall motion until distances are evaluated again that no link needs.
constexpr double update_far_after = 0.2;
// Cells by which the wall at a node moves until an update evaluates the node again: where the fastest wall
// calls for one, most of it hardly moves.
constexpr double renew_after = 0.01;

/// As Tiles::node, without a search where the index lies in a tile or one beside it.
Node node_near(const Tiles& tiles, const LatticeIndex& l, int tile) {
  const auto& corner = tiles.place[tile];
  const int x = l.i - tile_edge * corner[0], y = l.j - tile_edge * corner[1], z = l.k - tile_edge * corner[2];
  const auto beside = [](int v) { return v >= -tile_edge && v < 2 * tile_edge; };
  if (!beside(x) || !beside(y) || !beside(z)) return tiles.node(l);
  const int side = 1 + (x >> 3) + 3 * (1 + (y >> 3)) + 9 * (1 + (z >> 3));
  return tiles.neighbours[tile][side] * tile_nodes + (x & 7) + 8 * ((y & 7) + 8 * (z & 7));
}

}  // namespace

NearWall::NearWall(const Wall& wall, const Lattice& lattice, const Scales& scales)
    : wall_(wall), lattice_(lattice), scales_(scales) {
  if (exact()) return;
  rest_m_.assign(lattice.tiles.nodes(), static_cast<float>(3 * scales.dx_m));
  parallel_for(rest_m_.size() - tile_nodes, 256, [&](std::size_t k) {
    const Node n = static_cast<Node>(k) + tile_nodes;
    rest_m_[n] = static_cast<float>(wall_.rest_distance(lattice_.tiles.position(n)));
  });
  const std::vector<Node> reachable = lattice.reachable.nodes();
  coordinates_.resize(reachable.size());
  parallel_for(coordinates_.size(), 256, [&](std::size_t k) {
    coordinates_[k] = wall_.motion().coordinates(lattice_.tiles.position(reachable[k]));
  });
}

/// Trilinear interpolation of the sampled rest distance at a point in or near a tile.
double NearWall::sampled_rest(const Vec3& x, int tile) const {
  const Tiles& tiles = lattice_.tiles;
  const Vec3 c = (x - tiles.origin_m) / scales_.dx_m;
  const LatticeIndex l{static_cast<int>(std::floor(c.x)), static_cast<int>(std::floor(c.y)),
                       static_cast<int>(std::floor(c.z))};
  const double u = c.x - l.i, v = c.y - l.j, w = c.z - l.k;
  const Node first = node_near(tiles, l, tile);
  const bool within = first >= tile_nodes && (l.i & 7) < 7 && (l.j & 7) < 7 && (l.k & 7) < 7;
  double d = 0;
  for (int k = 0; k < 8; ++k) {
    const int a = k & 1, b = k >> 1 & 1, e = k >> 2;
    const Node n = within ? first + a + tile_edge * (b + tile_edge * e)
                          : node_near(tiles, {l.i + a, l.j + b, l.k + e}, tile);
    d += rest_m_[n] * (a ? u : 1 - u) * (b ? v : 1 - v) * (e ? w : 1 - w);
  }
  return d;
}

double NearWall::distance(Node n, const MotionInstant& now) const {
  const Vec3 x = lattice_.tiles.position(n);
  if (exact()) return distance_at(x, now);
  const CenterlineCoordinates& s = coordinates_[lattice_.reachable.index(n)];
  return sampled_rest(wall_.motion().rest_position(x, s, now), n / tile_nodes);
}

Vec3 NearWall::wall_velocity(std::size_t k, const Around& at) {
  const Node n = band[k];
  if (exact()) return wall_.velocity(lattice_.tiles.position(n), at.now);
  const CenterlineCoordinates& s = coordinates_[lattice_.reachable.index(n)];
  if (wall_.motion().imaged()) return wall_.motion().imaged_velocity(lattice_.tiles.position(n), at.now);
  if (!wall_.motion().moves(s)) return {};
  if (wall_.motion().exact_velocity() || s.count < 2) return wall_.motion().velocity(s, at.now);
  return level_set_velocity(k, s, at);
}

/// Material velocity where branches are blended: its normal part is replaced by that of the moving level set,
/// so that the wall pushes exactly the volume it sweeps.
Vec3 NearWall::level_set_velocity(std::size_t k, const CenterlineCoordinates& s, const Around& at) {
  const Node n = band[k];
  const Vec3 x = lattice_.tiles.position(n);
  const Motion& motion = wall_.motion();
  const Vec3 u = motion.velocity(s, at.now);
  const double h = 0.5 * scales_.dx_m;
  const auto phi = [&](const Vec3& p, const MotionInstant& t) {
    return sampled_rest(motion.rest_position(p, s, t), n / tile_nodes);
  };
  Vec3& gradient = gradient_[k];
  if (norm(gradient) == 0)
    for (int a = 0; a < 3; ++a) {
      Vec3 e{};
      e[a] = h;
      gradient[a] = (phi(x + e, at.now) - phi(x - e, at.now)) / (2 * h);
    }
  const double g = norm(gradient);
  if (g < 0.2) return u;
  const double normal_speed = -(phi(x, at.after) - phi(x, at.before)) / at.apart_s / g;
  const Vec3 normal = gradient / g;
  return u + normal * (normal_speed - dot(u, normal));
}

double NearWall::fluid_volume_m3() const {
  double nodes = static_cast<double>(lattice_.nodes.count(lattice_.nodes.fluid_rows));
  for (std::size_t k = 0; k < band.size(); ++k) {
    const double d = distance_m[k] / scales_.dx_m;
    if (std::abs(d) >= 0.5) continue;
    if (lattice_.nodes.fluid(band[k]))
      nodes -= 0.5 + d;
    else if (d >= 0)
      nodes += 0.5 - d;
  }
  return nodes * std::pow(scales_.dx_m, 3);
}

/// What the map never moves keeps its distance, but in a new band, and for a while what lies further from the
/// wall than a link is long, or where the wall is slow.
void NearWall::evaluate_distances(double time_s) {
  const bool fresh = distance_m.size() != band.size(), moves_all = exact();
  const bool far = fresh || moved_since_all_m_ > update_far_after * scales_.dx_m;
  if (far) moved_since_all_m_ = 0;
  const double near_m = reach_m() + 1.5 * update_far_after * cell_at_rest_m_;
  distance_m.resize(band.size());
  if (fresh) good_until_s_.assign(exact() ? 0 : band.size(), 0);
  parallel_for(band.size(), 256, [&](std::size_t k) {
    if (std::abs(distance_m[k]) > near_m ? !far : good(k, time_s)) return;
    if (fresh || moves_all || wall_.motion().moves(coordinates_[lattice_.reachable.index(band[k])]))
      distance_m[k] = static_cast<float>(distance(band[k], at_.now));
  });
}

void NearWall::rebuild_band(double time_s) {
  band = lattice_.reachable.nodes();
  distance_m.clear();
  evaluate_distances(time_s);
  moved_since_band_m_ = 0;
  velocity_m_s.clear();
  if (band_built_)
    narrow();
  else
    band_ = NodeSet(lattice_.tiles.count(), band);
  band_built_ = true;
}

NearWall::Around NearWall::around(double time_s, const StationAreas* areas) const {
  const Motion& motion = wall_.motion();
  const double tau = 1e-4 * std::max(motion.period_s(), 1e-3);
  return {motion.at(time_s - tau, areas), motion.at(time_s, areas), motion.at(time_s + tau, areas), 2 * tau};
}

double NearWall::time_for(double move_m, double speed_m_s) const {
  const double longest_s = steps_between_updates * scales_.dt_s;
  return speed_m_s > 0 ? std::min(longest_s, move_m / speed_m_s) : longest_s;
}

double NearWall::reach_m() const {
  return (lattice_.longest_link + beyond_links) * cell_at_rest_m_;
}

/// Velocity of the wall at a node, and how long that and the distance may stand. Out of the links' reach it
/// is none, until the fastest wall could have brought the node half-way into it.
void NearWall::evaluate_velocity(std::size_t k, double time_s) {
  const double outside_m = std::abs(distance_m[k]) - reach_m();
  velocity_m_s[k] = outside_m < 0 ? wall_velocity(k, at_) : Vec3{};
  if (exact()) return;
  const double may_move_m =
      outside_m < 0 ? renew_after * scales_.dx_m : 0.5 * outside_m * scales_.dx_m / cell_at_rest_m_;
  const double speed_m_s = outside_m < 0 ? norm(velocity_m_s[k]) : max_speed_m_s;
  good_until_s_[k] = time_s + time_for(may_move_m, speed_m_s);
}

/// And the largest of them beside the wall.
void NearWall::evaluate_velocities(double time_s) {
  velocity_m_s.resize(band.size());
  if (gradient_.size() != band.size() || moved_since_all_m_ == 0) gradient_.assign(band.size(), {});
  constexpr std::size_t block = 1024;
  std::vector<double> fastest((band.size() + block - 1) / block);
  parallel_for(fastest.size(), 1, [&](std::size_t b) {
    for (std::size_t k = b * block; k < band.size() && k < (b + 1) * block; ++k) {
      if (!good(k, time_s)) evaluate_velocity(k, time_s);
      if (std::abs(distance_m[k]) < 1.5 * cell_at_rest_m_)
        fastest[b] = std::max(fastest[b], norm(velocity_m_s[k]));
    }
  });
  max_speed_m_s = 0;
  for (const double speed : fastest) max_speed_m_s = std::max(max_speed_m_s, speed);
}

void NearWall::narrow() {
  std::vector<Node> near;
  std::vector<float> distance;
  std::vector<Vec3> velocity;
  for (std::size_t k = 0; k < band.size(); ++k) {
    if (std::abs(distance_m[k]) > band_width * cell_at_rest_m_) continue;
    near.push_back(band[k]), distance.push_back(distance_m[k]);
    if (!velocity_m_s.empty()) velocity.push_back(velocity_m_s[k]);
  }
  near.shrink_to_fit(), distance.shrink_to_fit(), velocity.shrink_to_fit();
  gradient_.clear();
  if (!exact()) good_until_s_.assign(near.size(), 0);
  band = std::move(near), distance_m = std::move(distance), velocity_m_s = std::move(velocity);
  band_ = NodeSet(lattice_.tiles.count(), band);
}

void NearWall::loaded(const StationAreas* areas) {
  band_ = NodeSet(lattice_.tiles.count(), band);
  at_ = around(last_update_s_, areas);
}

std::size_t NearWall::bytes() const {
  return band.capacity() * sizeof(Node) + distance_m.capacity() * sizeof(float) +
         (velocity_m_s.capacity() + gradient_.capacity()) * sizeof(Vec3) +
         good_until_s_.capacity() * sizeof(double) + band_.bytes() + rest_m_.capacity() * sizeof(float) +
         coordinates_.capacity() * sizeof(CenterlineCoordinates);
}

void NearWall::update(double time_s, const StationAreas* areas) {
  const bool still = wall_.motion().still();
  const double moved_m = max_speed_m_s * (time_s - last_update_s_);
  moved_since_band_m_ += moved_m, moved_since_all_m_ += moved_m;
  const Around at = around(time_s, areas);
  const bool moved_on = areas != nullptr || !(at == at_);  // an instant tells where areas are, not what
  at_ = at;
  cell_at_rest_m_ = scales_.dx_m * wall_.motion().shortening(at.now);
  const bool rebuild = !band_built_ || moved_since_band_m_ > rebuild_after * scales_.dx_m;
  if (rebuild)
    rebuild_band(time_s);
  else if (moved_on)
    evaluate_distances(time_s);
  if (!still && (rebuild || moved_on)) evaluate_velocities(time_s);
  const double after_m = (exact() ? update_after : update_sampled_after) * scales_.dx_m;
  last_update_s_ = time_s;
  interval_s_ = still ? 1e30 : time_for(after_m, max_speed_m_s);
}

}  // namespace soleus
