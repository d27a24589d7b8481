#include <itkCurvatureAnisotropicDiffusionImageFilter.h>

#include "segmentation/itk_image.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

Field diffuse(const Grid& grid, const Field& field, int iterations, double conductance) {
  if (iterations == 0) return field;
  Grid unit = upright(grid);
  unit.spacing_m = Vec3{1, 1, 1} / mm_per_m;  // steps of voxels: the voxels are cubes
  const auto input = itk_view(unit, field);
  auto filter = itk::CurvatureAnisotropicDiffusionImageFilter<ItkImage, ItkImage>::New();
  filter->SetInput(input);
  filter->SetNumberOfIterations(unsigned(iterations));
  filter->SetConductanceParameter(conductance);
  filter->SetTimeStep(0.0625);  // the stable limit in 3D, 1 / 2^(3+1)
  filter->Update();
  return values_of(*filter->GetOutput());
}

}  // namespace soleus::segmentation
