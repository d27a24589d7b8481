// Another project's use of the solver: blood driven through a periodic pipe, compared with Poiseuille's law.
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
  pipe.shape->periodic = {true, false, false};
  pipe.shape->period_m = {10e-3, 0, 0};

  soleus::FlowCase flow_case;
  flow_case.fluid.body_force_pa_m = {10, 0, 0};
  flow_case.solver = {.dx_m = 0.25e-3, .max_velocity_m_s = 0.01, .end_time_s = 4};
  flow_case.output = {.volume = false, .wall = false};

  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder);
  const soleus::Flow flow = soleus::Simulation(flow_case, pipe, 2).run(folder);

  const double density_kg_m3 = flow_case.fluid.density_kg_m3;
  const double flow_m3_s = flow.series.columns.at("momentum_x_kg_m_s").back() / (density_kg_m3 * 10e-3);
  const double poiseuille_m3_s =
      std::numbers::pi * std::pow(2e-3, 4) * 10 / (8 * flow_case.fluid.viscosity_pa_s);
  std::printf("flow %.4g mL/min, Poiseuille %.4g mL/min\n", flow_m3_s * 6e7, poiseuille_m3_s * 6e7);
  return std::abs(flow_m3_s / poiseuille_m3_s - 1) < 0.02 ? 0 : 1;
}
