#include "pipeline/base/artifacts/obstacle.hpp"

#include <algorithm>
#include <cmath>

namespace soleus {
namespace {

constexpr std::array<std::string_view, 3> kind_names{"sphere", "cylinder", "block"};

}  // namespace

void describe(Fields& f, Obstacle& o) {
  f.choice({"kind", "sphere, cylinder (endless along direction) or block (sides along x, y, z)."}, o.kind,
           kind_names);
  f.vector({"center", "Centre of the body."}, o.center_m, Dimension::length);
  f.vector({"direction", "Cylinder: along its axis."}, o.direction, Dimension::number);
  f.quantity({"radius", "Radius of the sphere or cylinder."}, o.radius_m, Dimension::length, {.min = 0});
  f.vector({"size", "Block: sides along x, y, z."}, o.size_m, Dimension::length);
  if (o.kind == ObstacleKind::block) {
    if (std::min({o.size_m.x, o.size_m.y, o.size_m.z}) <= 0)
      f.fault("size", "a block needs its sides, all above zero, for example 5 5 20 mm.");
  } else if (o.radius_m <= 0) {
    f.fault("radius", "this body needs it: write a value above zero, for example 2 mm.");
  }
  if (norm(o.direction) == 0) f.fault("direction", "a direction cannot be 0 0 0; write for example 0 0 1.");
}

double box_distance(const Vec3& x, const Vec3& half_m, const std::array<bool, 3>& endless) {
  Vec3 beyond{};
  double inside = -std::numeric_limits<double>::infinity();
  for (int a = 0; a < 3; ++a) {
    if (endless[a]) continue;
    const double q = std::abs(x[a]) - half_m[a];
    inside = std::max(inside, q);
    beyond[a] = std::max(q, 0.0);
  }
  return norm(beyond) + std::min(inside, 0.0);
}

double signed_distance(const Obstacle& o, const Vec3& x) {
  const Vec3 d = x - o.center_m;
  if (o.kind == ObstacleKind::sphere) return norm(d) - o.radius_m;
  if (o.kind == ObstacleKind::block) return box_distance(d, o.size_m * 0.5, {});
  const Vec3 axis = normalized(o.direction);
  return norm(d - axis * dot(d, axis)) - o.radius_m;
}

}  // namespace soleus
