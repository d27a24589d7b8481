// Segments inside the limb that take minutes: an elastic vein, and a valve of cusps against the limb's own
// law.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>

#include "pipeline/app/case.hpp"
#include "pipeline/base/statistics.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/limb/simulate.hpp"
#include "tests/verification/limb_pulse.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

TEST(FineLimbSegment, LetsAPulseOfAnElasticVeinOutIntoTheLimb) {
  report_limb_pulse(
      limb_pulse(Settings{}
                     .set("wall.motion", "tube_law")
                     .set("wall.tube_law",
                          "{vein: deep, viscous_time: 0 s, imaged_at: 6.7 kPa, area_ratio_max: 1.2}")
                     .set("solver.dt", 60e-6, "s")
                     .set("solver.end_time", 0.3, "s"),
                 0.165),
      "an elastic vein");
}

/// What passes a valve over time [m3/s].
struct Passed {
  std::vector<double> time_s, flow_m3_s;

  double volume(double least) const {  // of flow not below `least`
    double sum = 0;
    for (std::size_t k = 1; k < time_s.size(); ++k)
      sum += 0.5 * (time_s[k] - time_s[k - 1]) *
             (std::max(least, flow_m3_s[k]) + std::max(least, flow_m3_s[k - 1]));
    return sum;
  }
  double net_m3() const { return volume(-1); }
  double forward_m3() const { return volume(0); }
  double peak_m3_s() const { return std::ranges::max(flow_m3_s); }
};

/// The limb alone, with another valve in its popliteal vein.
class LimbAlone {
 public:
  explicit LimbAlone(const Case& c) : network_(limb::adult_leg(*c.limb)), when_(limb::schedule(*c.limb)) {
    when_.end_s = c.solver.end_time_s;
  }
  Passed with(const limb::ValveLaw& valve) {
    const std::size_t popliteal = limb::connection(network_, "popliteal");
    network_.connections[popliteal].valve = valve;
    limb::Series s = limb::simulate(network_, when_, {.sample_s = 5e-3});
    return {s.time_s, s.flow_m3_s[popliteal]};
  }
  limb::ValveLaw own() const { return network_.connections[limb::connection(network_, "popliteal")].valve; }

 private:
  limb::Network network_;
  limb::Schedule when_;
};

/// Root mean square of the difference over that of the flow.
double misfit(const Passed& of, const Passed& to) {
  double off = 0, all = 0;
  for (std::size_t k = 0; k < to.time_s.size(); ++k) {
    const double flow = to.flow_m3_s[k];
    off += std::pow(interpolate(of.time_s, of.flow_m3_s, to.time_s[k]) - flow, 2), all += flow * flow;
  }
  return std::sqrt(off / all);
}

/// Open area, leak, inertia and the speeds of opening and closing, each turned up and down by ever smaller
/// factors as long as that helps.
limb::ValveLaw fitted(LimbAlone& limb, const Passed& to) {
  constexpr std::array turned{&limb::ValveLaw::open_area_m2, &limb::ValveLaw::leak, &limb::ValveLaw::length_m,
                              &limb::ValveLaw::opening_per_pa_s, &limb::ValveLaw::closing_per_pa_s};
  limb::ValveLaw best = limb.own();
  double least = misfit(limb.with(best), to);
  for (double by = 4; by > 1.05; by = std::sqrt(by))
    for (bool better = true; better;) {
      better = false;
      for (double limb::ValveLaw::*key : turned)
        for (const double times : {by, 1 / by}) {
          limb::ValveLaw tried = best;
          tried.*key *= times;
          if (const double found = misfit(limb.with(tried), to); found < 0.999 * least && tried.leak < 1)
            best = tried, least = found, better = true;
        }
    }
  std::cout << "fitted: open area " << best.open_area_m2 << " m2, leak " << best.leak << ", length "
            << best.length_m << " m, opens with " << best.opening_per_pa_s << " and closes with "
            << best.closing_per_pa_s << " 1/(Pa s); flow differs by " << least << "\n";
  return best;
}

/// The demo: a vein with a valve of cusps in the popliteal vein's place, two movements on tiptoe.
TEST(FineLimbSegment, ItsValveFlowsAsTheLimbsOwnThatIsFittedToIt) {
  const verification::Run run("valve", Settings{}.set("output.volume", "false").set("output.wall", "false"));
  Passed cusps{run.time_s(), run.column("flow_calf_m3_s")};
  LimbAlone limb(read_case(SOLEUS_SOURCE "/configs/demo/valve.yaml", {}));
  const Passed own = limb.with(limb.own()), law = limb.with(fitted(limb, cusps));

  Result result{.case_name = "Valve of cusps inside the limb",
                .unit = "mL",
                .tolerance = 0.1,
                .resolution = "13 cells across",
                .source = "the limb alone, its valve law fitted to the cusps' flow"};
  const auto report = [&](const char* quantity, double reference, double ours) {
    result.quantity = quantity, result.reference = 1e6 * reference, result.ours = 1e6 * ours;
    report_result(result);
  };
  report("net volume of two movements", law.net_m3(), cusps.net_m3());
  report("forward volume of two movements", law.forward_m3(), cusps.forward_m3());
  result.unit = "mL/s";
  report("largest flow", law.peak_m3_s(), cusps.peak_m3_s());
  std::cout << "not fitted: net " << 1e6 * own.net_m3() << " mL, forward " << 1e6 * own.forward_m3()
            << " mL, largest flow " << 1e6 * own.peak_m3_s() << " mL/s\n";
}

}  // namespace
}  // namespace soleus::verification
