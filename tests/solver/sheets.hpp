// Sheets for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"
#include "solver_cuda/geometry/make_shell.hpp"

namespace soleus::test {

/// Adds the force of a pressure [Pa], positive along the normals of the triangles, as they lie now.
inline void add_pressure(const Shell& shell, double pressure_pa, std::vector<Vec3>& force_n) {
  for (const ShellTriangle& t : shell.triangles) {
    const Tangents f = tangents(t, shell.x_m.data());
    const Vec3 third = cross(f.along, f.across) * (pressure_pa * t.area_m2 / 3);
    for (const int n : t.nodes) force_n[std::size_t(n)] += third;
  }
}

enum class Diagonals { one_way, crossed, random };

/// A rectangle in the plane z = 0, one corner at the origin, whose inner nodes are moved by up to `uneven` of
/// the distance between them.
inline Surface rectangle(double length_m, double width_m, int along, int across, Diagonals diagonals,
                         double uneven = 0) {
  Surface s;
  std::mt19937 random(7);
  std::uniform_real_distribution<double> away(-uneven, uneven);
  const double dx = length_m / along, dy = width_m / across;
  for (int j = 0; j <= across; ++j)
    for (int i = 0; i <= along; ++i) {
      const bool edge_x = i == 0 || i == along, edge_y = j == 0 || j == across;
      const double u = away(random), v = away(random);
      s.points_m.push_back({(i + (edge_x ? 0 : u)) * dx, (j + (edge_y ? 0 : v)) * dy, 0});
    }
  const auto node = [&](int i, int j) { return i + (along + 1) * j; };
  for (int j = 0; j < across; ++j)
    for (int i = 0; i < along; ++i) {
      const int a = node(i, j), b = node(i + 1, j), c = node(i + 1, j + 1), d = node(i, j + 1);
      const bool other = diagonals == Diagonals::crossed  ? (i + j) % 2 == 1
                         : diagonals == Diagonals::random ? random() % 2 == 1
                                                          : false;
      if (other) {
        s.triangles.push_back({a, b, d}), s.triangles.push_back({b, c, d});
      } else {
        s.triangles.push_back({a, b, c}), s.triangles.push_back({a, c, d});
      }
    }
  return s;
}

/// Of radius 1 about the origin, in the plane z = 0: rings of triangles, ring k with 6 k nodes.
inline Surface disc(int rings) {
  Surface s{{Vec3{}}, {}};
  const auto node = [](int ring, int k) {
    return ring == 0 ? 0 : 1 + 3 * ring * (ring - 1) + k % (6 * ring);
  };
  for (int ring = 1; ring <= rings; ++ring) {
    for (int k = 0; k < 6 * ring; ++k) {
      const double angle = std::numbers::pi * k / (3 * ring), r = double(ring) / rings;
      s.points_m.push_back({r * std::cos(angle), r * std::sin(angle), 0});
    }
    for (int sector = 0; sector < 6; ++sector)
      for (int k = 0; k < ring; ++k) {
        const int out = sector * ring + k, in = sector * (ring - 1) + k;
        s.triangles.push_back({node(ring - 1, in), node(ring, out), node(ring, out + 1)});
        if (k + 1 < ring)
          s.triangles.push_back({node(ring - 1, in), node(ring, out + 1), node(ring - 1, in + 1)});
      }
  }
  return s;
}

/// The eighth of a sphere of radius 1 where no coordinate is negative, `edge` triangles along its sides.
inline Surface sphere_octant(int edge) {
  Surface s;
  const auto node = [&](int i, int j) { return i + j * (2 * edge + 3 - j) / 2; };
  for (int j = 0; j <= edge; ++j)
    for (int i = 0; i + j <= edge; ++i) s.points_m.push_back(normalized(Vec3(i, j, edge - i - j)));
  for (int j = 0; j < edge; ++j)
    for (int i = 0; i + j < edge; ++i) {
      s.triangles.push_back({node(i, j), node(i + 1, j), node(i, j + 1)});
      if (i + j + 1 < edge) s.triangles.push_back({node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)});
    }
  return s;
}

template <class Map>
Surface mapped(Surface mesh, const Map& map) {
  for (Vec3& x : mesh.points_m) x = map(x);
  return mesh;
}

/// Of Hooke's law, small in its strains.
inline SheetMaterial plate(double young_pa, double poisson, double thickness_m) {
  return {.law = MembraneLaw::st_venant_kirchhoff,
          .thickness_m = thickness_m,
          .young_pa = young_pa,
          .poisson = poisson,
          .density_kg_m3 = 1,
          .bending_pa = young_pa / (1 - poisson * poisson)};
}

}  // namespace soleus::test
