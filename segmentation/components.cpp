#include <itkBinaryFillholeImageFilter.h>
#include <itkConnectedComponentImageFilter.h>
#include <itkRelabelComponentImageFilter.h>

#include "segmentation/itk_image.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

using ItkMask = itk::Image<std::uint8_t, 3>;
using ItkLabels = itk::Image<int, 3>;

Components components(const Grid& grid, const Mask& mask) {
  const auto input = itk_view(upright(grid), mask);
  auto find = itk::ConnectedComponentImageFilter<ItkMask, ItkLabels>::New();
  find->SetInput(input);
  auto sort = itk::RelabelComponentImageFilter<ItkLabels, ItkLabels>::New();
  sort->SetInput(find->GetOutput());
  sort->Update();
  Components out{.label = values_of(*sort->GetOutput()), .voxels = {}};
  for (const auto size : sort->GetSizeOfObjectsInPixels()) out.voxels.push_back(size);
  return out;
}

Mask fill_cavities(const Grid& grid, const Mask& mask) {
  const auto input = itk_view(upright(grid), mask);
  auto fill = itk::BinaryFillholeImageFilter<ItkMask>::New();
  fill->SetInput(input);
  fill->SetForegroundValue(1);
  fill->Update();
  return values_of(*fill->GetOutput());
}

}  // namespace soleus::segmentation
