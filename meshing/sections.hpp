// Cross-sections of the lumen perpendicular to its centreline, and small tools for polylines.
#pragma once

#include <vector>

#include "pipeline/base/bvh.hpp"

namespace soleus {

struct Section {
  Vec3 centroid_m{};
  double area_m2 = 0;
  double reach_m = 0;  // to the farthest wall
  bool clean = false;  // no side branch leaves the vessel in this plane
};

/// The part of the plane through `center` normal to `direction` that is seen from `center` inside the wall.
Section cross_section(const Bvh& wall, const Vec3& center, const Vec3& direction);

/// Arc length from the first point to every point.
std::vector<double> arc_lengths(const std::vector<Vec3>& line);
/// The point at arc length s (clamped), and points at equal steps of about `step`.
Vec3 point_at(const std::vector<Vec3>& line, const std::vector<double>& arc, double s);
std::vector<Vec3> resample_line(const std::vector<Vec3>& line, double step);
/// Unit tangent at arc length s, over a chord of +-reach.
Vec3 tangent_at(const std::vector<Vec3>& line, const std::vector<double>& arc, double s, double reach);

}  // namespace soleus
