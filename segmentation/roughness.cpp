#include <itkVotingBinaryImageFilter.h>

#include "segmentation/itk_image.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

Mask without_roughness(const Grid& grid, const Mask& mask) {
  // Of the 27 voxels of a neighbourhood a flat wall has 9 on in front of it and 18 on behind it; on the wall
  // of a vein of radius two voxels it still has 13. Notches and tunnels have more in front, spurs fewer
  // behind.
  constexpr unsigned fill_from = 14, keep_from = 11;
  constexpr int passes = 6;  // after that a few voxels at most change
  using ItkMask = itk::Image<std::uint8_t, 3>;
  using Vote = itk::VotingBinaryImageFilter<ItkMask, ItkMask>;
  Mask smooth = mask;
  for (int n = 0; n < passes; ++n) {
    auto vote = Vote::New();
    vote->SetInput(itk_view(upright(grid), smooth));
    vote->SetRadius(Vote::InputSizeType::Filled(1));
    vote->SetForegroundValue(1);
    vote->SetBackgroundValue(0);
    vote->SetBirthThreshold(fill_from);
    vote->SetSurvivalThreshold(keep_from);
    vote->Update();
    Mask next = values_of(*vote->GetOutput());
    if (next == smooth) break;
    smooth = std::move(next);
  }
  return smooth;
}

}  // namespace soleus::segmentation
