#include "tests/meshing/phantoms.hpp"

#include <fstream>

namespace soleus {

void write_stl(const Surface& s, const std::filesystem::path& file) {
  std::ofstream out(file);
  out.precision(9);
  out << "solid lumen\n";
  for (const auto& t : s.triangles) {
    out << "facet normal 0 0 0\nouter loop\n";
    for (int v : t)
      out << "vertex " << s.points_m[v].x * 1e3 << ' ' << s.points_m[v].y * 1e3 << ' '
          << s.points_m[v].z * 1e3 << '\n';
    out << "endloop\nendfacet\n";
  }
  out << "endsolid lumen\n";
}

}  // namespace soleus
