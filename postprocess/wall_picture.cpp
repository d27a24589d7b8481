#include "postprocess/wall_picture.hpp"

#include <vtkActor.h>
#include <vtkDataArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/statistics.hpp"
#include "postprocess/chart_view.hpp"
#include "postprocess/scene.hpp"

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

vtkSmartPointer<vtkRenderer> panel(const WallView3d& view, const WallAxes& axes, double end,
                                   const std::string& scale_title) {
  const auto map = view.signed_values ? signed_colors(end) : size_colors(end);
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
  add_title(*out, view.title);
  add_scale(*out, *map, (view.signed_values ? "difference of the " : "") + scale_title, Pose::upright);
  look(*out, axes, Pose::upright);
  return out;
}

}  // namespace

void draw_walls(const std::vector<WallView3d>& views, const std::string& scale_title,
                const std::map<std::string, std::string>& texts, const std::filesystem::path& file) {
  const WallAxes axes = axes_of(*views.front().wall);
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
