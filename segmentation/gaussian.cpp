#include <itkSmoothingRecursiveGaussianImageFilter.h>

#include "segmentation/itk_image.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

Field gaussian(const Grid& grid, const Field& field, double sigma_m) {
  const auto input = itk_view(upright(grid), field);
  auto filter = itk::SmoothingRecursiveGaussianImageFilter<ItkImage, ItkImage>::New();
  filter->SetInput(input);
  filter->SetSigma(sigma_m * mm_per_m);
  filter->InPlaceOff();
  filter->Update();
  return values_of(*filter->GetOutput());
}

Field gaussian(const Grid& grid, const Mask& mask, double sigma_m) {
  return gaussian(grid, Field(mask.begin(), mask.end()), sigma_m);
}

Field local_mean(const Grid& grid, const Field& field, const Mask& weight, double sigma_m, float empty) {
  constexpr float too_little =
      3e-3f;  // of the kernel's weight; the tails of the recursive filter are not exact
  Field weighted(field.size());
  for (std::size_t v = 0; v < field.size(); ++v) weighted[v] = weight[v] ? field[v] - empty : 0;
  Field mean = gaussian(grid, weighted, sigma_m);
  const Field sum = gaussian(grid, weight, sigma_m);
  for (std::size_t v = 0; v < mean.size(); ++v)
    mean[v] = empty + (sum[v] > too_little ? mean[v] / sum[v] : 0);
  return mean;
}

}  // namespace soleus::segmentation
