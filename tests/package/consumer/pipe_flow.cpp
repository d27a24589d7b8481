// Another project's use of the solver: blood through a pipe between two pressures, compared with Poiseuille's
// law.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numbers>

#include "pipeline/base/artifacts/shape.hpp"
#include "solver_cuda/solver.hpp"

int main(int, char** arguments) {
  soleus::Geometry pipe;
  pipe.shape = soleus::Shape{
      .kind = soleus::ShapeKind::pipe, .radius_m = 2e-3, .end_radius_m = 2e-3, .length_m = 10e-3};
  soleus::FlowCase flow_case;
  for (const soleus::ShapeEnd& end : soleus::ends(*pipe.shape)) {
    const double area_m2 = std::numbers::pi * end.radius_m * end.radius_m;
    pipe.openings.push_back({end.name, end.center_m, end.outward, area_m2, end.radius_m});
    flow_case.openings.push_back({.name = end.name, .end = end.name});
  }
  flow_case.openings[0].pressure_pa = 0.1;  // slow enough for a parabolic profile all along
  flow_case.solver = {.dx_m = 0.4e-3, .max_velocity_m_s = 0.01, .end_time_s = 1};
  flow_case.output = {.volume = false, .wall = false};

  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder);
  const soleus::Flow flow = soleus::solve(flow_case, pipe, 2, folder);

  const double flow_m3_s = flow.series.columns.at("flow_start_m3_s").back();
  const double poiseuille_m3_s =
      std::numbers::pi * std::pow(2e-3, 4) * 0.1 / (8 * flow_case.fluid.viscosity_pa_s * 10e-3);
  std::printf("flow %.4g mL/min, Poiseuille %.4g mL/min\n", flow_m3_s * 6e7, poiseuille_m3_s * 6e7);
  return std::abs(flow_m3_s / poiseuille_m3_s - 1) < 0.02 ? 0 : 1;
}
