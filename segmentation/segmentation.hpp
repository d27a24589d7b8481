// Image -> labels. Reading of CT and MR volumes, vein segmentation, quality figures and overlays.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "pipeline/base/artifacts/image.hpp"
#include "pipeline/base/artifacts/labels.hpp"
#include "pipeline/base/artifacts/motion.hpp"
#include "pipeline/base/fields.hpp"

namespace soleus {

/// A volume of the same patient while the calf contracts.
struct ContractedImageConfig {
  std::filesystem::path file;
  std::string series;  // DICOM series instance UID
  double time_s = 0;   // within (0, cycle)
};
void describe(Fields& f, ContractedImageConfig& c);

/// How contracted images are registered to the one at rest.
struct RegistrationConfig {
  int levels = 3;             // each half as fine as the next
  int iterations = 60;        // most steps on each level
  double smoothing_m = 1e-3;  // standard deviation of the Gaussian on each step
  double margin_m = 8e-3;     // around the veins at rest, in which the images are compared
};
void describe(Fields& f, RegistrationConfig& c);

/// The `image` section: one of `file` (DICOM folder, NIfTI, NRRD, MetaImage) or `phantom` (a description to
/// make one from).
struct ImageConfig {
  std::filesystem::path file;
  std::filesystem::path phantom;
  std::string series;  // DICOM series instance UID, when a folder holds several
  std::vector<ContractedImageConfig> contracted{};
  std::optional<double> cycle_s{};  // the image shows the leg at 0 and again at the end of a cycle
  RegistrationConfig registration{};
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

/// Registers the contracted images of the case to the image at rest, near the veins. Adds `motion` to
/// quality.json of `folder` and writes motion_1.png, ... there. Throws InputError that names the image when
/// it is of another patient position or place, when the registration does not bring the images together, or
/// folds.
ImagedMotion register_motion(const ImageConfig& config, const Image& rest, const Labels& labels,
                             const std::filesystem::path& folder);

/// Segments the veins that the case's seeds lie in. Writes overlays (*.png) and quality.json to `folder`.
Labels segment(const SegmentationConfig& config, const Image& image, const std::filesystem::path& folder);

}  // namespace soleus
