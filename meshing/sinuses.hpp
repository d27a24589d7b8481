// Where the wall of a vein bulges as it does behind a valve.
//
// Along a branch, the diameter of a circle of the section's area is fitted by a taper and one bulge,
//     d = a + b s + c sin^2(pi (s - s0) / L),
// for every start s0 and length L of 1 to 2.5 diameters, with 1.2 diameters of plain vein beside it. A
// fit is a sinus when the bulge explains most of what a taper leaves, and is so high that the steps of a
// label map's voxels do not look like one. Of those that overlap the one counts that explains most.
#pragma once

#include <vector>

#include "pipeline/base/artifacts/geometry.hpp"
#include "pipeline/base/bvh.hpp"

namespace soleus {

/// A bulge is at least so much wider than the vein, by the area of its section: a sinus of two pockets that
/// is 1.3 times as wide as its vein is 0.155 by area. Straight veins of voxels of size h have bulges of 1.5
/// (h / D)^2 by themselves, and up to 0.06 where a taper ends: both were measured in label maps.
inline double least_bulge(double detail_m, double diameter_m) {
  return 0.06 + 2 * (detail_m / diameter_m) * (detail_m / diameter_m);
}
/// Wider ones are no sinuses but dilated veins.
inline constexpr double most_bulge = 0.6;

struct SinusBulge {
  int branch = 0;               // id
  double from_m = 0, to_m = 0;  // abscissas of its ends
  double diameter_m = 0;        // of the vein without it, in its middle
  double wider = 0;             // c / d there, by the area of the section
  double explained = 0;         // part of what a taper leaves of the diameters' variance
};

/// `detail_m`: size of the voxels that the lumen was made from, or else of its triangles. In the order of
/// branches and abscissas. Not within a diameter of a closed end, nor where other veins widen the branch.
std::vector<SinusBulge> find_bulges(const Geometry& g, const Bvh& lumen, double detail_m);

}  // namespace soleus
