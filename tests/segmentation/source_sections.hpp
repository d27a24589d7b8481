// Horizontal sections of the vein parts that the leg volumes were made from (leg_bundle).
//
// The parts are meshes of their own that run into each other: where two veins join, one lumen holds the
// sections of both, and the table gives the area of each in full. A voxel of a segmentation therefore counts
// for every section in whose outline it lies, and a voxel in no outline for the nearest one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "tests/segmentation/sample_volumes.hpp"

namespace soleus {

struct Edge2 {
  double ax, ay, bx, by;  // m
};

/// One closed curve of a part in a horizontal plane.
struct Outline {
  std::vector<Edge2> edges;  // in no order, all the same way round

  double area_m2() const {
    double twice = 0;
    for (const Edge2& e : edges) twice += e.ax * e.by - e.bx * e.ay;
    return std::abs(twice) / 2;
  }

  bool holds(double x, double y) const {
    bool inside = false;
    for (const Edge2& e : edges)
      if ((e.ay > y) != (e.by > y) && x < e.ax + (y - e.ay) / (e.by - e.ay) * (e.bx - e.ax)) inside = !inside;
    return inside;
  }

  double distance_m(double x, double y) const {
    double nearest = std::numeric_limits<double>::infinity();
    for (const Edge2& e : edges)
      nearest = std::min(nearest, distance_to_segment({x, y, 0}, {e.ax, e.ay, 0}, {e.bx, e.by, 0}));
    return nearest;
  }
};

using Triangle = std::array<Vec3, 3>;

inline std::vector<Triangle> read_part(const std::string& vein) {
  std::ifstream in(*test_data() / "leg_bundle" / "veins" / (vein + ".stl"), std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(in)), {});
  std::vector<Triangle> part;
  for (std::size_t at = 84; at + 50 <= bytes.size(); at += 50) {  // normal, three corners, attribute
    std::array<float, 9> corner{};
    std::memcpy(corner.data(), bytes.data() + at + 12, sizeof corner);
    Triangle& t = part.emplace_back();
    for (int n = 0; n < 9; ++n) t[n / 3][n % 3] = corner[n] * 1e-3;
  }
  return part;
}

/// The closed curves in which a part crosses the plane z.
inline std::vector<Outline> cut(const std::vector<Triangle>& part, double z_m) {
  const double z = z_m + 1e-9;  // no corner lies in the plane
  std::vector<Edge2> edges;
  std::vector<int> owner;
  const auto root = [&](int e) {
    while (owner[e] != e) e = owner[e];
    return e;
  };
  std::map<std::array<double, 2>, int> met;  // point of the plane -> an edge that ends there
  for (const Triangle& t : part) {
    Edge2 e{};
    int crossings = 0;
    for (int n = 0; n < 3; ++n) {
      Vec3 a = t[n], b = t[(n + 1) % 3];
      const bool up = a.z < z;
      if (up == (b.z < z)) continue;
      if (!up) std::swap(a, b);  // both triangles at this side find the same digits
      const Vec3 p = a + (b - a) * ((z - a.z) / (b.z - a.z));
      (up ? e.ax : e.bx) = p.x, (up ? e.ay : e.by) = p.y;
      ++crossings;
    }
    if (crossings != 2) continue;
    const int mine = int(edges.size());
    edges.push_back(e), owner.push_back(mine);
    for (const std::array<double, 2>& p : {std::array{e.ax, e.ay}, std::array{e.bx, e.by}})
      owner[root(met.try_emplace(p, mine).first->second)] = root(mine);
  }
  std::map<int, Outline> curves;
  for (std::size_t e = 0; e < edges.size(); ++e) curves[root(int(e))].edges.push_back(edges[e]);
  std::vector<Outline> out;
  for (auto& [first, curve] : curves) out.push_back(std::move(curve));
  return out;
}

/// A row of sections_right_leg.csv.
struct SourceSection {
  std::string vein;
  Vec3 center_m;
  double diameter_m;  // of the circle of equal area
};

inline std::vector<SourceSection> source_sections() {
  std::ifstream in(*test_data() / "leg_bundle" / "sections_right_leg.csv");
  std::vector<SourceSection> all;
  std::string line;
  std::getline(in, line);  // vein,fma_file,z_mm,loop,area_mm2,equiv_diam_mm,cx,cy
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (cells.size() < 8) continue;
    all.push_back({cells[0], Vec3{std::stod(cells[6]), std::stod(cells[7]), std::stod(cells[2])} * 1e-3,
                   std::stod(cells[5]) * 1e-3});
  }
  return all;
}

/// All outlines in one plane, and which of them is the section of the table.
struct SectionPlane {
  std::vector<Outline> outlines;
  std::size_t wanted = 0;
  bool found = false;
};

class SourceAnatomy {
 public:
  SourceAnatomy() : sections(source_sections()) {
    for (const SourceSection& s : sections)
      if (!parts_.contains(s.vein)) parts_[s.vein] = read_part(s.vein);
  }

  SectionPlane plane(const SourceSection& s) const {
    constexpr double same_area = 0.02;  // the table was made before the meshes were thinned out
    SectionPlane out;
    double best = same_area * s.diameter_m * s.diameter_m * std::numbers::pi / 4;
    for (const auto& [vein, part] : parts_)
      for (Outline& o : cut(part, s.center_m.z)) {
        const double off = std::abs(o.area_m2() - s.diameter_m * s.diameter_m * std::numbers::pi / 4);
        const bool near = o.distance_m(s.center_m.x, s.center_m.y) < s.diameter_m;
        if (vein == s.vein && near && off < best)
          best = off, out.wanted = out.outlines.size(), out.found = true;
        out.outlines.push_back(std::move(o));
      }
    return out;
  }

  const std::vector<SourceSection> sections;

 private:
  std::map<std::string, std::vector<Triangle>> parts_;
};

/// Area of the voxels of slice k that belong to a section.
inline double area_in_slice_m2(const Labels& labels, const SourceSection& s, const SectionPlane& plane,
                               int k) {
  const Grid& g = labels.grid;
  const Outline& mine = plane.outlines[plane.wanted];
  double area_m2 = 0;
  for (int j = 0; j < g.size[1]; ++j)
    for (int i = 0; i < g.size[0]; ++i) {
      const Vec3 p = g.point(i, j, k);
      if (!labels.values[g.index(i, j, k)] ||
          std::hypot(p.x - s.center_m.x, p.y - s.center_m.y) > 2 * s.diameter_m)
        continue;
      bool counts = mine.holds(p.x, p.y);
      if (!counts) {
        const double apart = mine.distance_m(p.x, p.y);
        counts = apart <= s.diameter_m &&
                 std::none_of(plane.outlines.begin(), plane.outlines.end(), [&](const Outline& o) {
                   return o.holds(p.x, p.y) || o.distance_m(p.x, p.y) < apart;
                 });
      }
      if (counts) area_m2 += g.spacing_m.x * g.spacing_m.y;
    }
  return area_m2;
}

/// Diameter of the circle with the area that a segmentation gives to a section, which lies between two
/// slices.
inline double found_diameter_m(const Labels& labels, const SourceSection& s, const SectionPlane& plane) {
  const double slice = labels.grid.continuous_index(s.center_m).z;
  const int below = int(std::floor(slice));
  const double share = slice - below;
  const double area_m2 = (1 - share) * area_in_slice_m2(labels, s, plane, below) +
                         share * area_in_slice_m2(labels, s, plane, below + 1);
  return 2 * std::sqrt(area_m2 / std::numbers::pi);
}

}  // namespace soleus
