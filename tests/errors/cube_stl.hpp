#pragma once

#include <array>
#include <string>
#include <vector>

namespace soleus::test {

/// A cube of 10 mm as STL, its lower corner at `from_mm` along each axis, without its first `missing`
/// triangles.
inline std::string cube_stl(std::size_t missing, int from_mm = 0) {
  const std::array<std::array<int, 4>, 6> sides{
      {{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}}};
  std::vector<std::array<int, 3>> triangles;
  for (const auto& [a, b, c, d] : sides) {
    triangles.push_back({a, b, c});
    triangles.push_back({a, c, d});
  }
  std::string text = "solid cube\n";
  for (std::size_t t = missing; t < triangles.size(); ++t) {
    text += "facet normal 0 0 0\nouter loop\n";
    for (const int v : triangles[t])
      text += "vertex " + std::to_string(from_mm + v % 2 * 10) + " " +
              std::to_string(from_mm + v / 2 % 2 * 10) + " " + std::to_string(from_mm + v / 4 * 10) + "\n";
    text += "endloop\nendfacet\n";
  }
  return text + "endsolid cube\n";
}

}  // namespace soleus::test
