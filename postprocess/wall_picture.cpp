#include "postprocess/wall_picture.hpp"

#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkColorTransferFunction.h>
#include <vtkDataArray.h>
#include <vtkNew.h>
#include <vtkOBBTree.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkScalarBarActor.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/statistics.hpp"
#include "pipeline/base/vec3.hpp"
#include "postprocess/chart_view.hpp"

namespace soleus {
namespace {

constexpr double ends_at = 0.98;  // percentile of the sizes

void add_sizes(std::vector<double>& to, const WallView3d& view) {
  vtkDataArray* values = view.wall->GetPointData()->GetArray(view.field.c_str());
  for (vtkIdType n = 0; n < values->GetNumberOfTuples(); ++n)
    if (const double v = values->GetComponent(n, 0); std::isfinite(v)) to.push_back(std::abs(v));
}

/// Over which a view's scale runs.
double scale_end(const std::vector<WallView3d>& views, const WallView3d& of) {
  std::vector<double> sizes;
  for (const WallView3d& v : views)
    if (v.signed_values == of.signed_values) add_sizes(sizes, v);
  return sizes.empty() ? 1 : std::max(1e-12, percentile(sizes, ends_at));
}

/// Even steps to the eye: viridis (van der Walt & Smith 2015) for sizes, cool to warm about zero (Moreland,
/// ISVC 2009).
vtkSmartPointer<vtkColorTransferFunction> colors(bool signed_values, double end) {
  auto map = vtkSmartPointer<vtkColorTransferFunction>::New();
  if (signed_values) {
    map->SetColorSpaceToDiverging();
    map->AddRGBPoint(-end, 0.230, 0.299, 0.754);
    map->AddRGBPoint(end, 0.706, 0.016, 0.150);
  } else {
    map->SetColorSpaceToLab();
    map->AddRGBPoint(0, 0.267, 0.005, 0.329);
    map->AddRGBPoint(0.25 * end, 0.229, 0.322, 0.546);
    map->AddRGBPoint(0.5 * end, 0.128, 0.567, 0.551);
    map->AddRGBPoint(0.75 * end, 0.369, 0.789, 0.383);
    map->AddRGBPoint(end, 0.993, 0.906, 0.144);
  }
  map->SetNanColor(0.75, 0.75, 0.75);
  return map;
}

constexpr double part_of_height = 0.84;  // of a panel: texts have the rest

struct Axes {
  Vec3 along, towards_viewer;
  double length;
};
Axes axes_of(vtkPolyData& wall) {
  vtkNew<vtkOBBTree> box;
  double corner[3], longest[3], middle[3], shortest[3], size[3];
  box->ComputeOBB(wall.GetPoints(), corner, longest, middle, shortest, size);
  Axes a{normalized(Vec3{longest[0], longest[1], longest[2]}),
         normalized(Vec3{shortest[0], shortest[1], shortest[2]}),
         std::hypot(longest[0], longest[1], longest[2])};
  if (a.along.z < 0) a.along = -a.along;
  return a;
}

void look(vtkRenderer& panel, const Axes& axes) {
  vtkCamera& camera = *panel.GetActiveCamera();
  camera.ParallelProjectionOn();
  double focus[3];
  panel.ResetCamera();
  camera.GetFocalPoint(focus);
  const Vec3 from = Vec3{focus[0], focus[1], focus[2]} + axes.towards_viewer;
  camera.SetPosition(from.x, from.y, from.z);
  camera.SetViewUp(axes.along.x, axes.along.y, axes.along.z);
  panel.ResetCamera();
  camera.SetParallelScale(0.5 * axes.length / part_of_height);
}

void add_scale(vtkRenderer& panel, vtkColorTransferFunction& map, const std::string& title) {
  vtkNew<vtkScalarBarActor> bar;
  bar->SetLookupTable(&map);
  bar->SetNumberOfLabels(5);
  bar->SetLabelFormat("%.2g");
  bar->UnconstrainedFontSizeOn();
  style_text(*bar->GetLabelTextProperty(), 20, false);
  bar->SetPosition(0.76, 0.2), bar->SetPosition2(0.16, 0.6);
  panel.AddActor2D(bar);
  vtkNew<vtkTextActor> text;
  text->SetInput(title.c_str());
  style_text(*text->GetTextProperty(), 20, false);
  text->GetTextProperty()->SetJustificationToCentered();
  text->GetPositionCoordinate()->SetCoordinateSystemToNormalizedViewport();
  text->SetPosition(0.5, 0.02);
  panel.AddActor2D(text);
}

vtkSmartPointer<vtkRenderer> panel(const WallView3d& view, const Axes& axes, double end,
                                   const std::string& scale_title) {
  const auto map = colors(view.signed_values, end);
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(view.wall);
  mapper->SetScalarModeToUsePointFieldData();
  mapper->SelectColorArray(view.field.c_str());
  mapper->SetLookupTable(map);
  mapper->UseLookupTableScalarRangeOn();
  mapper->InterpolateScalarsBeforeMappingOn();
  vtkNew<vtkActor> actor;
  actor->SetMapper(mapper);
  actor->GetProperty()->SetAmbient(0.35), actor->GetProperty()->SetDiffuse(0.7);
  auto out = vtkSmartPointer<vtkRenderer>::New();
  out->SetBackground(1, 1, 1);
  out->AddActor(actor);
  vtkNew<vtkTextActor> title;
  title->SetInput(view.title.c_str());
  style_text(*title->GetTextProperty(), view.title.size() > 28 ? 14 : 22, true);
  title->GetTextProperty()->SetJustificationToCentered();
  title->GetPositionCoordinate()->SetCoordinateSystemToNormalizedViewport();
  title->SetPosition(0.5, 0.95);
  out->AddActor2D(title);
  add_scale(*out, *map, (view.signed_values ? "difference of the " : "") + scale_title);
  look(*out, axes);
  return out;
}

}  // namespace

void draw_walls(const std::vector<WallView3d>& views, const std::string& scale_title,
                const std::map<std::string, std::string>& texts, const std::filesystem::path& file) {
  const Axes axes = axes_of(*views.front().wall);
  vtkNew<vtkRenderWindow> window;
  window->SetOffScreenRendering(1);
  window->SetMultiSamples(0);
  window->SetSize(chart_width * chart_oversampling, chart_height * chart_oversampling);
  const double width = 1.0 / double(views.size());
  for (std::size_t k = 0; k < views.size(); ++k) {
    const auto shown = panel(views[k], axes, scale_end(views, views[k]), scale_title);
    shown->SetViewport(double(k) * width, 0, double(k + 1) * width, 1);
    window->AddRenderer(shown);
  }
  write_png(*window, texts, file);
}

}  // namespace soleus
