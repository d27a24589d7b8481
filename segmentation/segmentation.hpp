// Image -> labels. Reading of CT and MR volumes, vein segmentation, quality figures and overlays.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "pipeline/base/artifacts/image.hpp"
#include "pipeline/base/artifacts/labels.hpp"
#include "pipeline/base/fields.hpp"

namespace soleus {

/// The `image` section: one of `file` (DICOM folder, NIfTI, NRRD, MetaImage) or `phantom` (a description to
/// make one from).
struct ImageConfig {
  std::filesystem::path file;
  std::filesystem::path phantom;
  std::string series;  // DICOM series instance UID, when a folder holds several
};
void describe(Fields& f, ImageConfig& c);

struct SegmentationConfig;  // segmentation/config.hpp
void describe(Fields& f, SegmentationConfig& c);

/// Threads that ITK's filters use from now on; the program's own loops follow set_threads
/// (pipeline/base/parallel.hpp).
void set_itk_threads(int threads);

/// Throws InputError with a sentence that names the file or slice and what is wrong.
Image read_image(const ImageConfig& config);
/// NRRD, MetaImage or NIfTI by extension; millimetres and LPS in the file.
void save(const Image& image, const std::filesystem::path& file);
Image load_image(const std::filesystem::path& file);
void save(const Labels& labels, const std::filesystem::path& file);
Labels load_labels(const std::filesystem::path& file);

/// Segments the veins that the case's seeds lie in. Writes overlays (*.png) and quality.json to `folder`.
Labels segment(const SegmentationConfig& config, const Image& image, const std::filesystem::path& folder);

}  // namespace soleus
