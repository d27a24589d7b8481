// How a vein's cross-section gives way when its area changes.
// REFERENCES: Flaherty, Keller & Rubinow, SIAM J. Appl. Math. 23, 446 (1972), a thin ring under pressure from
// outside keeps its perimeter, flattens to an ellipse and then to two lobes, which touch at 0.27 of its area.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "solver_cuda/config.hpp"
#include "solver_cuda/geometry/stations.hpp"

namespace soleus {

/// A point of the section at rest, v along the axis in which it closes and u across, over the radius, comes
/// to
///   u' = across u,   v' = closing (1 - dent max(0, 1 - u^2)) v.
struct SectionScale {
  double across = 1, closing = 1, dent = 0;

  double thickness() const { return closing * (1 - dent); }  // in the middle, over that at rest
  /// v over that at rest, at the squared distance u^2 at rest.
  double closing_at(double u2) const { return closing * (1 - dent * std::max(0.0, 1 - u2)); }
  bool operator==(const SectionScale&) const = default;
};

inline SectionScale mixed(const SectionScale& a, const SectionScale& b, double t) {
  return {a.across * (1 - t) + b.across * t, a.closing * (1 - t) + b.closing * t,
          a.dent * (1 - t) + b.dent * t};
}

class SectionShape {
 public:
  explicit SectionShape(CrossSection kind);
  /// For an area over that at rest. Above 1 ellipse and two_lobed widen as a circle does.
  SectionScale at(double area_ratio) const {
    if (kind_ == CrossSection::flat) return {1, area_ratio, 0};
    if (kind_ != CrossSection::circle && area_ratio < 1) return at_table(area_ratio);
    const double scale = std::sqrt(area_ratio);
    return {scale, scale, 0};
  }
  /// The area at which the section's thickness over that at rest is `thickness`, at most 1.
  double area_at(double thickness) const;

 private:
  CrossSection kind_;
  std::vector<SectionScale> table_;  // equally spaced from area 0 to 1

  SectionScale at_table(double area_ratio) const;
};

/// A point of the wall: between which stations it lies, and where from the centreline, perpendicular to it.
struct WallOffset {
  Stations::Between at;
  Vec3 offset_m;
};
/// [stations] Unit vectors along which sections are flattest, of one sense along a branch; evened out over
/// some radii, as a round section has no such direction. `along`: [stations] the branches' tangents.
std::vector<Vec3> flattest_axes(const Stations& stations, const std::vector<Vec3>& along,
                                const std::vector<WallOffset>& wall);

}  // namespace soleus
