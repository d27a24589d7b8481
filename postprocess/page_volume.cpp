#include "postprocess/page_volume.hpp"

#include <vtkCell.h>
#include <vtkDataArray.h>
#include <vtkMath.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkProbeFilter.h>
#include <vtkStaticPointLocator.h>
#include <vtkStreamTracer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "postprocess/page_pack.hpp"

namespace soleus {

namespace {

constexpr int longest_side = 240, seeds = 70, points_of_a_line = 40;

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// Length of a vector of a tuple; a scalar as it is.
float size_of(vtkDataArray& array, vtkIdType n) {
  double v[9] = {};
  array.GetTuple(n, v);
  return static_cast<float>(array.GetNumberOfComponents() == 1 ? v[0] : std::hypot(v[0], v[1], v[2]));
}

/// Mean and principal axes of the points, the longest first.
struct Axes {
  Vector middle{}, first{}, second{};
};

Axes principal_axes(vtkUnstructuredGrid& blood) {
  Axes axes;
  const vtkIdType count = blood.GetNumberOfPoints();
  for (vtkIdType n = 0; n < count; ++n)
    for (int d = 0; d < 3; ++d) axes.middle[std::size_t(d)] += blood.GetPoint(n)[d] / double(count);
  double spread[3][3] = {}, columns[3][3] = {}, sizes[3] = {};
  for (vtkIdType n = 0; n < count; ++n) {
    double x[3];
    blood.GetPoint(n, x);
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j) spread[i][j] += (x[i] - axes.middle[i]) * (x[j] - axes.middle[j]);
  }
  double *rows[3] = {spread[0], spread[1], spread[2]}, *vectors[3] = {columns[0], columns[1], columns[2]};
  vtkMath::Jacobi(rows, sizes, vectors);  // sizes fall
  for (std::size_t d = 0; d < 3; ++d) axes.first[d] = columns[d][0], axes.second[d] = columns[d][1];
  return axes;
}

}  // namespace

std::vector<float> pressure_on(vtkPolyData& wall, vtkUnstructuredGrid& blood) {
  vtkDataArray* pressure = blood.GetPointData()->GetArray("pressure");
  if (!pressure || blood.GetNumberOfPoints() == 0) return {};
  vtkNew<vtkStaticPointLocator> nearest;
  nearest->SetDataSet(&blood);
  nearest->BuildLocator();
  std::vector<float> values;
  for (vtkIdType n = 0; n < wall.GetNumberOfPoints(); ++n)
    values.push_back(static_cast<float>(pressure->GetTuple1(nearest->FindClosestPoint(wall.GetPoint(n)))));
  return values;
}

void PageVolume::add(vtkUnstructuredGrid& blood) {
  if (blood.GetNumberOfCells() == 0 || !blood.GetPointData()->GetArray("velocity")) return;
  if (!plane_) place_plane(blood);
  add_slice(blood);
  add_lines(blood);
  ++frames_;
}

void PageVolume::place_plane(vtkUnstructuredGrid& blood) {
  const Axes axes = principal_axes(blood);
  double low[2] = {0, 0}, high[2] = {0, 0};
  for (vtkIdType n = 0; n < blood.GetNumberOfPoints(); ++n) {
    double x[3];
    blood.GetPoint(n, x);
    const Vector r{x[0] - axes.middle[0], x[1] - axes.middle[1], x[2] - axes.middle[2]};
    const double along[2] = {dot(r, axes.first), dot(r, axes.second)};
    for (int d = 0; d < 2; ++d) low[d] = std::min(low[d], along[d]), high[d] = std::max(high[d], along[d]);
  }
  const double step = std::max(high[0] - low[0], high[1] - low[1]) / (longest_side - 1);
  columns_ = int((high[0] - low[0]) / step) + 2, rows_ = int((high[1] - low[1]) / step) + 2;
  vtkNew<vtkPoints> points;
  for (int j = 0; j < rows_; ++j)
    for (int i = 0; i < columns_; ++i) {
      Vector x = axes.middle;
      for (std::size_t d = 0; d < 3; ++d)
        x[d] += (low[0] + i * step) * axes.first[d] + (low[1] + j * step) * axes.second[d];
      points->InsertNextPoint(x.data());
      for (const double c : x) plane_points_.push_back(static_cast<float>(c));
    }
  plane_ = vtkSmartPointer<vtkPolyData>::New();
  plane_->SetPoints(points);
}

