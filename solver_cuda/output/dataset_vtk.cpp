#include "solver_cuda/output/dataset_vtk.hpp"

#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkStringArray.h>
#include <vtkTypeInt32Array.h>
#include <vtkUnsignedCharArray.h>
#include <vtkUnstructuredGrid.h>
#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/base/errors.hpp"

namespace soleus {

namespace {

struct FieldUnit {
  const char* field;
  const char* unit;
};
constexpr FieldUnit field_units[] = {{"velocity", "m/s"},
                                     {"pressure", "Pa"},
                                     {"lumen", "1"},
                                     {"concentration", "1"},
                                     {"shear_rate", "1/s"},
                                     {"stagnant_part", "1"},
                                     {"time_averaged_wall_shear_stress", "Pa"},
                                     {"oscillatory_shear_index", "1"},
                                     {"relative_residence_time", "1/Pa"},
                                     {"transverse_wall_shear_stress", "Pa"},
                                     {"displacement", "m"},
                                     {"traction", "Pa"},
                                     {"wall_shear_stress", "Pa"},
                                     {"first_principal_strain", "1"},
                                     {"first_principal_stress", "Pa"}};

bool wanted(const OutputConfig& config, const char* field) {
  return std::find(config.fields.begin(), config.fields.end(), field) != config.fields.end();
}

Vec3 position(const VolumeFrame& frame, const std::array<int, 3>& node) {
  return frame.origin_m + frame.dx_m * Vec3{double(node[0]), double(node[1]), double(node[2])};
}

/// Lattice box [first, last] of the configured region, clipped to the lattice; empty when a first exceeds its
/// last.
struct Box {
  std::array<int, 3> first, last;
  bool holds(const std::array<int, 3>& node) const {
    for (int a = 0; a < 3; ++a)
      if (node[a] < first[a] || node[a] > last[a]) return false;
    return true;
  }
};

Box region(const VolumeFrame& frame, const OutputConfig& config) {
  constexpr double on_the_edge = 1e-6;  // of a cell: a region that ends on a node includes it
  Box box{{0, 0, 0}, {frame.extent[0] - 1, frame.extent[1] - 1, frame.extent[2] - 1}};
  for (int a = 0; a < 3; ++a) {
    const auto node = [&](double x) { return (x - frame.origin_m[a]) / frame.dx_m; };
    const double top = box.last[a];
    if (config.region_min_m)
      box.first[a] = int(std::clamp(std::ceil(node((*config.region_min_m)[a]) - on_the_edge), 0.0, top + 1));
    if (config.region_max_m)
      box.last[a] = int(std::clamp(std::floor(node((*config.region_max_m)[a]) + on_the_edge), -1.0, top));
  }
  return box;
}

std::int64_t key(const VolumeFrame& frame, const std::array<int, 3>& node) {
  return node[0] + frame.extent[0] * (node[1] + std::int64_t(frame.extent[1]) * node[2]);
}

/// Indices of the frame's nodes in the region, x fastest.
std::vector<std::size_t> selection(const VolumeFrame& frame, const Box& box) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < frame.nodes.size(); ++i)
    if (box.holds(frame.nodes[i])) chosen.push_back(i);
  const auto before = [&](std::size_t a, std::size_t b) {
    return key(frame, frame.nodes[a]) < key(frame, frame.nodes[b]);
  };
  if (!std::is_sorted(chosen.begin(), chosen.end(), before)) std::sort(chosen.begin(), chosen.end(), before);
  return chosen;
}

template <class Array>
auto* add_array(vtkDataSet& data, const char* name, int components) {
  vtkNew<Array> array;
  array->SetName(name);
  array->SetNumberOfComponents(components);
  array->SetNumberOfTuples(data.GetNumberOfPoints());
  std::fill_n(array->GetPointer(0), array->GetNumberOfValues(), 0);
  data.GetPointData()->AddArray(array);
  return array->GetPointer(0);
}

