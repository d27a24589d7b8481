// Lays the lattice over the lumen: tiles, the nodes that can be fluid, and the nodes at the open caps.
#pragma once

#include <cstdint>
#include <vector>

#include "solver_cuda/geometry/wall.hpp"
#include "solver_cuda/state/lumen_nodes.hpp"
#include "solver_cuda/state/node_set.hpp"
#include "solver_cuda/state/tiles.hpp"

namespace soleus {

/// A node next to an open cap; bit i of `directions`: what arrives along i comes through the cap.
struct CapNode {
  Node node;
  int cap;
  std::uint32_t directions;
};

struct Lattice {
  Tiles tiles;
  LumenNodes nodes;                // no fluid yet
  NodeSet reachable;               // candidates and their neighbours: the nodes the wall can pass
  std::vector<CapNode> cap_nodes;  // ascending by node
  double longest_link = 0;         // cells
};

/// Memory that it takes.
std::size_t bytes(const Lattice& lattice);

/// The nodes that can be fluid.
std::vector<Node> candidates(const Lattice& lattice);

/// The nodes and their fluid neighbours along the first `directions` directions, ascending.
std::vector<Node> with_fluid_neighbours(const Lattice& lattice, const std::vector<Node>& nodes,
                                        int directions);

/// `offset` shifts the lattice by fractions of dx (verification of off-lattice walls). Populations move along
/// the first `directions` directions, so those can reach a node or a cap. Throws InputError when
/// a periodic length is not a multiple of 8 dx, an opening does not lead into the lumen, or nothing is
/// inside.
Lattice voxelize(const Wall& wall, double dx_m, const Vec3& offset, double end_time_s, int directions);

}  // namespace soleus
