// Where no vein can be: bone with its blurred edge, air with the skin.
#pragma once

#include "pipeline/base/artifacts/image.hpp"
#include "segmentation/config.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

struct Tissue {
  Mask excluded;  // bone, air and skin with their margins
  double bone_volume_m3 = 0;
};

Tissue find_tissue(const Image& image, const SegmentationConfig& config);

/// The image with excluded voxels replaced by the mean of what lies around them, so that their edges raise no
/// filter.
Field without_excluded(const Image& image, const Mask& excluded);

}  // namespace soleus::segmentation
