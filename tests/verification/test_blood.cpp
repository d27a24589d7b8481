// Blood whose viscosity depends on the shear rate, in a pipe on coarse grids.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

TEST(References, OfPipesOfBloodAgreeWithClosedFormulas) {
  // Quadrature of benchmark A10 for Carreau & Yasuda; Casson's formula for Q with x = yield over wall stress,
  // which has no cap.
  const PipeProfile carreau(carreau_viscosity, 50, 4e-3);
  EXPECT_NEAR(carreau.flow() / 5.097413e-7, 1, 1e-5);
  EXPECT_NEAR(carreau.velocity(0) * std::numbers::pi * 16e-6 / carreau.flow(), 1.70755, 1e-4);
  EXPECT_NEAR(carreau.wall_shear_rate(), 11.9212, 1e-3);
  const double x = 0.25, newtonian = std::numbers::pi * 10 * std::pow(4e-3, 4) / (8 * 3.5e-3);
  const double exact = newtonian * (1 - 16.0 / 7 * std::sqrt(x) + 4.0 / 3 * x - std::pow(x, 4) / 21);
  EXPECT_NEAR(PipeProfile(casson_viscosity, 10, 4e-3).flow() / exact, 1,
              3e-3);  // the cap lets the core creep
}

PipeProfile exact_profile(const std::string& law) {
  return law == "casson" ? PipeProfile(casson_viscosity, 10, 4e-3) : PipeProfile(carreau_viscosity, 50, 4e-3);
}

Result blood_result(const std::string& law, const std::string& quantity, double reference, double tolerance) {
  return {.case_name = "Pipe of blood, " + law,
          .quantity = quantity,
          .reference = reference,
          .tolerance = tolerance,
          .source = "quadrature of the law"};
}

TEST(BloodPipe, HasTheProfileOfItsLaw) {
  for (const std::string law : {"carreau", "casson"}) {
    const BloodPipe coarse = blood_pipe(law, 12), fine = blood_pipe(law, 24);
    const PipeProfile exact = exact_profile(law);
    // At 12 cells the core of the profile makes up for what the wall lacks: the flow has no order.
    Result flow = blood_result(law, "flow", exact.flow(), 0.02),
           axis = blood_result(law, "velocity next to the axis", exact.velocity(0), 0.01),
           profile = blood_result(law, "profile, largest deviation over the velocity on the axis", 0, 0.015),
           shear = blood_result(law, "wall shear stress, median", law == "casson" ? 0.02 : 0.1, 0.03);
    flow.unit = "m3/s", axis.unit = "m/s", shear.unit = "Pa";
    flow.limit = 0.0025, flow.resolution = "12 cells across";
    report_result(with_error(flow, coarse.flow_error));
    flow.resolution = "24 cells across";
    report_result(with_error(flow, fine.flow_error));
    report_levels(axis, {{12, coarse.axis_error}, {24, fine.axis_error}}, 1.5);
    report_levels(profile, {{12, coarse.profile_error}, {24, fine.profile_error}}, 1.5);
    shear.resolution = "24 cells across";
    report_result(with_error(shear, fine.wall_shear_error));
  }
}

TEST(BloodPipe, HasItWithEveryOperator) {
  for (const std::string law : {"carreau", "casson"}) {
    const double trt = blood_pipe(law, 16, Settings{}.set("solver.collision", "trt")).flow_error;
    const double cumulant =
        blood_pipe(law, 16,
                   Settings{}.set("solver.velocity_set", "d3q27").set("solver.collision", "cumulant"))
            .flow_error;
    Result flow = blood_result(law + ", TRT, D3Q19", "flow", exact_profile(law).flow(), 0.045);
    flow.limit = 0.0035;
    flow.unit = "m3/s", flow.resolution = "16 cells across";  // 2 % at 24 cells
    report_result(with_error(flow, trt));
    flow.case_name = "Pipe of blood, " + law + ", cumulant, D3Q27";
    report_result(with_error(flow, cumulant));
  }
}

}  // namespace
}  // namespace soleus::verification
