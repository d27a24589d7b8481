// What a surface must be before and after meshing. Each refusal is an InputError with a picture of the place.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/geometry.hpp"
#include "pipeline/base/bvh.hpp"

namespace soleus {

/// An open end of a surface file: its boundary was closed by a fan of triangles.
struct OpenLoop {
  Vec3 center_m{};
  double radius_m = 0;
};

/// Refuses non-manifold edges and holes that are no vessel ends; closes vessel ends (plane, round loops).
/// `what` names the surface in messages.
std::vector<OpenLoop> close_open_ends(Surface& s, const std::string& what,
                                      const std::filesystem::path& folder);

/// Refuses loops far from every tip: holes in the side of a vessel.
void check_loops_are_tips(const Surface& s, const std::vector<OpenLoop>& loops,
                          const std::vector<Vec3>& tips_m, const std::string& what,
                          const std::filesystem::path& folder);

void check_no_self_intersection(const Bvh& surface, const std::string& what,
                                const std::filesystem::path& folder);

/// Warns when the surface has handles: veins that part and meet again.
void report_handles(const Surface& s);

}  // namespace soleus
