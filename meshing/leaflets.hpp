// The cusps of a valve as sheets at rest in a vein.
#pragma once

#include <string>
#include <vector>

#include "meshing/valve_frame.hpp"
#include "meshing/valve_shape.hpp"
#include "pipeline/base/artifacts/valves.hpp"

namespace soleus {

/// One sheet per cusp of edges about `edge_m`, smallest angle about 20 degrees. Of a bicuspid valve the first
/// cusp lies on the side of the frame's +y, the second on that of -y.
///
/// The attachment lies on the wall: lowest (height 0) in the middle of the cusp, at the commissures at the
/// cusp's height. From each of its points a curve leads downstream and inwards, first bellied, (1 - s)^2
/// times the way from the wall, then straight along the plane of the commissures, half the gap from it, over
/// the coaptation height, to the free edge, which sags as (1 - u^2)^2 (valve_shape.hpp). A monocusp follows
/// the opposite wall instead of the plane, one gap from it.
///
/// Throws InputError when a side branch leaves the vein where a cusp is attached or a cusp would meet the
/// wall; `name` is the valve's in the message.
std::vector<Cusp> make_leaflets(const Bvh& lumen, const ValveFrame& f, const ValveShape& v, double edge_m,
                                const std::string& name);

}  // namespace soleus
