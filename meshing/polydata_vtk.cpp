#include "meshing/polydata_vtk.hpp"

#include <fmt/format.h>
#include <vtkCellArray.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkFlyingEdges3D.h>
#include <vtkIdList.h>
#include <vtkImageData.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkObject.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkStringArray.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLPolyDataWriter.h>

#include "pipeline/base/files.hpp"

namespace soleus {

Surface surface_of(vtkPolyData* mesh) {
  Surface s;
  s.points_m.resize(mesh->GetNumberOfPoints());
  for (vtkIdType v = 0; v < mesh->GetNumberOfPoints(); ++v) {
    double p[3];
    mesh->GetPoint(v, p);
    s.points_m[v] = {p[0], p[1], p[2]};
  }
  vtkCellArray* cells = mesh->GetPolys();
  vtkNew<vtkIdList> corners;
  cells->InitTraversal();
  while (cells->GetNextCell(corners)) {
    if (corners->GetNumberOfIds() != 3) continue;
    const int a = int(corners->GetId(0)), b = int(corners->GetId(1)), c = int(corners->GetId(2));
    if (a != b && b != c && c != a) s.triangles.push_back({a, b, c});
  }
  return s;
}

vtkSmartPointer<vtkPolyData> polydata_of(const Surface& s) {
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(vtkIdType(s.points_m.size()));
  for (std::size_t v = 0; v < s.points_m.size(); ++v) {
    points->SetPoint(vtkIdType(v), s.points_m[v].x, s.points_m[v].y, s.points_m[v].z);
  }
  vtkNew<vtkCellArray> cells;
  for (const auto& t : s.triangles) {
    const vtkIdType corners[3] = {t[0], t[1], t[2]};
    cells->InsertNextCell(3, corners);
  }
  auto mesh = vtkSmartPointer<vtkPolyData>::New();
  mesh->SetPoints(points);
  mesh->SetPolys(cells);
  return mesh;
}

Surface zero_surface(const std::array<int, 3>& size, const std::vector<float>& values) {
  vtkNew<vtkFloatArray> scalars;
  scalars->SetArray(const_cast<float*>(values.data()), vtkIdType(values.size()),
                    1);  // 1: VTK does not own it
  vtkNew<vtkImageData> image;
  image->SetDimensions(size[0], size[1], size[2]);
  image->GetPointData()->SetScalars(scalars);
  vtkNew<vtkFlyingEdges3D> contour;
  contour->SetInputData(image);
  contour->SetValue(0, 0.0);
  contour->ComputeNormalsOff();
  contour->ComputeScalarsOff();
  contour->Update();
  return surface_of(contour->GetOutput());
}

QuietVtk::QuietVtk() : before_(vtkObject::GetGlobalWarningDisplay()) {
  vtkObject::GlobalWarningDisplayOff();
}
QuietVtk::~QuietVtk() {
  vtkObject::SetGlobalWarningDisplay(before_);
}

namespace {

void add_text(vtkPolyData* mesh, const char* name, const std::string& value) {
  vtkNew<vtkStringArray> array;
  array->SetName(name);
  array->InsertNextValue(value);
  mesh->GetFieldData()->AddArray(array);
}

}  // namespace

void write_mesh(vtkPolyData* mesh, const char* version_name, int version,
                const std::map<std::string, std::string>& provenance, const std::filesystem::path& file) {
  add_text(mesh, "length_unit", "m");
  add_text(mesh, "space", "LPS");
  for (const auto& [name, text] : provenance) add_text(mesh, name.c_str(), text);
  vtkNew<vtkIntArray> number;
  number->SetName(version_name);
  number->InsertNextValue(version);
  mesh->GetFieldData()->AddArray(number);
  vtkNew<vtkXMLPolyDataWriter> writer;
  writer->SetInputData(mesh);
  writer->SetDataModeToAppended();
  writer->EncodeAppendedDataOff();
  writer->SetCompressorTypeToZLib();
  writer->WriteToOutputStringOn();
  writer->Write();
  write_file(file, writer->GetOutputString());
}

InputError damaged_file(const std::filesystem::path& file) {
  return InputError(fmt::format(
      "{}: the file is damaged or was not written by soleus; run the mesh stage again.", file.string()));
}

vtkSmartPointer<vtkPolyData> read_mesh(const char* version_name, int version,
                                       const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file))
    throw InputError(fmt::format("{}: the file does not exist; run the mesh stage again.", file.string()));
  const QuietVtk quiet;
  vtkNew<vtkXMLPolyDataReader> reader;
  reader->SetFileName(file.string().c_str());
  reader->Update();
  vtkSmartPointer<vtkPolyData> mesh = reader->GetOutput();
  auto* number = vtkIntArray::SafeDownCast(mesh->GetFieldData()->GetAbstractArray(version_name));
  if (!number || number->GetNumberOfValues() < 1) throw damaged_file(file);
  if (const int found = number->GetValue(0); found != version)
    throw InputError(
        fmt::format("{}: the file has version {}, this program reads version {}; run the mesh stage again.",
                    file.string(), found, version));
  return mesh;
}

}  // namespace soleus
