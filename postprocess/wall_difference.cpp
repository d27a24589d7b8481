#include "postprocess/wall_difference.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <vtkFloatArray.h>
#include <vtkGenericCell.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkStaticCellLocator.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLPolyDataWriter.h>

#include <cctype>
#include <cmath>
#include <limits>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/offscreen_display.hpp"
#include "postprocess/compare.hpp"
#include "postprocess/frames.hpp"
#include "postprocess/read_vtk.hpp"
#include "postprocess/wall_picture.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

constexpr const char* fields[] = {"time_averaged_wall_shear_stress", "oscillatory_shear_index",
                                  "relative_residence_time", "transverse_wall_shear_stress"};

/// Of a name, what a file may be called.
std::string file_name(std::string name) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.') c = '_';
  return name;
}

/// The one frame of a collection.
vtkSmartPointer<vtkPolyData> read_wall(const ComparedRun& run) {
  const fs::path collection = run.solve_folder / run.flow.wall_means;
  const std::vector<StoredFrame> frames = stored_frames(collection);
  if (frames.empty()) throw InputError(fmt::format("{}: lists no file that is there.", collection.string()));
  vtkSmartPointer<vtkPolyData> wall = read_vtk<vtkXMLPolyDataReader>(frames.back().file);
  for (const char* name : fields)
    if (!vtkFloatArray::SafeDownCast(wall->GetPointData()->GetArray(name)))
      throw InputError(fmt::format("{}: has no {}; solve the case again.", collection.string(), name));
  return wall;
}

vtkFloatArray* field(vtkPolyData& wall, const std::string& name) {
  return vtkFloatArray::SafeDownCast(wall.GetPointData()->GetArray(name.c_str()));
}

vtkFloatArray* add_field(vtkPolyData& wall, const std::string& name) {
  vtkNew<vtkFloatArray> array;
  array->SetName(name.c_str());
  array->SetNumberOfTuples(wall.GetNumberOfPoints());
  array->FillValue(std::numeric_limits<float>::quiet_NaN());
  wall.GetPointData()->AddArray(array);
  return field(wall, name);
}

/// Adds the other wall's figures, and the differences, to a wall.
void add_differences(vtkPolyData& to, vtkPolyData& other) {
  vtkNew<vtkStaticCellLocator> locator;
  locator->SetDataSet(&other);
  locator->BuildLocator();
  vtkFloatArray* distance = add_field(to, "distance");
  for (const char* name : fields) add_field(to, std::string("difference_of_") + name);
  vtkNew<vtkGenericCell> triangle;
  for (vtkIdType n = 0; n < to.GetNumberOfPoints(); ++n) {
    double x[3], nearest[3], distance2, place[3], share[3];
    vtkIdType cell;
    int part;
    to.GetPoint(n, x);
    locator->FindClosestPoint(x, nearest, triangle, cell, part, distance2);
    distance->SetValue(n, float(std::sqrt(distance2)));
    if (distance2 > most_distance_m * most_distance_m) continue;
    other.GetCell(cell, triangle);
    triangle->EvaluatePosition(nearest, nullptr, part, place, distance2, share);
    for (const char* name : fields) {
      double there = 0;
      for (int k = 0; k < 3; ++k) there += share[k] * field(other, name)->GetValue(triangle->GetPointId(k));
      field(to, std::string("difference_of_") + name)
          ->SetValue(n, float(there - field(to, name)->GetValue(n)));
    }
  }
}

}  // namespace

void write_wall_difference(const ComparedRun& baseline, const ComparedRun& run, const fs::path& folder) {
  const auto wall = read_wall(baseline), other = read_wall(run);
  add_differences(*wall, *other);
  const fs::path file = folder / fmt::format("wall_difference_{}.vtp", file_name(run.name));
  vtkNew<vtkXMLPolyDataWriter> writer;
  writer->SetFileName(file.c_str());
  writer->SetInputData(wall);
  writer->SetDataModeToAppended();
  writer->EncodeAppendedDataOff();
  if (!writer->Write()) throw ResourceError(fmt::format("{}: cannot be written.", file.string()));
  const OffscreenDisplay display;
  if (!display.available()) return;  // draw_comparison() has said so
  draw_walls({{.wall = wall, .field = fields[0], .title = baseline.name},
              {.wall = other, .field = fields[0], .title = run.name},
              {.wall = wall,
               .field = std::string("difference_of_") + fields[0],
               .title = "difference",
               .signed_values = true}},
             "time-averaged wall shear stress (Pa)", {{"program", text(run.flow, "program")}},
             fs::path(file).replace_extension(".png"));
}

}  // namespace soleus
