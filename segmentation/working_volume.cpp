#include "segmentation/working_volume.hpp"

#include <fmt/format.h>
#include <itkBSplineInterpolateImageFunction.h>
#include <itkLinearInterpolateImageFunction.h>
#include <itkResampleImageFilter.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "segmentation/itk_image.hpp"
#include "segmentation/part.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {
namespace {

Box box_of(const Grid& grid) {
  return {{0, 0, 0}, {grid.size[0] - 1, grid.size[1] - 1, grid.size[2] - 1}};
}

Box cropped(const Grid& grid, const CropConfig& crop) {
  Box box = box_of(grid);
  const Vec3 a = grid.continuous_index(crop.from_m), b = grid.continuous_index(crop.to_m);
  for (int axis = 0; axis < 3; ++axis) {
    box.first[axis] = std::max(0, int(std::ceil(std::min(a[axis], b[axis]) - 0.5)));
    box.last[axis] = std::min(grid.size[axis] - 1, int(std::floor(std::max(a[axis], b[axis]) + 0.5)));
    if (box.first[axis] > box.last[axis])
      throw InputError("segmentation.crop: the box does not overlap the image.");
  }
  return box;
}

/// The part of `box` that holds everything brighter than air, and a little around it.
Box without_air(const Image& image, const Box& box, double below_hu) {
  constexpr int around = 3;
  Box body{box.last, box.first};
  std::size_t v = 0;
  for (int k = 0; k < image.grid.size[2]; ++k)
    for (int j = 0; j < image.grid.size[1]; ++j)
      for (int i = 0; i < image.grid.size[0]; ++i, ++v) {
        if (image.values[v] <= below_hu) continue;
        const std::array<int, 3> at{i, j, k};
        for (int a = 0; a < 3; ++a)
          body.first[a] = std::min(body.first[a], at[a]), body.last[a] = std::max(body.last[a], at[a]);
      }
  for (int a = 0; a < 3; ++a) {
    body.first[a] = std::max(box.first[a], body.first[a] - around);
    body.last[a] = std::min(box.last[a], body.last[a] + around);
    if (body.first[a] > body.last[a])
      throw InputError(
          fmt::format("segmentation.air.below: nothing in the image is brighter than {:g} HU.", below_hu));
  }
  return body;
}

/// Same extent, cubic voxels, right-handed axes.
Grid cubic(const Grid& grid, double edge_m) {
  Grid out = grid;
  out.spacing_m = {edge_m, edge_m, edge_m};
  for (int a = 0; a < 3; ++a)
    out.size[a] = std::max(1, int(std::floor((grid.size[a] - 1) * grid.spacing_m[a] / edge_m + 1e-6)) + 1);
  if (dot(cross(out.axes[0], out.axes[1]), out.axes[2]) < 0) {
    out.origin_m = out.point(0, 0, out.size[2] - 1);
    out.axes[2] = -out.axes[2];
  }
  return out;
}

bool nearly_cubic(const Grid& grid, double edge_m) {
  constexpr double same = 1e-3;  // relative; resampling for less would only blur
  for (int a = 0; a < 3; ++a)
    if (std::abs(grid.spacing_m[a] - edge_m) > same * edge_m) return false;
  return true;
}

template <class Interpolator>
Image resample(const Image& image, const Grid& target, float outside,
               typename Interpolator::Pointer interpolator) {
  const auto input = itk_view(image.grid, image.values);
  const auto like = itk_view(target, image.values);  // geometry only; its values are never read
  auto filter = itk::ResampleImageFilter<ItkImage, ItkImage>::New();
  filter->SetInput(input);
  filter->SetInterpolator(interpolator);
  filter->SetSize(like->GetLargestPossibleRegion().GetSize());
  filter->SetOutputSpacing(like->GetSpacing());
  filter->SetOutputOrigin(like->GetOrigin());
  filter->SetOutputDirection(like->GetDirection());
  filter->SetDefaultPixelValue(outside);
  filter->Update();
  return {.grid = target, .values = values_of(*filter->GetOutput())};
}

/// Voxels of `part` copied from the image it was cut from; axes may be reversed.
Image copied(const Image& image, const Grid& part) {
  Image out{.grid = part, .values = Field(part.voxels())};
  std::size_t v = 0;
  for (int k = 0; k < part.size[2]; ++k)
    for (int j = 0; j < part.size[1]; ++j)
      for (int i = 0; i < part.size[0]; ++i, ++v)
        out.values[v] = image.values[voxel_at(image.grid, part.point(i, j, k))];
  return out;
}

}  // namespace

Image working_volume(const Image& image, const SegmentationConfig& config) {
  Box box = config.crop ? cropped(image.grid, *config.crop) : box_of(image.grid);
  if (config.air) box = without_air(image, box, config.air->below_hu);
  const Grid part = part_of(image.grid, box).grid;
  const Vec3& s = part.spacing_m;
  const double edge_m = config.voxel_m.value_or(std::min({s.x, s.y, s.z}));
  const bool keep = nearly_cubic(part, edge_m);
  Image cut = copied(image, keep ? cubic(part, part.spacing_m.x) : part);
  if (keep) return cut;
  return resample_cubic(cut, cubic(part, edge_m), *std::min_element(cut.values.begin(), cut.values.end()));
}

Image resample_cubic(const Image& image, const Grid& target, float outside) {
  constexpr int around =
      8;  // voxels beyond which a value no longer reaches through the spline's coefficients
  Box box{image.grid.size, {-1, -1, -1}};
  for (int corner = 0; corner < 8; ++corner) {
    const auto end = [&](int axis) { return corner >> axis & 1 ? target.size[axis] - 1 : 0; };
    const Vec3 at = image.grid.continuous_index(target.point(end(0), end(1), end(2)));
    for (int a = 0; a < 3; ++a) {
      const int last = image.grid.size[a] - 1;
      box.first[a] = std::min(box.first[a], std::clamp(int(std::floor(at[a])) - around, 0, last));
      box.last[a] = std::max(box.last[a], std::clamp(int(std::ceil(at[a])) + around, 0, last));
    }
  }
  const Part near = part_of(image.grid, box);
  const Image cut{.grid = near.grid, .values = segmentation::cut(image.grid, image.values, near)};
  using Spline = itk::BSplineInterpolateImageFunction<ItkImage, double, float>;
  auto spline = Spline::New();
  spline->SetSplineOrder(3);
  return resample<Spline>(cut, target, outside, spline);
}

Image resample_linear(const Image& image, const Grid& target, float outside) {
  using Linear = itk::LinearInterpolateImageFunction<ItkImage, double>;
  return resample<Linear>(image, target, outside, Linear::New());
}

}  // namespace soleus::segmentation
