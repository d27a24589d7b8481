// Pictures of walls side by side, coloured by a field on a common scale.
#pragma once

#include <vtkSmartPointer.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

class vtkPolyData;  // NOLINT(cppcoreguidelines-virtual-class-destructor)

namespace soleus {

struct WallView3d {
  vtkSmartPointer<vtkPolyData> wall;
  std::string field;  // of its points, one component; NaN is grey
  std::string title;
  bool signed_values = false;  // about zero, with a scale of its own
};

/// A PNG of one panel a view, 1600 x 900, all seen from the same side: the longest axis of the first wall
/// upright, the broadest side in front. The scale ends at the 98th percentile of all that share it. Needs a
/// display (OffscreenDisplay). `texts` become PNG text chunks. Throws ResourceError.
void draw_walls(const std::vector<WallView3d>& views, const std::string& scale_title,
                const std::map<std::string, std::string>& texts, const std::filesystem::path& file);

}  // namespace soleus
