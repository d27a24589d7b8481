// A stretch of vein in the coordinates of its centreline.
#pragma once

#include <vector>

#include "pipeline/base/artifacts/centerlines.hpp"
#include "pipeline/base/bvh.hpp"

namespace soleus {

/// Heights count downstream (towards the heart) from the valve's station, along the smoothed centreline. Its
/// cross-sections are turned along with it without twist; x points to the first commissure.
struct ValveFrame {
  double first_m = 0, step_m = 0;                  // height of the first sample, distance of samples
  std::vector<Vec3> center_m, downstream, across;  // samples: centreline, its unit tangent, the x axis

  double last_m() const { return first_m + step_m * double(center_m.size() - 1); }
};

/// x, y across the vein, z along it; x, y and downstream are right-handed.
struct ValvePlace {
  double x_m = 0, y_m = 0, z_m = 0;
};
Vec3 point_of(const ValveFrame& f, const ValvePlace& p);
/// The inverse; heights beyond the samples are clamped to them.
ValvePlace place_of(const ValveFrame& f, const Vec3& x);
/// The place at this distance and angle (from x to y) from the centreline.
ValvePlace polar(double radius_m, double angle_rad, double z_m);

struct ValveStation {
  double abscissa_m = 0;
  bool towards_root = true;     // downstream runs towards abscissa 0
  double from_m = 0, to_m = 0;  // heights that the frame covers
  double smoothing_m = 0;       // standard deviation of the Gaussian that smooths the centreline
};
/// With x along the patient's left (LPS +x) where the vein does not run that way itself, else the back (+y).
ValveFrame make_frame(const Branch& branch, const ValveStation& station);
/// Turns x by this angle towards y.
void turn(ValveFrame& f, double angle_rad);

/// Distance from the centreline to the wall at this height and angle; negative when there is none within
/// reach.
double wall_radius(const Bvh& lumen, const ValveFrame& f, double z_m, double angle_rad, double reach_m);

/// The cross-section at a height, from rays all around.
struct RoundSection {
  double diameter_m = 0;     // of a circle of the same area
  double widest_m = 0;       // largest distance from the centreline to the wall
  double long_axis_rad = 0;  // direction of the longest diameter
  double flattening = 0;     // amplitude of the second harmonic of r^2 over its mean: 0 for a circle
  bool closed = false;       // all rays met a wall
};
RoundSection round_section(const Bvh& lumen, const ValveFrame& f, double z_m, double reach_m);

}  // namespace soleus
