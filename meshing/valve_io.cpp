// valves.vtp: all sheets in one mesh. Cell arrays: valve, cusp (of the valve), thickness [m], fibre (unit
// vector). Point arrays: valve, cusp, attached (0/1), into (unit vector), free_edge (place along the free
// edge, -1 elsewhere).
#include "meshing/valve_io.hpp"

#include <fmt/format.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>

#include <nlohmann/json.hpp>

#include "meshing/polydata_vtk.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

using nlohmann::json;
constexpr const char* version_array = "valves_version";
using Provenance = std::map<std::string, std::string>;
using Integers = vtkNew<vtkIntArray>;
using Numbers = vtkNew<vtkDoubleArray>;

void add(vtkNew<vtkDoubleArray>& array, const Vec3& v) {
  const double values[3] = {v.x, v.y, v.z};
  array->InsertNextTuple(values);
}
Vec3 vector_at(vtkDataArray* array, vtkIdType i) {
  double v[3];
  array->GetTuple(i, v);
  return {v[0], v[1], v[2]};
}

vtkSmartPointer<vtkPolyData> polydata_of(const Valves& valves) {
  Surface all;
  Integers cell_valve, cell_cusp, valve, cusp, attached, free_edge;
  Numbers thickness, fibre, into;
  fibre->SetNumberOfComponents(3);
  into->SetNumberOfComponents(3);
  for (int v = 0; v < int(valves.valves.size()); ++v)
    for (int k = 0; k < int(valves.valves[v].cusps.size()); ++k) {
      const Cusp& c = valves.valves[v].cusps[k];
      const int first = int(all.points_m.size());
      std::vector<int> place(c.surface.points_m.size(), -1);
      for (std::size_t i = 0; i < c.free_edge.size(); ++i) place[c.free_edge[i]] = int(i);
      for (std::size_t p = 0; p < c.surface.points_m.size(); ++p) {
        all.points_m.push_back(c.surface.points_m[p]);
        valve->InsertNextValue(v), cusp->InsertNextValue(k);
        attached->InsertNextValue(c.attached[p]), free_edge->InsertNextValue(place[p]);
        add(into, c.into[p]);
      }
      for (std::size_t t = 0; t < c.surface.triangles.size(); ++t) {
        const auto& [i, j, l] = c.surface.triangles[t];
        all.triangles.push_back({first + i, first + j, first + l});
        cell_valve->InsertNextValue(v), cell_cusp->InsertNextValue(k);
        thickness->InsertNextValue(c.thickness_m[t]);
        add(fibre, c.fibre[t]);
      }
    }
  const auto mesh = polydata_of(all);
  const auto put = [](vtkDataSetAttributes* data, vtkDataArray* array, const char* name) {
    array->SetName(name);
    data->AddArray(array);
  };
  put(mesh->GetCellData(), cell_valve, "valve"), put(mesh->GetCellData(), cell_cusp, "cusp");
  put(mesh->GetCellData(), thickness, "thickness"), put(mesh->GetCellData(), fibre, "fibre");
  put(mesh->GetPointData(), valve, "valve"), put(mesh->GetPointData(), cusp, "cusp");
  put(mesh->GetPointData(), attached, "attached"), put(mesh->GetPointData(), into, "into");
  put(mesh->GetPointData(), free_edge, "free_edge");
  return mesh;
}

json to_json(const Vec3& v) {
  return json::array({v.x, v.y, v.z});
}
Vec3 vec3(const json& j) {
  return {j.at(0), j.at(1), j.at(2)};
}

json to_json(const Valve& v) {
  const ValveFigures& f = v.figures;
  return {{"name", v.name},
          {"branch", f.branch},
          {"abscissa_m", f.abscissa_m},
          {"center_m", to_json(f.center_m)},
          {"downstream", to_json(f.downstream)},
          {"first_commissure", to_json(f.first_commissure)},
          {"diameter_m", f.diameter_m},
          {"sinus_diameter_ratio", f.sinus_diameter_ratio},
          {"sinus_length_m", f.sinus_length_m},
          {"rest_gap_m", f.rest_gap_m},
          {"height_m", f.height_m},
          {"coaptation_m", f.coaptation_m},
          {"free_edge_m", f.free_edge_m},
          {"area_m2", f.area_m2},
          {"cusps", v.cusps.size()}};
}

Valve valve_from(const json& j) {
  Valve v;
  v.name = j.at("name");
  v.figures = {j.at("branch"),
               j.at("abscissa_m"),
               vec3(j.at("center_m")),
               vec3(j.at("downstream")),
               vec3(j.at("first_commissure")),
               j.at("diameter_m"),
               j.at("sinus_diameter_ratio"),
               j.at("sinus_length_m"),
               j.at("rest_gap_m"),
               j.at("height_m").get<std::vector<double>>(),
               j.at("coaptation_m").get<std::vector<double>>(),
               j.at("free_edge_m").get<std::vector<double>>(),
               j.at("area_m2").get<std::vector<double>>()};
  v.cusps.resize(j.at("cusps"));
  return v;
}

