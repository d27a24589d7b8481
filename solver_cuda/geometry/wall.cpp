#include "solver_cuda/geometry/wall.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace soleus {
namespace {

const OpeningConfig* condition_of(const std::vector<OpeningConfig>& conditions, const std::string& name) {
  for (const OpeningConfig& c : conditions)
    if (c.name == name) return &c;
  return nullptr;
}

double rim_reach(const Geometry& g, int opening) {
  double reach = g.openings[opening].radius_m;
  for (std::size_t t = 0; t < g.surface.triangles.size(); ++t)
    if (g.cap[t] == opening)
      for (int p : g.surface.triangles[t])
        reach = std::max(reach, norm(g.surface.points_m[p] - g.openings[opening].center_m));
  return reach;
}

}  // namespace

Wall::Wall(const Geometry& geometry, const WallConfig& config, const std::vector<OpeningConfig>& conditions)
    : geometry_(geometry), motion_(config, geometry), faces_(config.faces) {
  std::vector<bool> open(geometry_.openings.size());
  for (std::size_t k = 0; k < geometry_.openings.size(); ++k) {
    const OpeningConfig* c = condition_of(conditions, geometry_.openings[k].name);
    open[k] = c && c->kind != OpeningKind::closed;
    if (!open[k]) continue;
    // A compliant vessel widens at its openings, too.
    const double widest = motion_.compliant() ? motion_.widest(config.law.area_ratio_max) : 1;
    caps_.push_back({geometry_.openings[k], *c, widest * rim_reach(geometry_, static_cast<int>(k))});
    load_table(caps_.back().condition.waveform);
  }
  if (geometry_.shape) {
    use_shape_ends();
    return;
  }
  std::vector<std::array<int, 3>> wall;
  for (std::size_t t = 0; t < geometry_.surface.triangles.size(); ++t)
    if (geometry_.cap[t] < 0 || !open[geometry_.cap[t]]) wall.push_back(geometry_.surface.triangles[t]);
  surface_ = std::make_unique<SurfaceDistance>(geometry_.surface.points_m, std::move(wall));
}

/// Ends without a cap are wall; caps learn the form of their end.
void Wall::use_shape_ends() {
  for (const ShapeEnd& end : ends(*geometry_.shape)) {
    const auto cap = std::ranges::find_if(
        caps_, [&](const Cap& c) { return norm(c.opening.center_m - end.center_m) < 0.1 * end.radius_m; });
    if (cap == caps_.end())
      closed_ends_.push_back(end);
    else if (norm(end.half_m) > 0)
      shape_rectangle(*cap, end);
  }
}

/// A rectangular cap. Across periodic axes and faces that the fluid slips along the imposed flow is uniform.
void Wall::shape_rectangle(Cap& cap, const ShapeEnd& end) const {
  cap.reach_m = norm(end.half_m), cap.half_m = end.half_m, cap.round = false;
  for (int a = 0; a < 3; ++a) {
    const bool slips =
        std::ranges::any_of(faces_, [&](const FaceConfig& f) { return f.slip && axis_of(f.face) == a; });
    if (geometry_.shape->periodic[a] || slips) cap.half_m[a] = 0;
  }
}

double Wall::end_distance(const Vec3& x) const {
  double d = -std::numeric_limits<double>::infinity();
  for (const ShapeEnd& e : closed_ends_) d = std::max(d, dot(x - e.center_m, e.outward));
  return d;
}

double Wall::still_distance(const Vec3& x) const {
  return std::max(hull_distance(*geometry_.shape, x), end_distance(x));
}

double Wall::distance_of_parts(const Vec3& x, const MotionInstant& now) const {
  if (motion_.ends_only()) return std::max(lateral_distance(x), end_distance(x - now.translation_m));
  return std::max(still_distance(x), -obstacle_distance(*geometry_.shape, x - now.translation_m));
}

bool Wall::carries(const Vec3& x, const MotionInstant& now) const {
  // Whatever lies behind a moving end moves with it, also beside the pipe: the links at the rim then push out
  // what the end displaces there.
  constexpr double on_the_end_m = 1e-9;
  if (motion_.ends_only()) return end_distance(x - now.translation_m) >= -on_the_end_m;
  return !motion_.obstacles_only() || on_obstacle(x, now);
}

const FaceConfig* Wall::face(const Vec3& x, double margin_m) const {
  if (faces_.empty()) return nullptr;
  const unsigned at = faces_at(*geometry_.shape, x, margin_m);
  const auto found = std::ranges::find_if(
      faces_, [&](const FaceConfig& f) { return at == 1u << static_cast<unsigned>(f.face); });
  return found == faces_.end() ? nullptr : &*found;
}

bool Wall::on_obstacle(const Vec3& x, const MotionInstant& now) const {
  if (!geometry_.shape || geometry_.shape->obstacles.empty()) return false;
  const Vec3 rest = x - now.translation_m;
  return -obstacle_distance(*geometry_.shape, rest) > still_distance(motion_.obstacles_only() ? x : rest);
}

bool Wall::behind_rim(const Vec3& x, const MotionInstant& now) const {
  return motion_.ends_only() && lateral_distance(x) > 0 && end_distance(x - now.translation_m) > 0;
}

int Wall::crossed_cap(const Vec3& a, const Vec3& b, double margin_m) const {
  for (std::size_t k = 0; k < caps_.size(); ++k) {
    const Opening& o = caps_[k].opening;
    const double ha = dot(a - o.center_m, o.outward), hb = dot(b - o.center_m, o.outward);
    if (ha >= 0 || hb < 0) continue;
    const Vec3 through = a + (b - a) * (ha / (ha - hb));
    if (norm(through - o.center_m) < caps_[k].reach_m + margin_m) return static_cast<int>(k);
  }
  return -1;
}

std::array<Vec3, 2> Wall::bounds() const {
  if (geometry_.shape) return soleus::bounds(*geometry_.shape);
  constexpr double inf = std::numeric_limits<double>::infinity();
  std::array<Vec3, 2> box{Vec3{inf, inf, inf}, Vec3{-inf, -inf, -inf}};
  for (const Vec3& p : geometry_.surface.points_m)
    for (int a = 0; a < 3; ++a) box[0][a] = std::min(box[0][a], p[a]), box[1][a] = std::max(box[1][a], p[a]);
  return box;
}

}  // namespace soleus
