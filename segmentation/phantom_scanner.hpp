// What a CT scanner does to the anatomy: point spread and noise.
#pragma once

#include <vector>

#include "pipeline/base/artifacts/image.hpp"
#include "pipeline/base/progress.hpp"
#include "segmentation/phantom_spec.hpp"

namespace soleus {

/// Convolves with a Gaussian of full width `fwhm_m` at half maximum; the border repeats. Takes 3 * size[2]
/// progress units.
void blur(Image& image, double fwhm_m, Progress& progress, double done_before);

/// Adds Gaussian noise of the scanner's grain and standard deviation; whole Hounsfield units, as in a file.
/// Takes 4 * size[2] progress units.
void add_noise(Image& image, const PhantomScanner& scanner, Progress& progress, double done_before);

}  // namespace soleus
