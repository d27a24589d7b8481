#include "postprocess/page_fields.hpp"

#include <fmt/format.h>
#include <vtkCellArray.h>
#include <vtkDecimatePro.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStaticPointLocator.h>
#include <vtkTriangleFilter.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "postprocess/frames.hpp"
#include "postprocess/page_pack.hpp"
#include "postprocess/page_volume.hpp"
#include "postprocess/read_vtk.hpp"

namespace soleus {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr vtkIdType most_triangles = 20000;
constexpr std::size_t most_frames = 60;

/// Those points of a surface that are shown, and triangles between them.
struct Shown {
  vtkIdType points_stored = 0, triangles_stored = 0;
  std::vector<vtkIdType> points;
  std::vector<std::uint32_t> triangles;
};

Shown choose(vtkPolyData& stored) {
  vtkNew<vtkTriangleFilter> triangles;
  triangles->SetInputData(&stored);
  triangles->PassVertsOff();
  triangles->PassLinesOff();
  triangles->Update();
  vtkSmartPointer<vtkPolyData> surface = triangles->GetOutput();
  Shown shown{stored.GetNumberOfPoints(), surface->GetNumberOfPolys(), {}, {}};
  if (surface->GetNumberOfPolys() > most_triangles) {
    vtkNew<vtkDecimatePro> fewer;  // keeps a part of the points where they are: the same ones at every time
    fewer->SetInputData(surface);
    fewer->SetTargetReduction(1 - double(most_triangles) / double(surface->GetNumberOfPolys()));
    fewer->PreserveTopologyOn();
    fewer->Update();
    surface = fewer->GetOutput();
  }
  vtkNew<vtkStaticPointLocator> place;
  place->SetDataSet(&stored);
  place->BuildLocator();
  for (vtkIdType n = 0; n < surface->GetNumberOfPoints(); ++n)
    shown.points.push_back(place->FindClosestPoint(surface->GetPoint(n)));
  vtkNew<vtkIdList> corners;
  for (vtkIdType c = 0; c < surface->GetNumberOfPolys(); ++c) {
    surface->GetPolys()->GetCellAtId(c, corners);
    for (int k = 0; k < 3; ++k) shown.triangles.push_back(std::uint32_t(corners->GetId(k)));
  }
  return shown;
}

/// Positions [m] and values of the points that are shown, over all frames.
struct Surface {
  Shown shown;
  std::vector<float> positions;
  std::map<std::string, std::vector<float>> values;
  int frames = 0;

  void add(vtkPolyData& stored) {
    if (frames == 0) shown = choose(stored);
    for (const vtkIdType n : shown.points)
      for (int d = 0; d < 3; ++d) positions.push_back(static_cast<float>(stored.GetPoint(n)[d]));
    ++frames;
  }
  void add_values(vtkPolyData& stored) {
    vtkPointData& data = *stored.GetPointData();
    for (int a = 0; a < data.GetNumberOfArrays(); ++a) {
      vtkDataArray* array = data.GetArray(a);
      if (!array || !array->GetName() || std::string(array->GetName()) == "displacement") continue;
      const int parts = array->GetNumberOfComponents();
      if (parts != 1 && parts != 3) continue;
      std::vector<float>& to = values[array->GetName()];
      for (const vtkIdType n : shown.points) {
        double v[3] = {};
        array->GetTuple(n, v);
        to.push_back(static_cast<float>(parts == 1 ? v[0] : std::hypot(v[0], v[1], v[2])));
      }
    }
  }
  Json json() const {
    std::vector<float> kept = positions;
    const std::size_t one = positions.size() / std::size_t(frames);
    bool rests = true;
    for (std::size_t k = one; rests && k < positions.size(); ++k)
      rests = std::abs(positions[k] - positions[k % one]) < 1e-7F;  // m
    if (rests) kept.resize(one);
    Json j{{"points", shown.points.size()},
           {"triangles", packed_indices(shown.triangles)},
           {"moves", !rests},
           {"positions", packed_values(kept)}};
    for (const auto& [name, all] : values)
      if (all.size() == shown.points.size() * std::size_t(frames)) j["fields"][name] = packed_values(all);
    return j;
  }
};

/// The same number of points as in the first frame, or the frame cannot be shown.
bool fits(const Surface& s, vtkPolyData& next) {
  return next.GetNumberOfPoints() > 0 && (s.frames == 0 || next.GetNumberOfPoints() == s.shown.points_stored);
}

Json cusps(const fs::path& solve_folder, const std::vector<double>& times) {
  Json all = Json::array();
  for (const fs::path& collection : sheet_series(solve_folder)) {
    const std::vector<StoredFrame> frames = stored_frames(collection);
    if (frames.empty()) continue;
    Surface cusp;
    for (const double t : times) {
      const auto sheet = read_vtk<vtkXMLPolyDataReader>(frames[nearest_frame(frames, t)].file);
      if (fits(cusp, *sheet)) cusp.add(*sheet);
    }
    if (cusp.frames == int(times.size())) all.push_back(cusp.json());
  }
  return all;
}

std::vector<StoredFrame> thinned(const std::vector<StoredFrame>& all, std::vector<std::string>& notes) {
  const std::size_t step = (all.size() + most_frames - 1) / most_frames;
  if (step <= 1) return all;
  std::vector<StoredFrame> kept;
  for (std::size_t k = 0; k < all.size(); k += step) kept.push_back(all[k]);
  notes.push_back(fmt::format("Of {} stored times {} are shown.", all.size(), kept.size()));
  return kept;
}

}  // namespace

Json page_fields(const fs::path& solve_folder, const fs::path& wall_series, const fs::path& volume_series,
                 std::vector<std::string>& notes) {
  const auto walls = thinned(stored_frames(solve_folder / wall_series), notes);
  const auto volumes = stored_frames(solve_folder / volume_series);
  Surface wall;
  PageVolume blood;
  std::vector<double> times;
  for (const StoredFrame& frame : walls) {
    const auto surface = read_vtk<vtkXMLPolyDataReader>(frame.file);
    if (!fits(wall, *surface)) continue;
    wall.add(*surface);
    wall.add_values(*surface);
    times.push_back(frame.time_s);
    const auto same = std::ranges::find_if(
        volumes, [&](const StoredFrame& v) { return std::abs(v.time_s - frame.time_s) < 1e-9; });
    if (same == volumes.end()) continue;
    const auto grid = read_vtk<vtkXMLUnstructuredGridReader>(same->file);
    const std::vector<float> pressure = pressure_on(*surface, *grid);
    if (!pressure.empty())
      for (const vtkIdType n : wall.shown.points) wall.values["pressure"].push_back(pressure[std::size_t(n)]);
    blood.add(*grid);
  }
  Json j{{"times", times}};
  if (times.empty()) {
    notes.emplace_back("No stored wall was found: there is nothing to show in 3D.");
    return j;
  }
  const auto shown = vtkIdType(wall.shown.triangles.size() / 3);
  if (shown < wall.shown.triangles_stored)
    notes.push_back(
        fmt::format("The wall is reduced from {} to {} triangles.", wall.shown.triangles_stored, shown));
  if (times.size() < walls.size())
    notes.emplace_back("Some stored times do not fit the first and are left out.");
  j["wall"] = wall.json();
  j["cusps"] = cusps(solve_folder, times);
  if (blood.frames() == int(times.size())) {
    j["slice"] = blood.slice();
    j["lines"] = blood.lines();
  } else if (!volumes.empty())
    notes.emplace_back("Not every time has the velocity stored: slice and streamlines are left out.");
  return j;
}

}  // namespace soleus
