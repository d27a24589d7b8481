// The figures of a motion, written to quality.json, and what of them cannot be accepted.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/labels.hpp"
#include "pipeline/base/artifacts/motion.hpp"
#include "segmentation/registration_level.hpp"

namespace soleus::segmentation {

struct Range {
  double min = 1e300, max = -1e300;
  void take(double v) {
    if (v < min) min = v;
    if (v > max) max = v;
  }
};

/// How well the images agree near the veins, before and after. Residuals are root mean squares of the
/// difference in grey values, once the contracted image has the mean and deviation of the one at rest.
struct Agreement {
  double residual_before = 0, residual_after = 0;
  double correlation_before = 0, correlation_after = 0;
  double spread = 0;  // standard deviation of the grey values at rest
};

struct FrameQuality {
  std::string image;
  double time_s = 0;
  Agreement agreement;
  Range jacobian_lumen, jacobian_mask;  // determinant of the backward map: volume at rest over volume now
  Range forward_jacobian_lumen;         // of the forward map, in the lumen at rest
  double volume_ratio = 0;              // of the lumen, over that at rest
  double mean_displacement_m = 0, max_displacement_m = 0;    // in the lumen
  double mean_inconsistency_m = 0, max_inconsistency_m = 0;  // |X(x(X)) - X| in the lumen at rest
  double smallest_area_ratio = 0;                            // of axial slices of the lumen
  Vec3 smallest_area_at_m{};
};

/// The figures of a frame; `lumen` and `mask` are those at rest, on the motion's grid.
FrameQuality measure(const ImagedMotion& motion, std::size_t frame, const Mask& lumen, const Mask& mask);

/// The voxels whose material was in the mask at rest.
Mask moved(const Grid& grid, const VectorField& backward_m, const Mask& mask);

/// Throws InputError, beginning with `key`, when the images do not agree after the registration, or when the
/// motion folds in the lumen.
void refuse_bad_registration(const std::string& key, const Agreement& agreement);
void refuse_folding(const std::string& key, const FrameQuality& quality);

/// Adds `motion` to the file, which may be there already.
void save(const std::vector<FrameQuality>& frames, const ImagedMotion& motion,
          const std::filesystem::path& quality_json);

}  // namespace soleus::segmentation
