#include "meshing/checks.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "meshing/cut.hpp"
#include "meshing/intersections.hpp"
#include "meshing/meshing.hpp"
#include "meshing/picture.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

double typical_edge(const Surface& s) {
  return std::sqrt(area(s) / double(s.triangles.size()) * 4 / std::sqrt(3.0));
}

[[noreturn]] void refuse(const std::string& sentence, const std::filesystem::path& picture, const Surface& s,
                         const std::vector<Vec3>& places, double radius_m) {
  write_picture(picture, s, places, radius_m);
  throw InputError(sentence);
}

struct LoopShape {
  Vec3 center;
  double radius_m, out_of_plane_m;
};

LoopShape shape_of(const Surface& s, const std::vector<int>& loop) {
  std::vector<Vec3> p;
  p.reserve(loop.size());
  for (int v : loop) p.push_back(s.points_m[v]);
  const Vec3 area_vector = polygon_area_vector(p), n = normalized(area_vector);
  LoopShape out{polygon_centroid(p), std::sqrt(norm(area_vector) / std::numbers::pi), 0};
  for (const Vec3& x : p) out.out_of_plane_m = std::max(out.out_of_plane_m, std::abs(dot(x - out.center, n)));
  return out;
}

bool flat_caps(const Geometry& g) {
  for (std::size_t t = 0; t < g.cap.size(); ++t) {
    if (g.cap[t] < 0) continue;
    const Opening& o = g.openings[g.cap[t]];
    for (int v : g.surface.triangles[t]) {
      if (std::abs(dot(g.surface.points_m[v] - o.center_m, o.outward)) > 1e-3 * o.radius_m) return false;
    }
    if (dot(triangle_normal(g.surface, int(t)), o.outward) < 0.99) return false;
  }
  return true;
}

void centerline_faults(const Centerlines& c, std::vector<std::string>& out) {
  for (const Branch& b : c.branches) {
    const std::size_t n = b.points_m.size();
    if (n < 2 || b.radius_m.size() != n || b.area_m2.size() != n || b.abscissa_m.size() != n) {
      out.push_back(fmt::format(
          "branch {} of the centrelines has arrays of different lengths or fewer than 2 points.", b.id));
    }
    if (b.parent >= int(c.branches.size()) || b.parent == b.id) {
      out.push_back(fmt::format("branch {} of the centrelines names {} as its parent.", b.id, b.parent));
    }
  }
}

}  // namespace

std::vector<OpenLoop> close_open_ends(Surface& s, const std::string& what,
                                      const std::filesystem::path& folder) {
  const EdgeFaults found = edge_faults(s);
  if (!found.non_manifold.empty()) {
    const Vec3 place = 0.5 * (s.points_m[found.non_manifold[0].a] + s.points_m[found.non_manifold[0].b]);
    refuse(fmt::format("{}: the surface is not a manifold: {} edge{} shared by more than two triangles, the "
                       "first near {}; "
                       "every edge must belong to exactly two triangles.",
                       what, found.non_manifold.size(), found.non_manifold.size() == 1 ? " is" : "s are",
                       place_text(place)),
           folder / "failure_non_manifold.png", s, {place}, 4 * typical_edge(s));
  }
  std::vector<OpenLoop> loops;
  const Surface open = s;
  for (const auto& loop : boundary_loops(open)) {
    const LoopShape shape = shape_of(open, loop);
    constexpr double plane_enough = 0.35;  // height over radius
    if (loop.size() < 6 || shape.out_of_plane_m > plane_enough * shape.radius_m) {
      refuse(fmt::format("{}: the surface is not closed: {} boundary edges around {} do not bound a flat "
                         "vessel end; close the "
                         "hole, or cut the vessel off across its axis.",
                         what, loop.size(), place_text(shape.center)),
             folder / "failure_open_surface.png", open, {shape.center},
             std::max(shape.radius_m, 2 * typical_edge(open)));
    }
    close_with_fan(s, loop);
    loops.push_back({shape.center, shape.radius_m});
  }
  return loops;
}