struct Arrays {
  vtkDataArray *cell_valve, *cell_cusp, *thickness, *fibre, *valve, *cusp, *attached, *into, *free_edge;
};

Arrays arrays_of(vtkPolyData* mesh, const std::filesystem::path& file) {
  const auto need = [&](vtkDataSetAttributes* data, const char* name) {
    vtkDataArray* array = data->GetArray(name);
    if (!array) throw damaged_file(file);
    return array;
  };
  vtkDataSetAttributes *cells = mesh->GetCellData(), *points = mesh->GetPointData();
  return {need(cells, "valve"),     need(cells, "cusp"),   need(cells, "thickness"),
          need(cells, "fibre"),     need(points, "valve"), need(points, "cusp"),
          need(points, "attached"), need(points, "into"),  need(points, "free_edge")};
}

/// Gives the sheets of the file to their valves.
void deal_out(vtkPolyData* mesh, const Arrays& a, Valves& out, const std::filesystem::path& file) {
  const Surface all = surface_of(mesh);
  const auto cusp_at = [&](vtkDataArray* valve, vtkDataArray* cusp, vtkIdType i) -> Cusp& {
    const auto v = std::size_t(valve->GetTuple1(i)), k = std::size_t(cusp->GetTuple1(i));
    if (v >= out.valves.size() || k >= out.valves[v].cusps.size()) throw damaged_file(file);
    return out.valves[v].cusps[k];
  };
  std::vector<int> number;
  for (vtkIdType p = 0; p < mesh->GetNumberOfPoints(); ++p) {
    Cusp& c = cusp_at(a.valve, a.cusp, p);
    number.push_back(int(c.surface.points_m.size()));
    if (const int place = int(a.free_edge->GetTuple1(p)); place >= 0) {
      c.free_edge.resize(std::max(c.free_edge.size(), std::size_t(place) + 1), -1);
      c.free_edge[place] = number.back();
    }
    c.surface.points_m.push_back(all.points_m[p]);
    c.attached.push_back(a.attached->GetTuple1(p) != 0);
    c.into.push_back(vector_at(a.into, p));
  }
  for (std::size_t t = 0; t < all.triangles.size(); ++t) {
    Cusp& c = cusp_at(a.cell_valve, a.cell_cusp, vtkIdType(t));
    const auto& [i, j, l] = all.triangles[t];
    c.surface.triangles.push_back({number[i], number[j], number[l]});
    c.thickness_m.push_back(a.thickness->GetTuple1(vtkIdType(t)));
    c.fibre.push_back(vector_at(a.fibre, vtkIdType(t)));
  }
}

void refuse_faults(const Valves& valves, const std::filesystem::path& folder) {
  auto found = faults(valves);
  for (std::string& f : found) f = fmt::format("{}: {}", folder.string(), f);
  if (!found.empty()) throw InputError(found);
}

}  // namespace

void save(const Valves& valves, const std::filesystem::path& folder, const Provenance& provenance) {
  refuse_faults(valves, folder);
  std::filesystem::create_directories(folder);
  write_mesh(polydata_of(valves), version_array, valves_version, provenance, folder / valve_sheets_file);
  json j{{"version", valves_version}, {"length_unit", "m"}, {"space", "LPS"}, {"valves", json::array()}};
  for (const Valve& v : valves.valves) j["valves"].push_back(to_json(v));
  if (!provenance.empty()) j["provenance"] = provenance;
  write_file(folder / valve_sizes_file, j.dump(2) + "\n");
}

Valves load_valves(const std::filesystem::path& folder) {
  const auto numbers = folder / valve_sizes_file, sheets = folder / valve_sheets_file;
  Valves out;
  if (!std::filesystem::exists(numbers) && !std::filesystem::exists(sheets)) return out;
  try {
    const json j = json::parse(read_file(numbers));
    if (const int version = j.at("version"); version != valves_version)
      throw InputError(
          fmt::format("{}: the file has version {}, this program reads version {}; run the mesh stage again.",
                      numbers.string(), version, valves_version));
    for (const json& v : j.at("valves")) out.valves.push_back(valve_from(v));
  } catch (const json::exception&) {
    throw damaged_file(numbers);
  }
  const auto mesh = read_mesh(version_array, valves_version, sheets);
  if (mesh->GetNumberOfPoints() > 0) deal_out(mesh, arrays_of(mesh, sheets), out, sheets);
  refuse_faults(out, folder);
  return out;
}

}  // namespace soleus
