// Which links the wall cuts, where, and how fast it is there.
#pragma once

#include "solver_cuda/choices.hpp"
#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/cells.hpp"

namespace soleus {

/// Finds the packs of nodes at walls and openings, and the links that the wall cuts now. A moving wall pushes
/// with the density of the fluid at it, read from f (Populations or Cells), so that the mass it displaces is
/// the mass that leaves.
template <class L, class Real, class Store>
void link_wall(Boundary<L, Real>& boundary, const Store& f, const WallView& view, WallRule rule);

/// The nodes of which link_wall() reads f: fluid nodes with a neighbour that is not fluid, ascending.
template <class L>
std::vector<Node> nodes_at_boundary(const Lattice& lattice);

/// Where the wall cuts the link that arrives at the fluid node n along i.
Vec3 cut_point(const WallView& view, Node n, int i);

/// Faces of a box meet where a cut point is nearer to both of them than this [cells].
inline constexpr double face_margin = 0.01;

}  // namespace soleus
