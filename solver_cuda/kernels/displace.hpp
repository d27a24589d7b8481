// The volume that the moving wall pushes into the lumen.
#pragma once

#include "solver_cuda/state/boundary.hpp"

namespace soleus {

/// Makes the moving wall displace `cells` more during the next `steps` than its links add up to, shared by
/// tiles as they displace, at most a tenth of it. Returns what it displaces per step then, in cells. Why:
/// links count whole nodes of a cross-section, up to 3 % off in one 20 cells wide; the volume that the lumen
/// loses is known better, its nodes at the wall counted by their share (`NearWall::fluid_volume_m3`).
double displace(std::vector<BoundaryTile>& tiles, double cells, double steps);

}  // namespace soleus
