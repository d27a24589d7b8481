// Pictures for a person to check: grey values with the contour of the labels.
#pragma once

#include <filesystem>

#include "pipeline/base/artifacts/image.hpp"
#include "pipeline/base/artifacts/labels.hpp"

namespace soleus::segmentation {

/// Writes axial.png, coronal.png and sagittal.png (slices through the labels) and mip.png (maximum intensity
/// of `without_bone` from the front and from the side, the labels' outline on a second copy). Seen as
/// radiologists do: axial from the feet, coronal from the front, so that the patient's right is on the left.
/// Letters say where right, left, anterior, posterior, head and feet are.
void save_overlays(const Image& image, const Image& without_bone, const Labels& labels,
                   const std::filesystem::path& folder);

/// Writes `file`: axial slices through `place_m` and some way below and above it. In the upper row the image
/// at rest with the outline of its labels; in the lower row the contracted one with the outline of the labels
/// where they have moved, and in blue where they were. All on one grid.
struct MotionPicture {
  const Image& rest;
  const Labels& labels;
  const Image& contracted;
  const Labels& moved;
  Vec3 place_m;
};
void save_motion_overlay(const MotionPicture& picture, const std::filesystem::path& file);

}  // namespace soleus::segmentation
