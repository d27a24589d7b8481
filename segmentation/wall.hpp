// The place of the vessel wall between the grey values of blood and of what lies around, both taken locally.
#pragma once

#include "segmentation/config.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

struct WallInput {
  const Grid& grid;
  const Field& values;      // grey values, bright vessels
  const Mask& start;        // lumen of the front
  const Mask& paths;        // voxels that stay in the lumen: they hold it together
  const Mask& unavailable;  // bone, air, skin and other vessels: neither lumen nor surroundings
};

struct Wall {
  Mask lumen;
  int iterations = 0;
};

Wall place_wall(const WallInput& in, const WallFitConfig& config);

}  // namespace soleus::segmentation