/// Adds the configured fields; node chosen[k] of the frame goes to point point_of(k).
template <class PointOf>
void add_fields(vtkDataSet& data, const VolumeFrame& frame, const OutputConfig& config,
                const std::vector<std::size_t>& chosen, PointOf point_of) {
  if (wanted(config, "velocity")) {
    float* velocity = add_array<vtkFloatArray>(data, "velocity", 3);
    for (std::size_t k = 0; k < chosen.size(); ++k)
      std::copy_n(&frame.velocity_m_s[3 * chosen[k]], 3, velocity + 3 * point_of(k));
    data.GetPointData()->SetActiveVectors("velocity");
  }
  if (wanted(config, "pressure") && !frame.pressure_pa.empty()) {
    float* pressure = add_array<vtkFloatArray>(data, "pressure", 1);
    for (std::size_t k = 0; k < chosen.size(); ++k) pressure[point_of(k)] = frame.pressure_pa[chosen[k]];
    data.GetPointData()->SetActiveScalars("pressure");
  }
  const auto add_where_known = [&](const char* name, const std::vector<float>& values) {
    if (values.empty()) return;
    float* to = add_array<vtkFloatArray>(data, name, 1);
    for (std::size_t k = 0; k < chosen.size(); ++k) to[point_of(k)] = values[chosen[k]];
  };
  add_where_known("concentration", frame.concentration);
  add_where_known("shear_rate", frame.shear_rate_1_s);
  add_where_known("stagnant_part", frame.stagnant_part);
  if (wanted(config, "lumen")) {
    unsigned char* lumen = add_array<vtkUnsignedCharArray>(data, "lumen", 1);
    for (std::size_t k = 0; k < chosen.size(); ++k)
      lumen[point_of(k)] = frame.lumen.empty() ? 1 : frame.lumen[chosen[k]];
  }
}

/// Point ids of the voxels between eight stored nodes, in the order of VTK_VOXEL (x fastest). The nodes are
/// sorted, so each of the four rows of a voxel is followed by a cursor that only moves forward.
vtkSmartPointer<vtkTypeInt32Array> voxels(const VolumeFrame& frame, const std::vector<std::size_t>& chosen) {
  std::vector<std::int64_t> keys(chosen.size());
  for (std::size_t k = 0; k < chosen.size(); ++k) keys[k] = key(frame, frame.nodes[chosen[k]]);
  const std::int64_t nx = frame.extent[0], slab = nx * frame.extent[1];
  const std::array<std::int64_t, 4> row{0, nx, slab, slab + nx};
  std::array<std::size_t, 4> cursor{};

  constexpr std::size_t most_nodes = std::size_t(1) << 28;  // eight ids of each voxel in 31 bits
  if (keys.size() > most_nodes)
    throw ResourceError(std::to_string(keys.size()) + " nodes are too many for one .vtu file, which holds " +
                        std::to_string(most_nodes) + "; write a smaller output.region or output.format vti.");
  auto ids = vtkSmartPointer<vtkTypeInt32Array>::New();
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const std::array<int, 3>& node = frame.nodes[chosen[k]];
    bool complete = node[0] + 1 < frame.extent[0] && node[1] + 1 < frame.extent[1];
    for (int r = 0; r < 4; ++r) {
      std::size_t& c = cursor[r];
      while (c < keys.size() && keys[c] < keys[k] + row[r]) ++c;
      complete = complete && c + 1 < keys.size() && keys[c] == keys[k] + row[r] && keys[c + 1] == keys[c] + 1;
    }
    if (!complete) continue;
    for (const std::size_t c : cursor) {
      ids->InsertNextValue(vtkTypeInt32(c));
      ids->InsertNextValue(vtkTypeInt32(c + 1));
    }
  }
  return ids;
}

vtkSmartPointer<vtkFloatArray> floats(const char* name, int components, const std::vector<float>& values) {
  auto array = vtkSmartPointer<vtkFloatArray>::New();
  array->SetName(name);
  array->SetNumberOfComponents(components);
  array->SetNumberOfTuples(vtkIdType(values.size()) / components);
  std::copy(values.begin(), values.end(), array->GetPointer(0));
  return array;
}

vtkSmartPointer<vtkPolyData> triangles_at(const std::vector<Vec3>& x_m,
                                          const std::vector<std::array<int, 3>>& triangles) {
  vtkNew<vtkPoints> points;
  points->SetDataTypeToFloat();
  points->SetNumberOfPoints(vtkIdType(x_m.size()));
  for (std::size_t i = 0; i < x_m.size(); ++i) points->SetPoint(vtkIdType(i), x_m[i].x, x_m[i].y, x_m[i].z);
  vtkNew<vtkCellArray> cells;
  cells->Use32BitStorage();
  for (const auto& t : triangles) cells->InsertNextCell({t[0], t[1], t[2]});
  auto mesh = vtkSmartPointer<vtkPolyData>::New();
  mesh->SetPoints(points);
  mesh->SetPolys(cells);
  return mesh;
}

void add_text(vtkFieldData& fields, const std::string& name, const std::string& text) {
  vtkNew<vtkStringArray> array;
  array->SetName(name.c_str());
  array->InsertNextValue(text);
  fields.AddArray(array);
}

}  // namespace

