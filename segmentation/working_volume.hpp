// The part of the image that is worked on, in cubic voxels.
#pragma once

#include "pipeline/base/artifacts/image.hpp"
#include "segmentation/config.hpp"

namespace soleus::segmentation {

/// Crops to `crop` and, when air is excluded, to what is not air; resamples to cubic voxels (cubic B-spline)
/// where needed. The axes are those of the image, made right-handed.
Image working_volume(const Image& image, const SegmentationConfig& config);

/// `field` sampled linearly at the voxels of another grid; `outside` where there is none.
Image resample_linear(const Image& image, const Grid& target, float outside);

/// Voxels of another grid by cubic B-spline, those near it only; `outside` where the image has none.
Image resample_cubic(const Image& image, const Grid& target, float outside);

}  // namespace soleus::segmentation
