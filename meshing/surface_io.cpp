#include "meshing/surface_io.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <vtkCleanPolyData.h>
#include <vtkNew.h>
#include <vtkOBJReader.h>
#include <vtkPLYReader.h>
#include <vtkPolyData.h>
#include <vtkSTLReader.h>
#include <vtkTriangleFilter.h>
#include <vtkXMLPolyDataReader.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>

#include "meshing/polydata_vtk.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

template <class Reader>
vtkSmartPointer<vtkPolyData> read_with(const std::filesystem::path& file) {
  vtkNew<Reader> reader;
  reader->SetFileName(file.string().c_str());
  reader->Update();
  return reader->GetOutput();
}

vtkSmartPointer<vtkPolyData> read_polydata(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  if (!std::filesystem::is_regular_file(file)) {
    throw InputError(fmt::format("{}: the surface file does not exist.", file.string()));
  }
  const QuietVtk quiet;
  if (extension == ".stl") return read_with<vtkSTLReader>(file);
  if (extension == ".ply") return read_with<vtkPLYReader>(file);
  if (extension == ".obj") return read_with<vtkOBJReader>(file);
  if (extension == ".vtp") return read_with<vtkXMLPolyDataReader>(file);
  throw InputError(fmt::format("{}: surfaces are read from .stl, .ply, .obj and .vtp files, not from '{}'.",
                               file.string(), extension));
}

// Gives all triangles of a component the turning sense of its first one. False when it is one-sided (a
// Moebius band).
bool orient_consistently(Surface& s) {
  const auto neighbours = triangle_neighbours(s);
  std::vector<char> seen(s.triangles.size(), 0), flip(s.triangles.size(), 0);
  std::vector<int> stack;
  for (int seed = 0; seed < int(s.triangles.size()); ++seed) {
    if (seen[seed]) continue;
    seen[seed] = 1;
    stack.assign(1, seed);
    while (!stack.empty()) {
      const int t = stack.back();
      stack.pop_back();
      for (int e = 0; e < 3; ++e) {
        const int u = neighbours[t][e];
        if (u < 0) continue;
        const int a = s.triangles[t][e], b = s.triangles[t][(e + 1) % 3];
        bool same_way = false;  // u runs the edge from a to b as well: one of the two must turn
        for (int i = 0; i < 3; ++i) same_way |= s.triangles[u][i] == a && s.triangles[u][(i + 1) % 3] == b;
        const char wanted = same_way ? !flip[t] : flip[t];
        if (!seen[u]) {
          seen[u] = 1;
          flip[u] = wanted;
          stack.push_back(u);
        } else if (flip[u] != wanted) {
          return false;
        }
      }
    }
  }
  for (std::size_t t = 0; t < flip.size(); ++t) {
    if (flip[t]) std::swap(s.triangles[t][1], s.triangles[t][2]);
  }
  return true;
}

}  // namespace

Surface read_surface(const std::filesystem::path& file, double unit_m, SurfaceSpace space) {
  const auto raw = read_polydata(file);
  vtkNew<vtkTriangleFilter> triangles;
  triangles->SetInputData(raw);
  triangles->PassLinesOff();
  triangles->PassVertsOff();
  vtkNew<vtkCleanPolyData> clean;
  clean->SetInputConnection(triangles->GetOutputPort());
  clean->ToleranceIsAbsoluteOn();
  clean->SetAbsoluteTolerance(0);
  clean->Update();
  Surface s = surface_of(clean->GetOutput());
  if (s.triangles.empty()) {
    throw InputError(
        fmt::format("{}: no triangles could be read from this file; is it a surface in {} format?",
                    file.string(), file.extension().string()));
  }
  for (Vec3& p : s.points_m) {
    if (!std::isfinite(p.x + p.y + p.z))
      throw InputError(fmt::format("{}: the surface has a point that is not finite.", file.string()));
    p *= unit_m;
    if (space == SurfaceSpace::ras) p.x = -p.x, p.y = -p.y;
  }
  const std::size_t before = s.triangles.size();
  s = largest_component(s);
  if (s.triangles.size() < before) {
    spdlog::warn("{}: the surface has separate parts; the largest is used, {} of {} triangles are left out",
                 file.string(), before - s.triangles.size(), before);
  }
  if (!orient_consistently(s)) {
    throw InputError(fmt::format(
        "{}: the surface is one-sided (like a Moebius band); inside and outside cannot be told apart.",
        file.string()));
  }
  if (volume(s) < 0) flip_orientation(s);
  return s;
}

}  // namespace soleus
