#include <itkFastMarchingImageFilter.h>

#include <algorithm>

#include "segmentation/itk_image.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

Field arrival_times(const Grid& grid, const Field& speed_m_s, const std::vector<std::size_t>& sources,
                    double limit_s) {
  using March = itk::FastMarchingImageFilter<ItkImage, ItkImage>;
  Grid metres = upright(grid);
  metres.spacing_m = grid.spacing_m / mm_per_m;  // itk_view multiplies by it: the filter then works in metres
  const auto input = itk_view(metres, speed_m_s);
  auto nodes = March::NodeContainer::New();
  for (unsigned n = 0; n < sources.size(); ++n) {
    const auto [i, j, k] = voxel_of(grid, sources[n]);
    March::NodeType node;
    node.SetValue(0);
    node.SetIndex({{i, j, k}});
    nodes->InsertElement(n, node);
  }
  auto march = March::New();
  march->SetInput(input);
  march->SetTrialPoints(nodes);
  march->SetStoppingValue(limit_s);
  march->Update();
  Field times = values_of(*march->GetOutput());
  for (float& t : times) t = std::min(t, float(limit_s));
  return times;
}

}  // namespace soleus::segmentation
