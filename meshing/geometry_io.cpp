#include <fmt/format.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkIdList.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

#include <nlohmann/json.hpp>

#include "meshing/meshing.hpp"
#include "meshing/polydata_vtk.hpp"
#include "meshing/valve_io.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

using nlohmann::json;

using Provenance = std::map<std::string, std::string>;

constexpr const char* version_array = "geometry_version";

void write(vtkPolyData* mesh, const Provenance& provenance, const std::filesystem::path& file) {
  write_mesh(mesh, version_array, geometry_version, provenance, file);
}

vtkSmartPointer<vtkPolyData> read(const std::filesystem::path& file) {
  return read_mesh(version_array, geometry_version, file);
}

vtkSmartPointer<vtkDoubleArray> new_array(const char* name) {
  auto array = vtkSmartPointer<vtkDoubleArray>::New();
  array->SetName(name);
  return array;
}

vtkSmartPointer<vtkPolyData> polydata_of(const Centerlines& c) {
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkCellArray> lines;
  const auto radius = new_array("radius"), area = new_array("area"), abscissa = new_array("abscissa");
  vtkNew<vtkIntArray> id, parent, point_branch;
  id->SetName("branch");
  parent->SetName("parent");
  point_branch->SetName("branch");
  for (const Branch& b : c.branches) {
    lines->InsertNextCell(int(b.points_m.size()));
    for (std::size_t i = 0; i < b.points_m.size(); ++i) {
      lines->InsertCellPoint(points->InsertNextPoint(b.points_m[i].x, b.points_m[i].y, b.points_m[i].z));
      radius->InsertNextValue(b.radius_m[i]);
      area->InsertNextValue(b.area_m2[i]);
      abscissa->InsertNextValue(b.abscissa_m[i]);
      point_branch->InsertNextValue(b.id);
    }
    id->InsertNextValue(b.id);
    parent->InsertNextValue(b.parent);
  }
  auto mesh = vtkSmartPointer<vtkPolyData>::New();
  mesh->SetPoints(points);
  mesh->SetLines(lines);
  for (vtkDataArray* a :
       {static_cast<vtkDataArray*>(radius), static_cast<vtkDataArray*>(area),
        static_cast<vtkDataArray*>(abscissa), static_cast<vtkDataArray*>(point_branch.Get())}) {
    mesh->GetPointData()->AddArray(a);
  }
  mesh->GetCellData()->AddArray(id);
  mesh->GetCellData()->AddArray(parent);
  return mesh;
}

vtkDataArray* need(vtkDataSetAttributes* data, const char* name, const std::filesystem::path& file) {
  vtkDataArray* array = data->GetArray(name);
  if (!array)
    throw InputError(
        fmt::format("{}: the array '{}' is missing; run the mesh stage again.", file.string(), name));
  return array;
}

Centerlines read_centerlines(const std::filesystem::path& file) {
  const auto mesh = read(file);
  Centerlines out;
  if (mesh->GetNumberOfPoints() == 0) return out;
  vtkDataArray* radius = need(mesh->GetPointData(), "radius", file);
  vtkDataArray* area = need(mesh->GetPointData(), "area", file);
  vtkDataArray* abscissa = need(mesh->GetPointData(), "abscissa", file);
  vtkDataArray* id = need(mesh->GetCellData(), "branch", file);
  vtkDataArray* parent = need(mesh->GetCellData(), "parent", file);
  vtkNew<vtkIdList> line;
  vtkIdType cell = 0;
  mesh->GetLines()->InitTraversal();
  for (; mesh->GetLines()->GetNextCell(line); ++cell) {
    Branch b;
    b.id = int(id->GetTuple1(cell));
    b.parent = int(parent->GetTuple1(cell));
    for (vtkIdType i = 0; i < line->GetNumberOfIds(); ++i) {
      double p[3];
      mesh->GetPoint(line->GetId(i), p);
      b.points_m.push_back({p[0], p[1], p[2]});
      b.radius_m.push_back(radius->GetTuple1(line->GetId(i)));
      b.area_m2.push_back(area->GetTuple1(line->GetId(i)));
      b.abscissa_m.push_back(abscissa->GetTuple1(line->GetId(i)));
    }
    out.branches.push_back(std::move(b));
  }
  return out;
}

