#include "meshing/picture.hpp"

#include <spdlog/spdlog.h>
#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkNew.h>
#include <vtkPNGWriter.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkSphereSource.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>
#include <vtkWindowToImageFilter.h>

#include <algorithm>

#include "meshing/polydata_vtk.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/offscreen_display.hpp"

namespace soleus {
namespace {

void add_surface(vtkRenderer* renderer, const Surface& s, bool edges) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(polydata_of(s));
  vtkNew<vtkActor> actor;
  actor->SetMapper(mapper);
  actor->GetProperty()->SetColor(0.55, 0.65, 0.85);
  actor->GetProperty()->SetOpacity(edges ? 0.75 : 1.0);
  actor->GetProperty()->SetEdgeVisibility(edges);
  actor->GetProperty()->SetEdgeColor(0.25, 0.3, 0.45);
  renderer->AddActor(actor);
}

void add_ball(vtkRenderer* renderer, const Vec3& p, double radius_m) {
  vtkNew<vtkSphereSource> ball;
  ball->SetCenter(p.x, p.y, p.z);
  ball->SetRadius(radius_m);
  ball->SetThetaResolution(24);
  ball->SetPhiResolution(16);
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputConnection(ball->GetOutputPort());
  vtkNew<vtkActor> actor;
  actor->SetMapper(mapper);
  actor->GetProperty()->SetColor(0.85, 0.15, 0.1);
  actor->GetProperty()->SetOpacity(0.6);
  renderer->AddActor(actor);
}

void add_text(vtkRenderer* renderer, const std::string& text) {
  vtkNew<vtkTextActor> actor;
  actor->SetInput(text.c_str());
  actor->GetTextProperty()->SetFontSize(16);
  actor->GetTextProperty()->SetColor(0.1, 0.1, 0.1);
  actor->SetPosition(12, 12);
  renderer->AddActor2D(actor);
}

// From the front of the patient (looking along +y in LPS), head up.
void aim(vtkRenderer* renderer, const Vec3& at, double width_m) {
  vtkCamera* camera = renderer->GetActiveCamera();
  camera->SetFocalPoint(at.x, at.y, at.z);
  camera->SetPosition(at.x + 0.3 * width_m, at.y - 3 * width_m, at.z + 0.3 * width_m);
  camera->SetViewUp(0, 0, 1);
  camera->ParallelProjectionOn();
  camera->SetParallelScale(width_m / 2);
  renderer->ResetCameraClippingRange();
}

}  // namespace

void write_picture(const std::filesystem::path& file, const Surface& s, const std::vector<Vec3>& places_m,
                   double radius_m) {
  const OffscreenDisplay display;
  if (!display.available()) {
    spdlog::warn("no picture of the place was written: {}", display.reason());
    return;
  }
  if (s.points_m.empty() || places_m.empty()) return;
  Vec3 low = s.points_m[0], high = low;
  for (const Vec3& p : s.points_m) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
  }
  const double width_m = 1.05 * std::max({high.x - low.x, high.z - low.z, 1e-6});
  vtkNew<vtkRenderer> whole, near;
  whole->SetViewport(0, 0, 0.5, 1);
  near->SetViewport(0.5, 0, 1, 1);
  add_surface(whole, s, false);
  add_surface(near, s, true);
  for (const Vec3& p : places_m) {
    add_ball(whole, p, std::max(radius_m, 0.012 * width_m));
    add_ball(near, p, 0.5 * radius_m);
  }
  add_text(whole, "whole surface, from the front");
  add_text(near, "around " + place_text(places_m[0]));
  vtkNew<vtkRenderWindow> window;
  window->SetOffScreenRendering(1);
  window->SetSize(1200, 700);
  window->SetMultiSamples(0);
  for (vtkRenderer* renderer : {whole.Get(), near.Get()}) {
    renderer->SetBackground(1, 1, 1);
    window->AddRenderer(renderer);
  }
  aim(whole, 0.5 * (low + high), width_m);
  aim(near, places_m[0], 12 * radius_m);
  window->Render();
  vtkNew<vtkWindowToImageFilter> grab;
  grab->SetInput(window);
  grab->ReadFrontBufferOff();
  vtkNew<vtkPNGWriter> png;
  png->SetFileName(file.string().c_str());
  png->SetInputConnection(grab->GetOutputPort());
  png->Write();
}

}  // namespace soleus
