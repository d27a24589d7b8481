#include "tests/verification/limb_pulse.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

/// Of a probe [Pa].
struct Passing {
  double before, after;  // the largest, in size, before and after a time
};
Passing passing(const Settings& settings, double passed_s) {
  Settings still = settings;
  const Run with("limb-pulse", settings),
      without("limb-pulse", still.set("openings.mouth.waveform.kind", "constant"));
  const Series& probes = with.flow().probes;
  const std::vector<double>&p = probes.columns.at("pressure_middle_Pa"),
        &rest = without.flow().probes.columns.at("pressure_middle_Pa");
  Passing found{};
  for (std::size_t k = 0; k < p.size(); ++k) {
    double& most = probes.time_s[k] < passed_s ? found.before : found.after;
    if (std::abs(p[k] - rest[k]) > std::abs(most)) most = p[k] - rest[k];
  }
  return found;
}

}  // namespace

LimbPulse limb_pulse(const Settings& settings, double passed_s) {
  Settings at_once = settings;
  const Passing matched = passing(settings, passed_s),
                reflected = passing(at_once.set("openings.limb.beyond", 0, "m"), passed_s);
  return {matched.before, matched.after, reflected.after};
}

void report_limb_pulse(const LimbPulse& p, const char* wave) {
  EXPECT_GT(p.sent_pa, 80);
  EXPECT_LT(p.back_entirely_pa, -0.6 * p.sent_pa);
  report_result(
      {.case_name = "Pulse that leaves the lattice into the limb",
       .quantity = fmt::format("what comes back over what a constant pressure sends back, {}", wave),
       .ours = p.back_pa / std::abs(p.back_entirely_pa),
       .difference = Difference::absolute,
       .tolerance = 0.03,
       .resolution = "8 cells across",
       .source = "a limb of the same impedance"});
}

}  // namespace soleus::verification
