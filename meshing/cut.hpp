// Cutting a vessel open across its axis, prolonging it straight and closing it with a flat cap.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "meshing/remesh.hpp"
#include "pipeline/base/bvh.hpp"

namespace soleus {

/// The closed curve in which a plane cuts one vessel.
struct VesselCut {
  Vec3 center_m{};  // centroid of the enclosed area
  Vec3 outward{};   // unit normal of the plane; the tip on this side goes
  double area_m2 = 0;
  std::vector<int> triangles;             // cut by the plane, in order around the vessel
  std::vector<std::array<int, 2>> edges;  // edges[i], kept end first, is where the curve enters triangles[i]
  std::vector<Vec3> curve_m;              // point on edges[i]
  std::vector<int> tip;                   // triangles beyond the plane
};

/// The cut of the vessel around `center`; none when the plane does not cut off a tip within `reach_m` of the
/// centre.
std::optional<VesselCut> find_cut(const Bvh& wall, const std::vector<std::array<int, 3>>& neighbours,
                                  const Vec3& center, const Vec3& outward, double reach_m);

/// Do two cuts change a common triangle?
bool overlap(const VesselCut& a, const VesselCut& b);

struct Extension {
  VesselCut cut;
  double length_m = 0;
  double edge_m = 0;  // rings and ring points this far apart
  int cap = -1;       // number that the cap gets, -1: wall
};

/// Of the round end.
double diameter(const Extension& e);
/// Which extensions come nearer to another one than two edges and nearer than their cuts are.
std::vector<char> crowded_extensions(const std::vector<Extension>& extensions);

/// All tips cut off and replaced by straight extensions that turn round over one diameter, with flat caps.
/// part[t] is the index of the extension that triangle t belongs to, -1 for the original wall.
struct OpenedSurface {
  PatchedSurface patched;
  std::vector<int> part;
};
OpenedSurface open_ends(const Surface& closed, const std::vector<Extension>& extensions, int caps);

/// Closes a boundary loop by a fan around its centroid.
void close_with_fan(Surface& s, const std::vector<int>& loop);

}  // namespace soleus
