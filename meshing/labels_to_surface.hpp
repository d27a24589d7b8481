// Label map -> smooth closed surface that keeps the volume of every stretch of vessel.
#pragma once

#include "pipeline/base/artifacts/labels.hpp"
#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

struct LabelSurface {
  Surface surface;
  double label_volume_m3 = 0;  // volume of the meshed voxels
};

/// All labels but 0 together are the lumen; the largest connected part is meshed.
LabelSurface labels_to_surface(const Labels& labels, int smoothing_passes);

/// Removes steps and noise from a closed surface without moving its wall on average: after every Laplacian
/// pass the low-frequency part of the normal displacement is taken back. No point moves farther than `limit`
/// from where it was.
void smooth_keeping_volume(Surface& s, int passes, double limit);
/// Takes the surface back to `start` (same triangles, no self-intersections) around places where it
/// intersects itself: veins one voxel thick can be smoothed into themselves. Returns the number of points
/// taken back.
int untangle(Surface& s, const Surface& start);
/// Moves all points along their normals until the surface has the given volume.
void match_volume(Surface& s, double wanted);

}  // namespace soleus
