// The passive scalar; see test_fluid.cpp for what a limit is.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/verification/result.hpp"
#include "tests/verification/scalar.hpp"

namespace soleus::verification {
namespace {

TEST(References, OfDispersionAreTaylorAndArisForLongWaves) {
  EXPECT_NEAR(dispersion_rate(10, 1e-3), 1 + 100.0 / 48, 2e-4);
  EXPECT_NEAR(dispersion_rate(20, 1e-3), 1 + 400.0 / 48, 1e-3);
  EXPECT_NEAR(dispersion_rate(0, 0.1), 1, 1e-8);
}

TEST(Scalar, DispersesInAPipeAsTaylorAndArisFound) {
  // Walls hold the scalar on whole nodes: at one place of the pipe on the lattice its rate depends on which
  // nodes are inside, so the mean over places is compared. The worst place is not within the benchmark's 1 %.
  double mean = 0, worst = 0;
  for (const Vec3& offset : {Vec3{0, 0, 0}, Vec3{0, 0.25, 0.25}, Vec3{0, 0.13, 0.37}, Vec3{0, 0.5, 0.5}}) {
    const Dispersion d = taylor_aris(offset);
    const double error = d.ours / d.exact - 1;
    mean += error / 4;
    if (std::abs(error) > std::abs(worst)) worst = error;
  }
  Result r{.case_name = "Dispersion in a pipe, Pe 10",
           .quantity = "decay of the first wave over D k^2, mean over four places on the lattice",
           .reference = dispersion_rate(10, std::numbers::pi / 4),
           .tolerance = 0.01,
           .resolution = "20 cells across",
           .source = "slowest eigenvalue of the transport across the section (Taylor 1953, Aris 1956)"};
  report_result(with_error(r, mean));
  r.quantity = "decay of the first wave over D k^2, worst of four places", r.limit = 0.045;
  report_result(with_error(r, worst));
}

Result conserved(const std::string& name, const std::string& quantity, double ours, double tolerance) {
  return {
      .case_name = name,
      .quantity = quantity,
      .ours = ours,
      .difference = Difference::absolute,
      .tolerance = tolerance,
      .resolution = name == "Scalar in the translating box" ? "32 cells a side" : "10 cells in the radius",
      .source = "exact: conservation"};
}

TEST(Scalar, StaysUniformWhileATubeContracts) {
  const ScalarInTube tube = uniform_scalar_in_tube();
  report_result(
      conserved("Scalar in the contracting tube", "concentration that was 1, worst cell", tube.worst, 1e-5));
  EXPECT_LT(tube.volume_left, 0.6);
}

TEST(Scalar, IsNeitherMadeNorLostByWallsThatMove) {
  report_result(conserved("Scalar in the translating box", "change of the amount, relative",
                          amount_error_in_box(), 1e-5));
  report_result(conserved("Scalar in the contracting tube", "amount that no opening accounts for, relative",
                          amount_error_in_tube(), 1e-5));
}

TEST(Scalar, CountsTheAgeOfTheFluid) {
  report_result(
      conserved("Scalar in the translating box", "age over time, worst cell, relative", age_error(), 1e-4));
}

}  // namespace
}  // namespace soleus::verification
