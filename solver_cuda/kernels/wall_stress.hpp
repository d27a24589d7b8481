// Stress of the fluid on the wall.
#pragma once

#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/geometry/wall_points.hpp"
#include "solver_cuda/kernels/observe.hpp"
#include "solver_cuda/physics/rheology.hpp"

namespace soleus {

/// At surface points; NaN where fewer than four fluid nodes with a strain rate lie within five cells.
struct WallStress {
  std::vector<float> shear_pa;     // [3 points] tangential traction, on the wall
  std::vector<float> traction_pa;  // [3 points] p n - mu (grad u + grad u^T) n, n out of the lumen
};

/// Of what is read at a wall point the part that comes from a node.
struct NodeShare {
  Node node;
  double share;
};
using WallShares = std::vector<std::vector<NodeShare>>;  // [points]; none where there are too few nodes

/// Strain rate and density of the nodes near a wall point, fitted by a quadratic polynomial and read at the
/// point. The velocity is not used: it slips at the wall by a part of dx^2, so that its gradient next to the
/// wall is only good to first order, while a constant slip leaves the strain rate alone (docs/numerics.md,
/// section 6). The viscosity is that of the shear rate there [1/s]. `fields` has its strain; `reference_pa`
/// is added to the lattice's own pressure. `kept` has the shares of the same points of a wall that stands
/// still from one call to the next, about 2 KB for a point: nearly all of the time goes into finding them.
WallStress wall_stress(const MacroFields& fields, const WallView& view, const WallSamples& samples,
                       const Rheology<double>& fluid, double reference_pa, WallShares* kept = nullptr);

}  // namespace soleus
