// Isotropic remeshing: triangles of a wanted edge length on a given surface, flat caps kept flat.
#pragma once

#include <functional>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

/// A closed surface cut into patches: wall (-1) and flat caps (0, 1, ...). A cap's rim is a closed polygon in
/// its plane.
struct PatchedSurface {
  Surface surface;
  std::vector<int> cap;                 // [triangles]
  std::vector<std::vector<Vec3>> rims;  // [caps]
};

struct WallPoint {
  Vec3 point;
  double edge_m = 0;  // wanted edge length there
};
/// The nearest point of the exact wall (caps excluded) and the edge length wanted there.
using NearestWall = std::function<WallPoint(const Vec3&)>;

/// Split, collapse, flip, slide until edges are near the wanted length (Botsch & Kobbelt, SGP 2004), with
/// points on the wall. At the end points move along their normals so that the facets, not the corners, lie on
/// the wall on average: a vein of eight edges around keeps its calibre.
void remesh(PatchedSurface& mesh, const NearestWall& wall);

/// Whether a sheet ends at its border, or was cut from a closed surface and will be sewn in again.
enum class SheetBorder { free, sewn };
/// The same for an open sheet whose first `held` points, all of its border among them, keep places and
/// numbers. The points of a free sheet lie on `wall`, the facets of one that is sewn in do on average.
void remesh_sheet(Surface& sheet, int held, const NearestWall& wall, SheetBorder border);

}  // namespace soleus
