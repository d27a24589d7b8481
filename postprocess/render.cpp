#include "postprocess/render.hpp"

#include <fmt/format.h>
#include <vtkActor.h>
#include <vtkBoundingBox.h>
#include <vtkCamera.h>
#include <vtkCutter.h>
#include <vtkFloatArray.h>
#include <vtkMaskPoints.h>
#include <vtkNew.h>
#include <vtkPlane.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkStreamTracer.h>
#include <vtkTubeFilter.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "postprocess/chart_view.hpp"
#include "postprocess/frames.hpp"
#include "postprocess/metrics.hpp"
#include "postprocess/read_vtk.hpp"
#include "postprocess/scene.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

/// Of a series; there is one at least.
std::vector<StoredFrame> frames_of(const fs::path& collection) {
  std::vector<StoredFrame> all = stored_frames(collection);
  if (all.empty()) throw InputError(fmt::format("{}: lists no file that is there.", collection.string()));
  return all;
}
/// The frame nearest to a time.
fs::path frame_at(const fs::path& collection, double time_s) {
  const std::vector<StoredFrame> all = frames_of(collection);
  return all[nearest_frame(all, time_s)].file;
}

/// The largest value of a column, or another number where the run has none.
double largest(const Flow& flow, const std::string& name, double otherwise) {
  const std::vector<double>* values = column(flow, name);
  return values && !values->empty() ? std::max(1e-9, *std::ranges::max_element(*values)) : otherwise;
}

vtkSmartPointer<vtkActor> actor_of(vtkPolyData* data) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(data);
  mapper->ScalarVisibilityOff();
  auto actor = vtkSmartPointer<vtkActor>::New();
  actor->SetMapper(mapper);
  return actor;
}
vtkSmartPointer<vtkActor> coloured(vtkPolyData* data, const char* field, vtkScalarsToColors* colors) {
  auto actor = actor_of(data);
  auto* mapper = vtkPolyDataMapper::SafeDownCast(actor->GetMapper());
  mapper->ScalarVisibilityOn();
  mapper->SetScalarModeToUsePointFieldData();
  mapper->SelectColorArray(field);
  mapper->SetLookupTable(colors);
  mapper->UseLookupTableScalarRangeOn();
  mapper->InterpolateScalarsBeforeMappingOn();
  return actor;
}

/// Adds the size of a vector field of the points, under its name with "_size".
void add_size(vtkDataSet& data, const std::string& field) {
  vtkDataArray* vectors = data.GetPointData()->GetArray(field.c_str());
  if (!vectors) throw InputError(fmt::format("the run has not stored {}; see output.fields.", field));
  vtkNew<vtkFloatArray> size;
  size->SetName((field + "_size").c_str());
  size->SetNumberOfTuples(vectors->GetNumberOfTuples());
  for (vtkIdType n = 0; n < vectors->GetNumberOfTuples(); ++n) {
    const double* v = vectors->GetTuple3(n);
    size->SetValue(n, float(std::hypot(v[0], v[1], v[2])));
  }
  data.GetPointData()->AddArray(size);
}

/// Comes near to what cusps there are.
void approach_cusps(vtkRenderer& panel, const fs::path& solve_folder, double time_s) {
  constexpr double cusps_of_height = 0.42;
  vtkBoundingBox box;
  for (const fs::path& series : sheet_series(solve_folder))
    box.AddBounds(read_vtk<vtkXMLPolyDataReader>(frame_at(series, time_s))->GetBounds());
  if (!box.IsValid()) return;
  double center[3];
  box.GetCenter(center);
  vtkCamera& camera = *panel.GetActiveCamera();
  const double* was = camera.GetFocalPoint();
  const Vec3 way{center[0] - was[0], center[1] - was[1], center[2] - was[2]};
  const double* from = camera.GetPosition();
  camera.SetPosition(from[0] + way.x, from[1] + way.y, from[2] + way.z);
  camera.SetFocalPoint(center);
  camera.SetParallelScale(0.5 * box.GetMaxLength() / cusps_of_height);
}

/// What a view shows, and on which scale.
struct Scene {
  vtkSmartPointer<vtkRenderer> panel = vtkSmartPointer<vtkRenderer>::New();
  vtkSmartPointer<vtkPolyData> wall;
  WallAxes axes;
  vtkSmartPointer<vtkColorTransferFunction> colors;
};

void show_wall(Scene& s, const Flow& flow) {
  s.colors = size_colors(largest(flow, "wss_p95_Pa", 1));
  add_size(*s.wall, "wall_shear_stress");
  const auto wall = coloured(s.wall, "wall_shear_stress_size", s.colors);
  wall->GetProperty()->SetAmbient(0.35), wall->GetProperty()->SetDiffuse(0.7);
  s.panel->AddActor(wall);
  add_scale(*s.panel, *s.colors, "wall shear stress (Pa)", Pose::lying);
}

void show_cusps(Scene& s, const fs::path& solve_folder, double time_s, vtkPlane* cut_by) {
  constexpr double orange[3] = {0.90, 0.45, 0.05};
  for (const fs::path& series : sheet_series(solve_folder)) {
    vtkSmartPointer<vtkPolyData> cusp = read_vtk<vtkXMLPolyDataReader>(frame_at(series, time_s));
    if (cut_by) {
      vtkNew<vtkCutter> cut;
      cut->SetInputData(cusp), cut->SetCutFunction(cut_by), cut->Update();
      cusp = cut->GetOutput();
    }
    const auto actor = actor_of(cusp);
    actor->GetProperty()->SetColor(orange[0], orange[1], orange[2]);
    actor->GetProperty()->SetLineWidth(5 * chart_oversampling);
    s.panel->AddActor(actor);
  }
}