vtkSmartPointer<vtkUnstructuredGrid> voxel_grid(const VolumeFrame& frame, const OutputConfig& config) {
  const std::vector<std::size_t> chosen = selection(frame, region(frame, config));
  vtkNew<vtkPoints> points;
  points->SetDataTypeToFloat();
  points->SetNumberOfPoints(vtkIdType(chosen.size()));
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const Vec3 x = position(frame, frame.nodes[chosen[k]]);
    points->SetPoint(vtkIdType(k), x.x, x.y, x.z);
  }

  const auto ids = voxels(frame, chosen);
  const vtkIdType count = ids->GetNumberOfValues() / 8;
  vtkNew<vtkTypeInt32Array> offsets;
  offsets->SetNumberOfValues(count + 1);
  for (vtkIdType v = 0; v <= count; ++v) offsets->SetValue(v, vtkTypeInt32(8 * v));
  vtkNew<vtkCellArray> cells;
  cells->SetData(offsets, ids);

  auto grid = vtkSmartPointer<vtkUnstructuredGrid>::New();
  grid->SetPoints(points);
  grid->SetCells(VTK_VOXEL, cells);
  add_fields(*grid, frame, config, chosen, [](std::size_t k) { return k; });
  return grid;
}

vtkSmartPointer<vtkImageData> dense_image(const VolumeFrame& frame, const OutputConfig& config) {
  const Box box = region(frame, config);
  const std::vector<std::size_t> chosen = selection(frame, box);
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetOrigin(frame.origin_m.x, frame.origin_m.y, frame.origin_m.z);
  image->SetSpacing(frame.dx_m, frame.dx_m, frame.dx_m);
  image->SetExtent(box.first[0], box.last[0], box.first[1], box.last[1], box.first[2], box.last[2]);
  add_fields(*image, frame, config, chosen, [&](std::size_t k) {
    int ijk[3];
    std::copy_n(frame.nodes[chosen[k]].begin(), 3, ijk);
    return image->ComputePointId(ijk);
  });
  return image;
}

vtkSmartPointer<vtkPolyData> wall_surface(const WallFrame& frame) {
  const Surface& surface = *frame.surface;
  std::vector<Vec3> x_m = surface.points_m;
  for (std::size_t i = 0; i < x_m.size() && !frame.displacement_m.empty(); ++i)
    x_m[i] +=
        Vec3{frame.displacement_m[3 * i], frame.displacement_m[3 * i + 1], frame.displacement_m[3 * i + 2]};
  const auto wall = triangles_at(x_m, surface.triangles);
  vtkPointData& fields = *wall->GetPointData();
  const auto add = [&](const char* name, int components, const std::vector<float>& values) {
    if (!values.empty()) fields.AddArray(floats(name, components, values));
  };
  add("displacement", 3, frame.displacement_m);
  add("wall_shear_stress", 3, frame.wall_shear_stress_pa);
  add("traction", 3, frame.traction_pa);
  add("time_averaged_wall_shear_stress", 1, frame.time_averaged_shear_pa);
  add("oscillatory_shear_index", 1, frame.oscillation);
  add("relative_residence_time", 1, frame.residence_1_pa);
  add("transverse_wall_shear_stress", 1, frame.transverse_pa);
  return wall;
}

vtkSmartPointer<vtkPolyData> sheet_surface(const SheetFrame& frame) {
  const auto sheet = triangles_at(*frame.x_m, *frame.triangles);
  sheet->GetPointData()->AddArray(floats("displacement", 3, frame.displacement_m));
  sheet->GetPointData()->AddArray(floats("velocity", 3, frame.velocity_m_s));
  sheet->GetCellData()->AddArray(floats("first_principal_strain", 1, frame.strain));
  sheet->GetCellData()->AddArray(floats("first_principal_stress", 1, frame.stress_pa));
  return sheet;
}

void label(vtkDataSet& data, double time_s, const RunLabel& run) {
  vtkFieldData& fields = *data.GetFieldData();
  vtkNew<vtkDoubleArray> time;
  time->SetName("TimeValue");
  time->InsertNextValue(time_s);
  fields.AddArray(time);
  add_text(fields, "space", "LPS");
  add_text(fields, "unit_length", "m");
  if (!run.case_hash.empty()) add_text(fields, "case_hash", run.case_hash);
  if (!run.program.empty()) add_text(fields, "program", run.program);
  for (const FieldUnit& f : field_units)
    if (data.GetPointData()->HasArray(f.field) || data.GetCellData()->HasArray(f.field))
      add_text(fields, std::string("unit_") + f.field, f.unit);
}

}  // namespace soleus
