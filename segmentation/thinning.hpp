// Medial line of a tubular mask by thinning in 3D. ITK of Debian has no 3D thinning.
#pragma once

#include "segmentation/volume.hpp"

namespace soleus::segmentation {

/// True if the removal of the middle voxel of a 3x3x3 neighbourhood (27 values, i fastest) changes no
/// topology: one 26-component of foreground around it, one 6-component of background within its
/// 18-neighbourhood that touches it. G. Bertrand, G. Malandain, Pattern Recognition Letters 15 (1994) 169.
bool is_simple(const std::array<std::uint8_t, 27>& neighborhood);

/// Voxels of the medial line: one voxel wide, as connected as the mask. Branches shorter than their origin's
/// radius plus two voxels, which thinning raises from bumps of the wall, are removed.
std::vector<std::size_t> medial_line(const Grid& grid, const Mask& mask);

}  // namespace soleus::segmentation