void PageVolume::add_slice(vtkUnstructuredGrid& blood) {
  vtkNew<vtkProbeFilter> probe;
  probe->SetInputData(plane_);
  probe->SetSourceData(&blood);
  // The outermost cells end short of the wall by up to half of their edge.
  probe->ComputeToleranceOff();
  probe->SetTolerance(0.5 * std::sqrt(blood.GetCell(0)->GetLength2() / 3));
  probe->Update();
  vtkPointData& found = *probe->GetOutput()->GetPointData();
  vtkDataArray *valid = found.GetArray("vtkValidPointMask"), *velocity = found.GetArray("velocity"),
               *pressure = found.GetArray("pressure");
  for (vtkIdType n = 0; n < plane_->GetNumberOfPoints(); ++n) {
    const bool inside = valid->GetTuple1(n) != 0;
    constexpr float none = std::numeric_limits<float>::quiet_NaN();
    speed_.push_back(inside ? size_of(*velocity, n) : none);
    pressure_.push_back(inside && pressure ? size_of(*pressure, n) : none);
  }
}

void PageVolume::add_lines(vtkUnstructuredGrid& blood) {
  vtkNew<vtkPoints> starts;
  const vtkIdType stride = std::max<vtkIdType>(1, blood.GetNumberOfPoints() / seeds);
  for (vtkIdType n = stride / 2; n < blood.GetNumberOfPoints(); n += stride)
    starts->InsertNextPoint(blood.GetPoint(n));
  vtkNew<vtkPolyData> from;
  from->SetPoints(starts);
  blood.GetPointData()->SetActiveVectors("velocity");
  vtkNew<vtkStreamTracer> tracer;
  tracer->SetInputData(&blood);
  tracer->SetSourceData(from);
  tracer->SetIntegratorTypeToRungeKutta4();
  tracer->SetIntegrationDirectionToBoth();
  tracer->SetMaximumPropagation(blood.GetLength());
  tracer->SetMaximumNumberOfSteps(600);
  tracer->SetTerminalSpeed(1e-5);  // m/s: at rest
  tracer->SetComputeVorticity(false);
  tracer->Update();
  vtkPolyData& traced = *tracer->GetOutput();
  vtkDataArray* velocity = traced.GetPointData()->GetArray("velocity");
  std::uint32_t lines = 0;
  for (vtkIdType c = 0; velocity && c < traced.GetNumberOfCells(); ++c) {
    vtkNew<vtkIdList> ids;
    traced.GetCellPoints(c, ids);
    const vtkIdType count = std::min<vtkIdType>(ids->GetNumberOfIds(), points_of_a_line);
    if (count < 2) continue;
    for (vtkIdType k = 0; k < count; ++k) {
      const vtkIdType id = ids->GetId(k * (ids->GetNumberOfIds() - 1) / (count - 1));
      double x[3];
      traced.GetPoint(id, x);
      for (const double coordinate : x) line_points_.push_back(static_cast<float>(coordinate));
      line_speed_.push_back(size_of(*velocity, id));
    }
    line_lengths_.push_back(std::uint32_t(count));
    ++lines;
  }
  frame_lines_.push_back(lines);
}

nlohmann::ordered_json PageVolume::slice() const {
  return {{"columns", columns_},
          {"rows", rows_},
          {"points", packed_values(plane_points_)},
          {"speed", packed_values(speed_)},
          {"pressure", packed_values(pressure_)}};
}

nlohmann::ordered_json PageVolume::lines() const {
  return {{"points", packed_values(line_points_)},
          {"speed", packed_values(line_speed_)},
          {"lengths", packed_indices(line_lengths_)},
          {"frame_lines", packed_indices(frame_lines_)}};
}

}  // namespace soleus