json to_json(const Vec3& v) {
  return json::array({v.x, v.y, v.z});
}
Vec3 vec3(const json& j) {
  return {j.at(0), j.at(1), j.at(2)};
}

json to_json(const Obstacle& o) {
  return {{"kind", int(o.kind)},
          {"center_m", to_json(o.center_m)},
          {"direction", to_json(o.direction)},
          {"radius_m", o.radius_m},
          {"size_m", to_json(o.size_m)}};
}

Obstacle obstacle_from(const json& j) {
  return {ObstacleKind(j.at("kind").get<int>()), vec3(j.at("center_m")), vec3(j.at("direction")),
          j.at("radius_m"), vec3(j.at("size_m"))};
}

json to_json(const Shape& s) {
  json obstacles = json::array();
  for (const Obstacle& o : s.obstacles) obstacles.push_back(to_json(o));
  return {{"kind", int(s.kind)},
          {"center_m", to_json(s.center_m)},
          {"direction", to_json(s.direction)},
          {"normal", to_json(s.normal)},
          {"size_m", to_json(s.size_m)},
          {"radius_m", s.radius_m},
          {"end_radius_m", s.end_radius_m},
          {"length_m", s.length_m},
          {"height_m", s.height_m},
          {"bend_radius_m", s.bend_radius_m},
          {"bend_angle_rad", s.bend_angle_rad},
          {"through", int(s.through)},
          {"obstacles", obstacles},
          {"stations_m", s.stations_m},
          {"radii_m", s.radii_m},
          {"periodic", s.periodic},
          {"period_m", to_json(s.period_m)}};
}

Shape shape_from(const json& j) {
  Shape s;
  s.kind = ShapeKind(j.at("kind").get<int>());
  s.center_m = vec3(j.at("center_m"));
  s.direction = vec3(j.at("direction"));
  s.normal = vec3(j.at("normal"));
  s.size_m = vec3(j.at("size_m"));
  s.radius_m = j.at("radius_m");
  s.end_radius_m = j.at("end_radius_m");
  s.length_m = j.at("length_m");
  s.height_m = j.at("height_m");
  s.bend_radius_m = j.at("bend_radius_m");
  s.bend_angle_rad = j.at("bend_angle_rad");
  s.through = ThroughAxis(j.at("through").get<int>());
  for (const json& o : j.at("obstacles")) s.obstacles.push_back(obstacle_from(o));
  s.stations_m = j.at("stations_m").get<std::vector<double>>();
  s.radii_m = j.at("radii_m").get<std::vector<double>>();
  s.periodic = j.at("periodic").get<std::array<bool, 3>>();
  s.period_m = vec3(j.at("period_m"));
  return s;
}

/// As it lies at the start, its rest beside it.
vtkSmartPointer<vtkPolyData> polydata_of(const Sheet& s) {
  const auto mesh = polydata_of(Surface{s.start_m, s.rest.triangles});
  const auto rest = new_array("rest");
  rest->SetNumberOfComponents(3);
  for (const Vec3& x : s.rest.points_m) rest->InsertNextTuple3(x.x, x.y, x.z);
  vtkNew<vtkIntArray> held;
  held->SetName("held");
  held->SetNumberOfValues(vtkIdType(s.start_m.size()));
  held->FillValue(0);
  for (const int n : s.held) held->SetValue(n, 1);
  mesh->GetPointData()->AddArray(rest);
  mesh->GetPointData()->AddArray(held);
  return mesh;
}

