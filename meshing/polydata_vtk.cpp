#include "meshing/polydata_vtk.hpp"

#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkFlyingEdges3D.h>
#include <vtkIdList.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkObject.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

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

}  // namespace soleus
