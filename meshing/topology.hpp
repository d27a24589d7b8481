// Connectivity of triangle meshes: edges, boundary loops, components, normals.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

/// A use of the edge {a, b}, a < b, by a triangle; `forward` when the triangle runs from a to b.
struct EdgeUse {
  int a, b, triangle;
  bool forward;
};

/// All edge uses, sorted so that the uses of one edge lie together.
std::vector<EdgeUse> sorted_edge_uses(const Surface& s);

/// Edges that keep a surface from being a closed, consistently oriented 2-manifold.
struct EdgeFaults {
  std::vector<EdgeUse> boundary, non_manifold, inconsistent;
};
EdgeFaults edge_faults(const Surface& s);

/// neighbours[t][e]: the triangle across the edge from corner e to corner e+1 of triangle t, -1 at a
/// boundary.
std::vector<std::array<int, 3>> triangle_neighbours(const Surface& s);

/// Closed vertex chains along the boundary, each edge a -> b as its triangle runs it.
std::vector<std::vector<int>> boundary_loops(const Surface& s);

/// Component number of every triangle, connected over edges; 0 is the first triangle's.
std::vector<int> triangle_components(const Surface& s);
/// V - E + F over the vertices in use; 2 for a sphere, 0 for a torus.
int euler_characteristic(const Surface& s);

Vec3 triangle_normal(const Surface& s, int t);  // unit
Vec3 triangle_center(const Surface& s, int t);
std::vector<Vec3> vertex_normals(const Surface& s);  // unit, area weighted

/// The triangles with keep[t], and their points only. `tag`, when given, has a value per triangle and is cut
/// down too.
Surface keep_triangles(const Surface& s, const std::vector<char>& keep, std::vector<int>* tag = nullptr);
/// The component with the largest area.
Surface largest_component(const Surface& s);
void flip_orientation(Surface& s);

/// Closed polygon in space: area vector (normal times area), centroid of the enclosed area, length.
Vec3 polygon_area_vector(std::span<const Vec3> p);
Vec3 polygon_centroid(std::span<const Vec3> p);
double polygon_length(std::span<const Vec3> p);
/// n points at equal arc length along the closed polygon, the first at its first corner.
std::vector<Vec3> resample_polygon(std::span<const Vec3> p, int n);

/// "(12.0 -4.5 230.1) mm", as messages give places.
std::string place_text(const Vec3& p_m);

/// Closest point of a closed polygon's edge to p.
Vec3 closest_point_on_polygon(const Vec3& p, const std::vector<Vec3>& polygon);

}  // namespace soleus