void read_sheet(Sheet& s, const std::filesystem::path& file) {
  const auto mesh = read(file);
  const Surface start = surface_of(mesh);
  s.start_m = start.points_m, s.rest.triangles = start.triangles;
  vtkDataArray* rest = need(mesh->GetPointData(), "rest", file);
  vtkDataArray* held = need(mesh->GetPointData(), "held", file);
  for (vtkIdType n = 0; n < mesh->GetNumberOfPoints(); ++n) {
    s.rest.points_m.push_back({rest->GetComponent(n, 0), rest->GetComponent(n, 1), rest->GetComponent(n, 2)});
    if (held->GetTuple1(n) != 0) s.held.push_back(int(n));
  }
}

void refuse_faults(const Geometry& g, const std::filesystem::path& folder) {
  auto found = faults(g);
  for (std::string& f : found) f = fmt::format("{}: {}", folder.string(), f);
  if (!found.empty()) throw InputError(found);
}

}  // namespace

void save(const Geometry& g, const std::filesystem::path& folder, const Provenance& provenance) {
  refuse_faults(g, folder);
  std::filesystem::create_directories(folder);
  const auto lumen = polydata_of(g.surface);
  vtkNew<vtkIntArray> cap;
  cap->SetName("cap");
  for (int c : g.cap) cap->InsertNextValue(c);
  lumen->GetCellData()->AddArray(cap);
  write(lumen, provenance, folder / "lumen.vtp");
  write(polydata_of(g.centerlines), provenance, folder / "centerlines.vtp");
  json j{{"version", geometry_version}, {"length_unit", "m"}, {"space", "LPS"}, {"openings", json::array()}};
  for (const Opening& o : g.openings) {
    j["openings"].push_back({{"name", o.name},
                             {"center_m", to_json(o.center_m)},
                             {"outward", to_json(o.outward)},
                             {"area_m2", o.area_m2},
                             {"radius_m", o.radius_m}});
  }
  if (g.shape) j["shape"] = to_json(*g.shape);
  for (const Sheet& s : g.sheets) {
    j["sheets"].push_back({{"name", s.name}, {"clamped", s.clamped}});
    write(polydata_of(s), provenance, folder / sheet_file(s.name));
  }
  if (!provenance.empty()) j["provenance"] = provenance;
  write_file(folder / "geometry.json", j.dump(2) + "\n");
  if (!g.valves.valves.empty()) save(g.valves, folder, provenance);
}

Geometry load_geometry(const std::filesystem::path& folder) {
  Geometry g;
  const auto file = folder / "geometry.json";
  try {
    const json j = json::parse(read_file(file));
    if (const int version = j.at("version"); version != geometry_version) {
      throw InputError(
          fmt::format("{}: the file has version {}, this program reads version {}; run the mesh stage again.",
                      file.string(), version, geometry_version));
    }
    for (const json& o : j.at("openings")) {
      g.openings.push_back(
          {o.at("name"), vec3(o.at("center_m")), vec3(o.at("outward")), o.at("area_m2"), o.at("radius_m")});
    }
    if (j.contains("shape")) g.shape = shape_from(j.at("shape"));
    for (const json& s : j.value("sheets", json::array()))
      g.sheets.push_back({.name = s.at("name"), .clamped = s.at("clamped")});
  } catch (const json::exception& e) {
    throw InputError(
        fmt::format("{}: the file is damaged ({}); run the mesh stage again.", file.string(), e.what()));
  }
  const auto lumen = read(folder / "lumen.vtp");
  g.surface = surface_of(lumen);
  if (!g.surface.triangles.empty()) {
    vtkDataArray* cap = need(lumen->GetCellData(), "cap", folder / "lumen.vtp");
    for (vtkIdType t = 0; t < cap->GetNumberOfTuples(); ++t) g.cap.push_back(int(cap->GetTuple1(t)));
  }
  g.centerlines = read_centerlines(folder / "centerlines.vtp");
  for (Sheet& s : g.sheets) read_sheet(s, folder / sheet_file(s.name));
  g.valves = load_valves(folder);
  refuse_faults(g, folder);
  return g;
}

}  // namespace soleus
