#include "postprocess/scene.hpp"

#include <vtkCamera.h>
#include <vtkNew.h>
#include <vtkOBBTree.h>
#include <vtkPolyData.h>
#include <vtkRenderer.h>
#include <vtkScalarBarActor.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>

#include <algorithm>
#include <cmath>

#include "postprocess/chart_view.hpp"

namespace soleus {
namespace {

// Of a panel: texts have the rest.
constexpr double part_of_height = 0.84, part_of_width = 0.94, part_beside = 0.7;

}  // namespace

vtkSmartPointer<vtkColorTransferFunction> size_colors(double end) {
  auto map = vtkSmartPointer<vtkColorTransferFunction>::New();
  map->SetColorSpaceToLab();
  map->AddRGBPoint(0, 0.267, 0.005, 0.329);
  map->AddRGBPoint(0.25 * end, 0.229, 0.322, 0.546);
  map->AddRGBPoint(0.5 * end, 0.128, 0.567, 0.551);
  map->AddRGBPoint(0.75 * end, 0.369, 0.789, 0.383);
  map->AddRGBPoint(end, 0.993, 0.906, 0.144);
  map->SetNanColor(0.75, 0.75, 0.75);
  return map;
}

vtkSmartPointer<vtkColorTransferFunction> signed_colors(double end) {
  auto map = vtkSmartPointer<vtkColorTransferFunction>::New();
  map->SetColorSpaceToDiverging();
  map->AddRGBPoint(-end, 0.230, 0.299, 0.754);
  map->AddRGBPoint(end, 0.706, 0.016, 0.150);
  map->SetNanColor(0.75, 0.75, 0.75);
  return map;
}

WallAxes axes_of(vtkPolyData& wall) {
  vtkNew<vtkOBBTree> box;
  double corner[3], longest[3], middle[3], shortest[3], size[3];
  box->ComputeOBB(wall.GetPoints(), corner, longest, middle, shortest, size);
  WallAxes a{normalized(Vec3{longest[0], longest[1], longest[2]}),
             normalized(Vec3{shortest[0], shortest[1], shortest[2]}),
             std::hypot(longest[0], longest[1], longest[2]), std::hypot(middle[0], middle[1], middle[2])};
  if (a.along.z < 0) a.along = -a.along;
  return a;
}

void look(vtkRenderer& panel, const WallAxes& axes, Pose pose) {
  vtkCamera& camera = *panel.GetActiveCamera();
  camera.ParallelProjectionOn();
  double focus[3];
  panel.ResetCamera();
  camera.GetFocalPoint(focus);
  const Vec3 from = Vec3{focus[0], focus[1], focus[2]} + axes.towards_viewer;
  camera.SetPosition(from.x, from.y, from.z);
  const Vec3 up = pose == Pose::upright ? axes.along : cross(axes.towards_viewer, axes.along);
  camera.SetViewUp(up.x, up.y, up.z);
  panel.ResetCamera();
  const double aspect = double(chart_width) / chart_height;
  camera.SetParallelScale(pose == Pose::upright ? 0.5 * axes.length / part_of_height
                                                : 0.5 * std::max(axes.length / (part_of_width * aspect),
                                                                 axes.breadth / part_beside));
}

void add_scale(vtkRenderer& panel, vtkColorTransferFunction& colors, const std::string& meaning, Pose pose) {
  vtkNew<vtkScalarBarActor> bar;
  bar->SetLookupTable(&colors);
  bar->SetNumberOfLabels(5);
  bar->SetLabelFormat("%.2g");
  bar->UnconstrainedFontSizeOn();
  style_text(*bar->GetLabelTextProperty(), 20, false);
  if (pose == Pose::lying) {
    bar->SetOrientationToHorizontal();
    bar->SetPosition(0.3, 0.07), bar->SetPosition2(0.4, 0.09);
  } else {
    bar->SetPosition(0.76, 0.2), bar->SetPosition2(0.16, 0.6);
  }
  panel.AddActor2D(bar);
  vtkNew<vtkTextActor> text;
  text->SetInput(meaning.c_str());
  style_text(*text->GetTextProperty(), 20, false);
  text->GetTextProperty()->SetJustificationToCentered();
  text->GetPositionCoordinate()->SetCoordinateSystemToNormalizedViewport();
  text->SetPosition(0.5, 0.02);
  panel.AddActor2D(text);
}

void add_title(vtkRenderer& panel, const std::string& title) {
  vtkNew<vtkTextActor> text;
  text->SetInput(title.c_str());
  style_text(*text->GetTextProperty(), title.size() > 28 ? 14 : 22, true);
  text->GetTextProperty()->SetJustificationToCentered();
  text->GetPositionCoordinate()->SetCoordinateSystemToNormalizedViewport();
  text->SetPosition(0.5, 0.95);
  panel.AddActor2D(text);
}

}  // namespace soleus
