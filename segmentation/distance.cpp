#include <itkSignedMaurerDistanceMapImageFilter.h>

#include "segmentation/itk_image.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

Field signed_distance(const Grid& grid, const Mask& mask) {
  const auto input = itk_view(upright(grid), mask);
  auto filter = itk::SignedMaurerDistanceMapImageFilter<itk::Image<std::uint8_t, 3>, ItkImage>::New();
  filter->SetInput(input);
  filter->SetSquaredDistance(false);
  filter->SetUseImageSpacing(true);
  filter->SetInsideIsPositive(false);
  filter->Update();
  Field distance = values_of(*filter->GetOutput());
  for (float& d : distance) d /= float(mm_per_m);
  return distance;
}

}  // namespace soleus::segmentation
