// A segment of vein inside the limb, limb-segment.yaml, against the limb alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/app/case.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/limb/simulate.hpp"
#include "tests/verification/result.hpp"
#include "tests/verification/run_case.hpp"

namespace soleus::verification {
namespace {

constexpr const char* file = SOLEUS_SOURCE "/configs/verification/limb-segment.yaml";

/// What has passed through the limb's own vessel [m3], sample by sample.
std::vector<double> passed_alone_m3() {
  const Case c = read_case(file, {});
  const limb::Network n = limb::adult_leg(*c.limb);
  limb::Schedule when = limb::schedule(*c.limb);
  when.end_s = c.solver.end_time_s;
  const limb::Series s = limb::simulate(n, when);
  const std::vector<double>& flow = s.flow_m3_s[limb::connection(n, "popliteal")];
  std::vector<double> passed_m3{0};
  for (std::size_t k = 1; k < flow.size(); ++k)
    passed_m3.push_back(passed_m3.back() + 0.5 * (s.time_s[k] - s.time_s[k - 1]) * (flow[k] + flow[k - 1]));
  return passed_m3;
}

TEST(LimbSegment, CarriesWhatTheLimbsOwnVesselCarries) {
  const std::vector<double> own = passed_alone_m3();
  const verification::Run run("limb-segment", {});
  const std::vector<double>&in = run.column("inflow_volume_calf_m3"),
        &out = run.column("inflow_volume_heart_m3");
  double imbalance = 0;
  for (std::size_t k = 0; k < in.size(); ++k) imbalance = std::max(imbalance, std::abs(in[k] + out[k]));
  const double stroke = *std::ranges::max_element(in), own_stroke = *std::ranges::max_element(own);

  Result result{.case_name = "Vein without a valve inside the limb",
                .quantity = "volume of a stroke [mL]",
                .reference = 1e6 * own_stroke,
                .ours = 1e6 * stroke,
                .unit = "mL",
                .tolerance = 0.1,
                .resolution = "8 cells across",
                .source = "the limb alone, with its own vessel"};
  report_result(result);
  result.quantity = "what is left after the movement [mL]", result.reference = 1e6 * own.back(),
  result.ours = 1e6 * in.back();
  report_result(result);
  result.quantity = "blood lost or gained over the stroke", result.reference = 0,
  result.ours = imbalance / stroke, result.unit = "", result.difference = Difference::absolute,
  result.tolerance = 1e-3, result.source = "kept blood; a rigid vein";
  report_result(result);
}

}  // namespace
}  // namespace soleus::verification
