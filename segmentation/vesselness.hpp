// How much the surroundings of a voxel look like a bright tube.
#pragma once

#include <vector>

#include "segmentation/volume.hpp"

namespace soleus::segmentation {

/// Line filter of a symmetric 3x3 Hessian (xx, yy, zz, xy, yz, zx), for bright lines; 0 for plates, blobs and
/// dark lines. Sato et al., Medical Image Analysis 2 (1998) 143, eq. 8, with gamma_23 = 1, gamma_12 = 0.5,
/// alpha = 0.25.
float line_strength(const std::array<double, 6>& hessian);

/// The largest scale-normalised line strength over tubes of the given radii, in grey values: 1/e of the
/// contrast in the middle of a tube of one of the radii (sigma = radius / sqrt 2). Only where `where` is set.
Field vesselness(const Grid& grid, const Field& field, const Mask& where, const std::vector<double>& radii_m);

}  // namespace soleus::segmentation
