// What is cut by walls and caps: links with the slots they read and write, valid until the wall moves on.
#pragma once

#include <vector>

#include "pipeline/base/vec3.hpp"
#include "solver_cuda/physics/open_end.hpp"
#include "solver_cuda/physics/wall_link.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// The four slots of a link at node x that the wall cuts in direction opposite(i), y = x - c_i being solid:
///   a = (x, i)   b = (y, opposite i)   c = (x, opposite i)   d = (x + c_i, i).
/// After an even step, a holds what left towards the wall, b takes what comes back, c holds what left along i
/// and d what left x + c_i towards x; after an odd step a and b, and c and d, change places.
struct LinkSlots {
  Slot a, b, c, d;
};

template <class Real>
struct Boundary {
  std::vector<LinkSlots> slots;       // wall links, in ascending order of tile and node
  std::vector<WallLink<Real>> links;  // [slots]

  /// The wall within a tile: ranges of `slots` and of `at_wall`.
  struct WallTile {
    std::uint32_t first_link, end_link, first_node, end_node;
    double mass_per_step;   // that the moving wall displaces into the lumen
    double cells_per_step;  // its volume
  };
  std::vector<WallTile> wall_tiles;
  std::vector<Slot> at_wall;  // population at rest of every node that has wall links

  struct OpenNode {
    Node node;
    std::uint32_t directions;
    Real profile = 0;      // flow openings: inward velocity that belongs to a flow of one cell per step
    Macro<Real> inside{};  // density and velocity of the node when the step begins
  };
  struct CapLinks {
    bool imposes_flow = false;
    Real inward[3] = {};
    double flow = 0;  // imposed for a factor of one, positive into the lumen [cells per step]
    std::vector<OpenNode> nodes;
    double mass_in = 0;  // lattice mass that entered in the last step
  };
  std::vector<CapLinks> caps;  // in the order of Wall::caps()
};

}  // namespace soleus
