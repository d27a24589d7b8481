// Makes a voxel path smooth and central. Private to the centreline search.
#pragma once

#include <optional>
#include <vector>

#include "meshing/center_paths.hpp"
#include "meshing/centerlines.hpp"

namespace soleus {

struct Refined {
  CenterPath path;
  std::optional<LumenEnd> start, end;  // none: that end of the path is no tip
};

/// `done`: the refined paths so far, of which raw.parent is one.
Refined refine(const RawPath& raw, const std::vector<CenterPath>& done, const Bvh& wall,
               const Neighbours& neighbours, double spacing_m);

}  // namespace soleus
