// A triangle mesh whose edges can be split, collapsed and flipped; patches and their rims are kept.
#pragma once

#include <array>
#include <vector>

#include "meshing/remesh.hpp"

namespace soleus {

class EditableMesh {
 public:
  explicit EditableMesh(const PatchedSurface& mesh);
  PatchedSurface result(std::vector<std::vector<Vec3>> rims) const;

  struct Edge {
    int a, b;
  };
  /// Every edge once, a < b.
  std::vector<Edge> edges() const;
  bool has_edge(int a, int b) const;
  /// The two triangles at an edge; false when the edge is not there (any more) or not between two triangles.
  bool sides(int a, int b, std::array<int, 2>& triangles) const;
  int opposite(int triangle, int a, int b) const;
  bool on_rim(int a, int b) const;  // the edge lies between two patches

  /// The new vertex, halfway.
  int split(int a, int b);
  /// Moves b onto a, at `position`. False, and nothing done, when that would fold or pinch the surface.
  bool collapse(int a, int b, const Vec3& position, double longest_m);
  /// Replaces the edge by the other diagonal of its two triangles; false if that would fold the surface.
  bool flip(int a, int b);
  /// Moves v unless a triangle around it would turn over; tries half the way next.
  void move(int v, const Vec3& position);

  Vec3 normal_times_area(int triangle) const;
  Vec3 normal(int v) const;
  int valence(int v) const { return int(star[v].size()); }

  std::vector<Vec3> points;
  std::vector<std::array<int, 3>> triangles;  // first corner -1: removed
  std::vector<int> cap;                       // [triangles]
  std::vector<std::vector<int>> star;         // [points] triangles around
  std::vector<int> rim;                       // [points] cap whose rim it lies on, else -1
  std::vector<char> border;                   // [points] has an edge with one triangle only
  std::vector<double> wanted_m;               // [points] edge length

 private:
  /// Whether the point must keep all triangles it has.
  bool sparse(int v) const { return valence(v) <= (border[v] ? 1 : 3); }
  Vec3 area_vector_with(int triangle, int v, const Vec3& position) const;
  bool turns_over(int v, const Vec3& position, int skip_with) const;
};

}  // namespace soleus
