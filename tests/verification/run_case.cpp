#include "tests/verification/run_case.hpp"

#include <fmt/format.h>
#include <vtkCellArray.h>
#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkIdList.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <fstream>
#include <regex>
#include <stdexcept>

#include "tests/app/program.hpp"

namespace soleus::verification {
namespace fs = std::filesystem;
namespace {

/// Metres of one unit of the file's coordinates.
double length_scale(vtkDataSet& data) {
  auto* unit = vtkStringArray::SafeDownCast(data.GetFieldData()->GetAbstractArray("unit_length"));
  return unit != nullptr && unit->GetValue(0) == "mm" ? 1e-3 : 1.0;
}

std::vector<Vec3> positions(vtkDataSet& data) {
  const double scale = length_scale(data);
  std::vector<Vec3> out;
  for (vtkIdType k = 0; k < data.GetNumberOfPoints(); ++k) {
    const double* x = data.GetPoint(k);
    out.push_back(Vec3{x[0], x[1], x[2]} * scale);
  }
  return out;
}

vtkDataArray& point_array(vtkDataSet& data, const char* name) {
  vtkDataArray* array = data.GetPointData()->GetArray(name);
  if (array == nullptr) throw std::runtime_error(fmt::format("the field file has no array {}", name));
  return *array;
}

std::vector<Vec3> vectors(vtkDataSet& data, const char* name) {
  vtkDataArray& array = point_array(data, name);
  std::vector<Vec3> out;
  for (vtkIdType k = 0; k < array.GetNumberOfTuples(); ++k)
    out.push_back({array.GetComponent(k, 0), array.GetComponent(k, 1), array.GetComponent(k, 2)});
  return out;
}

}  // namespace

Settings& Settings::set(const std::string& key, const std::string& value) {
  arguments_.push_back("--set");
  arguments_.push_back(key + "=" + value);
  return *this;
}

Settings& Settings::set(const std::string& key, double value, const std::string& unit) {
  return set(key, fmt::format("{:.15g}{}{}", value, unit.empty() ? "" : " ", unit));
}

Settings& Settings::set(const std::string& key, const Vec3& value, const std::string& unit) {
  return set(key, fmt::format("{:.15g} {:.15g} {:.15g}{}{}", value.x, value.y, value.z,
                              unit.empty() ? "" : " ", unit));
}

Settings& Settings::grid(double dx_m, double lattice_viscosity, double viscosity_m2_s) {
  return set("solver.dx", dx_m, "m").set("solver.dt", lattice_viscosity * dx_m * dx_m / viscosity_m2_s, "s");
}

Run::Run(const std::string& case_name, const Settings& settings, int threads) {
  fs::path file;
  for (const char* folder : {"verification", "validation", "demo"})
    if (!fs::exists(file)) file = fs::path(SOLEUS_SOURCE) / "configs" / folder / (case_name + ".yaml");
  std::vector<std::string> arguments{"run",       file.string(),           "--output", "run",
                                     "--threads", std::to_string(threads), "--until",  "solve",
                                     "--set",     "output.means=false"};
  arguments.insert(arguments.end(), settings.arguments().begin(), settings.arguments().end());
  const test::Outcome outcome = test::soleus(folder_.path, arguments);
  if (outcome.exit_code != 0)
    throw std::runtime_error(
        fmt::format("{} ended with exit code {}:\n{}", case_name, outcome.exit_code, outcome.err));
  flow_ = load_flow(folder_.path / "run/solve");
}

double Run::mean(const std::string& name, double from_s) const {
  double sum = 0;
  int n = 0;
  for (std::size_t k = 0; k < time_s().size(); ++k)
    if (time_s()[k] >= from_s) sum += column(name)[k], ++n;
  if (n == 0) throw std::runtime_error(fmt::format("{} has no sample after {} s", name, from_s));
  return sum / n;
}

namespace {

vtkSmartPointer<vtkPolyData> read_polydata(const fs::path& file) {
  vtkNew<vtkXMLPolyDataReader> reader;
  reader->SetFileName(file.c_str());
  reader->Update();
  return reader->GetOutput();
}

/// Files of a collection and their times.
std::vector<std::pair<double, fs::path>> frames(const fs::path& folder, const fs::path& collection) {
  std::ifstream in(folder / collection);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  static const std::regex frame("timestep=\"([^\"]*)\"[^>]*file=\"([^\"]*)\"");
  std::vector<std::pair<double, fs::path>> out;
  for (std::sregex_iterator m(text.begin(), text.end(), frame), end; m != end; ++m)
    out.emplace_back(std::stod((*m)[1]), folder / (*m)[2].str());
  if (out.empty()) throw std::runtime_error("the run wrote no fields: " + collection.string());
  return out;
}

}  // namespace

VolumeField Run::volume() const {
  const double last_s = frames(folder_.path / "run/solve", flow_.volume_series).back().first;
  return volumes(last_s).back();
}

std::vector<VolumeField> Run::volumes(double from_s) const {
  return read_volumes(folder_.path / "run/solve", flow_.volume_series, from_s);
}

std::vector<VolumeField> read_volumes(const fs::path& folder, const fs::path& collection, double from_s) {
  std::vector<VolumeField> out;
  for (const auto& [time_s, file] : frames(folder, collection)) {
    if (time_s < from_s) continue;
    vtkNew<vtkXMLUnstructuredGridReader> reader;
    reader->SetFileName(file.c_str());
    reader->Update();
    vtkDataSet& data = *reader->GetOutput();
    VolumeField& field =
        out.emplace_back(VolumeField{time_s, positions(data), vectors(data, "velocity"), {}});
    if (vtkDataArray* c = data.GetPointData()->GetArray("concentration"))
      for (vtkIdType k = 0; k < c->GetNumberOfTuples(); ++k) field.concentration.push_back(c->GetTuple1(k));
    if (vtkDataArray* p = data.GetPointData()->GetArray("pressure"))
      for (vtkIdType k = 0; k < p->GetNumberOfTuples(); ++k) field.p_pa.push_back(p->GetTuple1(k));
  }
  return out;
}

std::vector<WallField> Run::walls(double from_s) const {
  std::vector<WallField> out;
  for (const auto& [time_s, file] : frames(folder_.path / "run/solve", flow_.wall_series)) {
    if (time_s < from_s) continue;
    const auto data = read_polydata(file);
    out.push_back(
        {time_s, positions(*data), vectors(*data, "wall_shear_stress"), vectors(*data, "traction")});
  }
  return out;
}

namespace {

SheetField read_sheet(double time_s, const fs::path& file) {
  const auto data = read_polydata(file);
  SheetField out{time_s, positions(*data), vectors(*data, "velocity"), {}};
  vtkNew<vtkIdList> corners;
  data->GetPolys()->InitTraversal();
  while (data->GetPolys()->GetNextCell(corners))
    out.triangles.push_back({int(corners->GetId(0)), int(corners->GetId(1)), int(corners->GetId(2))});
  return out;
}

}  // namespace

SheetField Run::sheet(const std::string& name) const {
  const auto [time_s, file] = frames(folder_.path / "run/solve", fmt::format("sheet-{}.pvd", name)).back();
  return read_sheet(time_s, file);
}

std::vector<SheetField> Run::sheets(const std::string& name) const {
  std::vector<SheetField> out;
  for (const auto& [time_s, file] : frames(folder_.path / "run/solve", fmt::format("sheet-{}.pvd", name)))
    out.push_back(read_sheet(time_s, file));
  return out;
}

}  // namespace soleus::verification