void show_valve(Scene& s, const Flow& flow, const fs::path& solve_folder, double time_s) {
  const auto volume =
      read_vtk<vtkXMLUnstructuredGridReader>(frame_at(solve_folder / flow.volume_series, time_s));
  add_size(*volume, "velocity");
  double center[3];
  s.wall->GetCenter(center);
  vtkNew<vtkPlane> plane;
  plane->SetOrigin(center);
  plane->SetNormal(s.axes.towards_viewer.x, s.axes.towards_viewer.y, s.axes.towards_viewer.z);
  vtkNew<vtkCutter> slice, outline;
  slice->SetInputData(volume), slice->SetCutFunction(plane), slice->Update();
  outline->SetInputData(s.wall), outline->SetCutFunction(plane), outline->Update();
  s.colors = size_colors(0.8 * largest(flow, "peak_velocity_m_s", 1));
  const auto inside = coloured(slice->GetOutput(), "velocity_size", s.colors);
  inside->GetProperty()->LightingOff();
  const auto wall = actor_of(outline->GetOutput());
  wall->GetProperty()->SetColor(0.15, 0.15, 0.15);
  wall->GetProperty()->SetLineWidth(3 * chart_oversampling);
  s.panel->AddActor(inside), s.panel->AddActor(wall);
  show_cusps(s, solve_folder, time_s, plane);
  add_scale(*s.panel, *s.colors, "velocity (m/s)", Pose::lying);
}

void show_flow(Scene& s, const Flow& flow, const fs::path& solve_folder, double time_s) {
  constexpr int lines = 250;
  const auto volume =
      read_vtk<vtkXMLUnstructuredGridReader>(frame_at(solve_folder / flow.volume_series, time_s));
  add_size(*volume, "velocity");
  vtkNew<vtkMaskPoints> seeds;  // evenly among the nodes: the same ones in every run
  seeds->SetInputData(volume);
  seeds->SetOnRatio(int(std::max<vtkIdType>(1, volume->GetNumberOfPoints() / lines)));
  vtkNew<vtkStreamTracer> tracer;
  tracer->SetInputData(volume), tracer->SetSourceConnection(seeds->GetOutputPort());
  tracer->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "velocity");
  tracer->SetIntegrationDirectionToBoth();
  tracer->SetMaximumPropagation(0.5 * s.axes.length);
  tracer->SetIntegratorTypeToRungeKutta4();
  vtkNew<vtkTubeFilter> tubes;
  tubes->SetInputConnection(tracer->GetOutputPort());
  tubes->SetRadius(0.0015 * s.axes.length), tubes->SetNumberOfSides(6);
  tubes->Update();
  s.colors = size_colors(0.8 * largest(flow, "peak_velocity_m_s", 1));
  s.panel->AddActor(coloured(tubes->GetOutput(), "velocity_size", s.colors));
  show_cusps(s, solve_folder, time_s, nullptr);
  const auto wall = actor_of(s.wall);
  wall->GetProperty()->SetOpacity(0.12), wall->GetProperty()->SetColor(0.5, 0.5, 0.55);
  s.panel->AddActor(wall);
  add_scale(*s.panel, *s.colors, "velocity (m/s)", Pose::lying);
}

}  // namespace

std::vector<double> times_of(const Flow& flow, const fs::path& solve_folder, View view) {
  const fs::path& series = view == View::wall ? flow.wall_series : flow.volume_series;
  if (series.empty() || flow.wall_series.empty())
    throw InputError(fmt::format("{}: the run has stored no {}; solve it with output.{}: true.",
                                 solve_folder.string(), view == View::wall ? "wall" : "volume and wall",
                                 series.empty() && view != View::wall ? "volume" : "wall"));
  std::vector<double> times;
  for (const StoredFrame& f : frames_of(solve_folder / series)) times.push_back(f.time_s);
  return times;
}

void render(const Flow& flow, const fs::path& solve_folder, View view, double time_s, const fs::path& file) {
  const std::vector<StoredFrame> walls = frames_of(solve_folder / flow.wall_series);
  const StoredFrame& now = walls[nearest_frame(walls, time_s)];
  Scene s;
  s.wall = read_vtk<vtkXMLPolyDataReader>(now.file);
  s.axes = axes_of(*read_vtk<vtkXMLPolyDataReader>(walls.front().file));  // the same at all times
  if (view == View::wall) show_wall(s, flow);
  if (view == View::valve) show_valve(s, flow, solve_folder, time_s);
  if (view == View::flow) show_flow(s, flow, solve_folder, time_s);
  s.panel->SetBackground(1, 1, 1);
  add_title(*s.panel, fmt::format("{} t = {:.3f} s", text(flow, "case"), now.time_s));
  look(*s.panel, s.axes, Pose::lying);
  if (view == View::valve) approach_cusps(*s.panel, solve_folder, walls.front().time_s);
  vtkNew<vtkRenderWindow> window;
  window->SetOffScreenRendering(1);
  window->SetMultiSamples(0);
  window->SetSize(chart_width * chart_oversampling, chart_height * chart_oversampling);
  window->AddRenderer(s.panel);
  write_png(*window, {{"program", text(flow, "program")}, {"case_hash", text(flow, "case_hash")}}, file);
}

}  // namespace soleus
