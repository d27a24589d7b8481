// Between our volumes and ITK's. Private to segmentation: includes ITK.
#pragma once

#include <fmt/format.h>
#include <itkImage.h>

#include <string>
#include <vector>

#include "pipeline/base/artifacts/image.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus::segmentation {

using ItkImage = itk::Image<float, 3>;
constexpr double mm_per_m = 1000;

/// An ITK image over our memory, not a copy: `values` must outlive it and no filter may run in place on it.
/// Millimetres.
template <class T>
typename itk::Image<T, 3>::Pointer itk_view(const Grid& grid, const std::vector<T>& values) {
  using Target = itk::Image<T, 3>;
  auto image = Target::New();
  typename Target::SizeType size;
  typename Target::SpacingType spacing;
  typename Target::PointType origin;
  typename Target::DirectionType direction;
  for (int a = 0; a < 3; ++a) {
    size[a] = grid.size[a];
    spacing[a] = grid.spacing_m[a] * mm_per_m;
    origin[a] = grid.origin_m[a] * mm_per_m;
    for (int row = 0; row < 3; ++row) direction(row, a) = grid.axes[a][row];
  }
  image->SetRegions(size);
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  image->SetDirection(direction);
  image->GetPixelContainer()->SetImportPointer(const_cast<T*>(values.data()), values.size(), false);
  return image;
}

template <class T>
Grid grid_of(const itk::Image<T, 3>& image) {
  Grid grid;
  for (int a = 0; a < 3; ++a) {
    grid.size[a] = int(image.GetLargestPossibleRegion().GetSize()[a]);
    grid.spacing_m[a] = image.GetSpacing()[a] / mm_per_m;
    grid.origin_m[a] = image.GetOrigin()[a] / mm_per_m;
    for (int row = 0; row < 3; ++row) grid.axes[a][row] = image.GetDirection()(row, a);
  }
  return grid;
}

template <class T>
std::vector<T> values_of(const itk::Image<T, 3>& image) {
  const T* first = image.GetBufferPointer();
  return {first, first + image.GetBufferedRegion().GetNumberOfPixels()};
}

/// `name` starts the message when the axes are not perpendicular.
inline Image to_image(const ItkImage& image, const std::string& name) {
  constexpr double perpendicular = 1e-3;  // NIfTI keeps its axes in single precision
  Image out{.grid = grid_of(image), .values = values_of(image)};
  const auto& axes = out.grid.axes;
  for (int a = 0; a < 3; ++a)
    if (std::abs(dot(axes[a], axes[(a + 1) % 3])) > perpendicular)
      throw InputError(
          fmt::format("{} has voxel axes that are not perpendicular (sheared); resample it first.", name));
  return out;
}

}  // namespace soleus::segmentation
