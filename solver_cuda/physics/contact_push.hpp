// What pushes a node of a sheet off another sheet, or off the wall, that it has come close to.
#pragma once

#include "pipeline/base/vec3.hpp"

namespace soleus {

/// Distance at which sheets begin to push each other.
struct ContactRule {
  double gap_m = 0, skin_m = 0;
  double stiffness_1_s2 = 0;  // force per mass that a node moves and depth within the gap
  double damping_1_s = 0;     // force per that mass and speed of approach
};
/// With the gap of a cell: a stiffness that turns motion of a tenth of a cell per step within that gap, and
/// which explicit steps bear.
inline ContactRule contact_rule(double dx_m, double dt_s) {
  constexpr double stiffness = 0.1, damping = 0.3;
  return {dx_m, dx_m, stiffness / (dt_s * dt_s), damping / dt_s};
}

/// Of a node that moves a mass, at `from_it_m` from the nearest point of another sheet, going by
/// `approach_m_s` relative to it.
SOLEUS_HD inline Vec3 contact_push(const ContactRule& rule, double moved_kg, const Vec3& from_it_m,
                                   double distance_m, const Vec3& approach_m_s) {
  const Vec3 away = normalized(from_it_m);
  const double depth_m = rule.gap_m - distance_m, speed_m_s = -dot(approach_m_s, away),
               closing_m_s = 0 < speed_m_s ? speed_m_s : 0;
  // Half of it: nodes of the other sheet push this one as well.
  return away * (0.5 * moved_kg * (rule.stiffness_1_s2 * depth_m + rule.damping_1_s * closing_m_s));
}

/// What a node of the lattice tells of the wall.
struct WallAtNode {
  double distance_m = 0;  // negative inside
  Vec3 velocity_m_s{};
};
/// The wall as a point sees it.
struct WallSeen {
  double distance_m = 0;  // negative inside
  Vec3 outwards{};        // unit vector
  Vec3 velocity_m_s{};
};
/// Linear between the nodes around a place `t` within a cell, [0, 1) along each axis; x runs fastest.
SOLEUS_HD inline WallSeen wall_seen(const Vec3& t, const WallAtNode (&around)[8]) {
  WallSeen seen{};
  for (int corner = 0; corner < 8; ++corner) {
    const int i = corner & 1, j = corner >> 1 & 1, k = corner >> 2;
    const double phi = around[corner].distance_m;
    const Vec3 w{i ? t.x : 1 - t.x, j ? t.y : 1 - t.y, k ? t.z : 1 - t.z};
    seen.distance_m += w.x * w.y * w.z * phi;
    seen.outwards += Vec3{(i ? 1 : -1) * w.y * w.z, (j ? 1 : -1) * w.x * w.z, (k ? 1 : -1) * w.x * w.y} * phi;
    seen.velocity_m_s += around[corner].velocity_m_s * (w.x * w.y * w.z);
  }
  const double slope = norm(seen.outwards);
  seen.outwards = slope > 0 ? seen.outwards / slope : Vec3{};
  return seen;
}

/// Of a node that moves a mass, `depth_m` within the gap of the wall, off it.
SOLEUS_HD inline Vec3 wall_push(const ContactRule& rule, double moved_kg, double depth_m, const Vec3& v_m_s,
                                const WallSeen& wall) {
  const double speed_m_s = dot(v_m_s - wall.velocity_m_s, wall.outwards),
               closing_m_s = 0 < speed_m_s ? speed_m_s : 0;
  return wall.outwards * -(moved_kg * (rule.stiffness_1_s2 * depth_m + rule.damping_1_s * closing_m_s));
}

}  // namespace soleus
