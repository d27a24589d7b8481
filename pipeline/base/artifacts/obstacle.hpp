// Solid bodies inside an analytic box.
#pragma once

#include <array>
#include <limits>
#include <vector>

#include "pipeline/base/fields.hpp"
#include "pipeline/base/vec3.hpp"

namespace soleus {

enum class ObstacleKind { sphere, cylinder, block };

/// A body centred at `center_m`; lengths in metres.
///   sphere    of `radius_m`
///   cylinder  of `radius_m`, infinite along `direction`
///   block     sides `size_m` along x, y, z
struct Obstacle {
  ObstacleKind kind = ObstacleKind::sphere;
  Vec3 center_m{};
  Vec3 direction{0, 0, 1};
  double radius_m = 0;
  Vec3 size_m{};
};
void describe(Fields& f, Obstacle& o);

/// Signed distance to a box with these half sides centred at the origin, negative inside. An axis that is
/// `endless` has no faces.
double box_distance(const Vec3& x, const Vec3& half_m, const std::array<bool, 3>& endless);

/// Signed distance to the body, positive outside it.
double signed_distance(const Obstacle& o, const Vec3& x);

}  // namespace soleus
