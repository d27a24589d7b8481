// Motion of the veins as images show it: displacements at a few times of a cycle, on one grid. The output of
// registration, and the input of whatever moves walls or surfaces.
//
//   const ImagedMotion motion = load_motion("runs/calf/segmentation");
//   const FrameWeights now = frame_weights(motion, time_s);          // once per step
//   const Vec3 rest = x + backward_at(motion, now, x).displacement_m;  // where the material at x was at rest
//
// Positions and displacements are LPS (x to the left, y to the back, z to the head) in metres, also in the
// file. Trilinear in space; outside of the grid the displacement is that of the nearest place on its border.
// A periodic cubic spline in time through the frames and through rest, zero at t = 0 and at the period: twice
// continuously differentiable, so that walls start and stop without a jump of their acceleration.
#pragma once

#include <filesystem>
#include <vector>

#include "pipeline/base/artifacts/vector_field.hpp"

namespace soleus {

/// Both maps between rest and one time. They invert each other to within 1e-4 spacings at the nodes of
/// `backward_m`, and up to the error of trilinear interpolation elsewhere.
struct DisplacementFrame {
  double time_s = 0;
  VectorField backward_m;  // at a place x now: where its material was at rest, less x
  VectorField forward_m;   // at a place X at rest: where its material is now, less X
};

struct ImagedMotion {
  double period_s = 0;
  Grid grid;
  std::vector<DisplacementFrame> frames;  // times increasing, within (0, period_s); none: nothing moves
};

/// Weights of the frames at a time, which need not lie within the first cycle, and their derivative [1/s].
struct FrameWeights {
  std::vector<double> value, rate_per_s;  // one for each frame
  bool operator==(const FrameWeights&) const = default;
};
FrameWeights frame_weights(const ImagedMotion& motion, double time_s);

/// A displacement between the frames with its derivatives in space and time.
struct LocalMotion {
  Vec3 displacement_m{};
  std::array<Vec3, 3> gradient{};  // gradient[b] = d(displacement)/d(x_b)
  Vec3 rate_m_s{};                 // d(displacement)/dt at this place
};
LocalMotion backward_at(const ImagedMotion& motion, const FrameWeights& weights, const Vec3& x_m);
LocalMotion forward_at(const ImagedMotion& motion, const FrameWeights& weights, const Vec3& rest_m);

/// Where the material of a place at rest is, by inversion of the backward map at that time. forward_at
/// interpolates the forward displacements themselves, which between the frames is close but not the same.
Vec3 moved(const ImagedMotion& motion, const FrameWeights& weights, const Vec3& rest_m);
/// Velocity [m/s] of the material at a place now: -(grad X)^-1 dX/dt of the backward map X.
Vec3 velocity_at(const ImagedMotion& motion, const FrameWeights& weights, const Vec3& x_m);

/// Writes motion.json (period, grid, times, content hashes) and motion_1.vti, motion_2.vti, ... to the
/// folder: VTK images with the point data backward_m and forward_m, raw and uncompressed, TimeValue in
/// seconds. Throws InputError when the motion is not complete and finite, ResourceError when the disk is
/// full.
void save(const ImagedMotion& motion, const std::filesystem::path& folder);
/// Throws InputError naming the file that is missing, damaged or of another version.
ImagedMotion load_motion(const std::filesystem::path& folder);

}  // namespace soleus
