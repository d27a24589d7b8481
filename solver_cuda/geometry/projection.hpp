// The nearest place on a centreline.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "pipeline/base/artifacts/geometry.hpp"

namespace soleus {

/// Where a point lies along the branches; constant over time, so it is computed once per node.
struct CenterlineCoordinates {
  struct One {
    float weight = 0;
    int branch = -1;
    double abscissa_m = 0;
    Vec3 offset_m{};              // from the centreline, perpendicular to it
    double window = 1;            // 1 inside a contracting region, 0 outside
    std::array<float, 3> flat{};  // unit vector in which the section closes
    float radius_m = 1;           // of the section at rest
    int station = 0;              // of those between which it lies the first, where the vein has stations
    float towards = 0;            // share of the way to the next
  };
  std::array<One, 3> of{};  // largest weight first, weights add up to one
  int count = 0;
};

/// Segments of a centreline that follow each other, in a ball.
struct SegmentRun {
  std::size_t first, last;
  Vec3 center_m;
  double radius_m;
};

/// None of a branch with fewer than two points.
std::vector<SegmentRun> segment_runs(const Branch& branch);

struct Projection {
  double distance, radius;  // [m] from the point to the centreline, of the vein there
  CenterlineCoordinates::One one;
};

/// `runs`: the branch's.
Projection project(const Branch& branch, const std::vector<SegmentRun>& runs, const Vec3& x_m);

}  // namespace soleus
