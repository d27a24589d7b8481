// Pictures for a person to check: grey values with the contour of the labels.
#pragma once

#include <filesystem>

#include "pipeline/base/artifacts/image.hpp"
#include "pipeline/base/artifacts/labels.hpp"

namespace soleus::segmentation {

/// Writes axial.png, coronal.png, sagittal.png (slices through the labels) and mip.png (maximum intensity from the front and
/// from the side). Seen as radiologists do: axial from the feet, coronal from the front, patient's right on the left.
void save_overlays(const Image& image, const Labels& labels, const std::filesystem::path& folder);

}  // namespace soleus::segmentation
