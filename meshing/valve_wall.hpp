// The wall around a valve: the sinus, and veins that are dilated or banded.
#pragma once

#include "meshing/remesh.hpp"
#include "meshing/valve_frame.hpp"
#include "meshing/valve_shape.hpp"

namespace soleus {

/// Factor on the distance from the centreline: the calibre's changes times the sinus, which rises and falls
/// as sin^2 along its length and is widest in the middle of each cusp, with nothing at the commissures. A
/// sinus that the lumen has is no part of it. Its first derivatives are continuous.
double wall_factor(const ValveShape& v, double z_m, double angle_rad);

/// Heights of the sinus and between which wall_factor is not 1.
struct HeightRange {
  double from_m = 0, to_m = 0;
};
HeightRange changed_heights(const ValveShape& v);

/// Moves the wall of the vein that the frame runs through, side branches fading out, and remeshes what has
/// been moved at the edge length it had. Caps and all else keep their points' places (not their numbers).
/// Throws InputError when the wall would meet another vein; `name` is the valve's in the message.
PatchedSurface shape_wall(const PatchedSurface& lumen, const ValveFrame& f, const ValveShape& v,
                          const std::string& name);

}  // namespace soleus