void check_loops_are_tips(const Surface& s, const std::vector<OpenLoop>& loops,
                          const std::vector<Vec3>& tips_m, const std::string& what,
                          const std::filesystem::path& folder) {
  for (const OpenLoop& loop : loops) {
    const bool at_tip = std::any_of(tips_m.begin(), tips_m.end(), [&](const Vec3& tip) {
      return norm(tip - loop.center_m) < 1.5 * loop.radius_m;
    });
    if (at_tip) continue;
    refuse(fmt::format("{}: the surface is not closed: there is a hole of radius {:.2f} mm in the wall near "
                       "{} where no vessel "
                       "ends; close it.",
                       what, loop.radius_m * 1e3, place_text(loop.center_m)),
           folder / "failure_open_surface.png", s, {loop.center_m},
           std::max(loop.radius_m, 2 * typical_edge(s)));
  }
}

void check_no_self_intersection(const Bvh& surface, const std::string& what,
                                const std::filesystem::path& folder) {
  const auto pairs = self_intersections(surface, 1000);
  if (pairs.empty()) return;
  std::vector<Vec3> places;
  places.reserve(pairs.size());
  for (const auto& [a, b] : pairs)
    places.push_back(0.5 * (triangle_center(surface.surface(), a) + triangle_center(surface.surface(), b)));
  const std::string count = pairs.size() == 1000 ? "1000 or more" : std::to_string(pairs.size());
  refuse(fmt::format("{}: the surface intersects itself: {} pair{} of triangles cross, the first near {}; "
                     "separate or merge "
                     "the two walls there.",
                     what, count, pairs.size() == 1 ? "" : "s", place_text(places[0])),
         folder / "failure_self_intersection.png", surface.surface(), places,
         4 * typical_edge(surface.surface()));
}

void report_handles(const Surface& s) {
  const int handles = (2 - euler_characteristic(s)) / 2;
  if (handles > 0) {
    spdlog::warn(
        "the lumen has {} loop{} (Euler characteristic {}): veins that part and meet again, or two veins "
        "that the image "
        "does not separate",
        handles, handles == 1 ? "" : "s", euler_characteristic(s));
  }
}

std::vector<std::string> faults(const Geometry& g) {
  std::vector<std::string> out;
  centerline_faults(g.centerlines, out);
  if (g.cap.size() != g.surface.triangles.size())
    out.push_back("the cap array does not have one value per triangle.");
  for (const auto& t : g.surface.triangles) {
    for (int v : t) {
      if (v >= 0 && v < int(g.surface.points_m.size())) continue;
      out.push_back("a triangle names a point that does not exist.");
      return out;
    }
  }
  for (const Vec3& p : g.surface.points_m) {
    if (std::isfinite(p.x + p.y + p.z)) continue;
    out.push_back("the lumen surface has a point that is not finite.");
    return out;
  }
  for (int c : g.cap) {
    if (c >= -1 && c < int(g.openings.size())) continue;
    out.push_back("the cap array names an opening that does not exist.");
    return out;
  }
  const bool periodic = g.shape && (g.shape->periodic[0] || g.shape->periodic[1] || g.shape->periodic[2]);
  if (periodic || !out.empty()) return out;  // a periodic shape's surface is open where the cell ends
  if (g.surface.triangles.empty()) return {"the lumen surface is empty."};
  const EdgeFaults edges = edge_faults(g.surface);
  if (!edges.boundary.empty())
    out.push_back(fmt::format("the lumen surface is not closed: {} boundary edges.", edges.boundary.size()));
  if (!edges.non_manifold.empty())
    out.push_back("the lumen surface has edges shared by more than two triangles.");
  if (!edges.inconsistent.empty())
    out.push_back("the triangles of the lumen surface do not all face the same way.");
  if (out.empty() && volume(g.surface) <= 0) out.push_back("the lumen surface is turned inside out.");
  if (out.empty() && !flat_caps(g)) out.push_back("a cap of the lumen surface is not flat.");
  return out;
}

}  // namespace soleus
