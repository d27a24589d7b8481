// D5 of the benchmarks: a heavy filament that flaps in a stream.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/verification/result.hpp"
#include "tests/verification/sheets.hpp"

namespace soleus::verification {
namespace {

constexpr double length_m = 24e-3, stream_m_s = 80e-3;

/// Where its free end is across the stream, over its length, and when, over length / velocity of the stream.
struct Path {
  std::vector<double> t, y;
};

Path path_of_end(const std::vector<SheetField>& frames) {
  const auto from_hinge = [&](const Vec3& x) { return std::hypot(x.x, x.y); };
  double longest = 0;
  for (const Vec3& x : frames.front().x_m) longest = std::max(longest, from_hinge(x));
  Path path;
  for (const SheetField& frame : frames) {
    double sum = 0;
    int nodes = 0;
    for (std::size_t n = 0; n < frame.x_m.size(); ++n)
      if (from_hinge(frames.front().x_m[n]) > 0.999 * longest) sum += frame.x_m[n].y, ++nodes;
    path.t.push_back(frame.time_s * stream_m_s / length_m), path.y.push_back(sum / nodes / length_m);
  }
  return path;
}

/// A turning point near a sample, of the parabola through it and its neighbours.
double turning_point(const std::vector<double>& y, std::size_t k) {
  const double slope = 0.5 * (y[k + 1] - y[k - 1]), bend = y[k + 1] - 2 * y[k] + y[k - 1];
  return y[k] - 0.5 * slope * slope / bend;
}

}  // namespace

Flapping flapping_filament() {
  constexpr int beats = 2;
  const Run run("flapping-filament", {});
  const Path path = path_of_end(run.sheets("filament"));
  std::vector<double> upwards, highest, lowest;  // from the last to the first
  for (std::size_t k = path.y.size() - 2; k > 0 && upwards.size() <= beats; --k) {
    const double before = path.y[k - 1], here = path.y[k], after = path.y[k + 1];
    if (before < 0 && here >= 0)
      upwards.push_back(path.t[k - 1] + (path.t[k] - path.t[k - 1]) * before / (before - here));
    if (here >= before && here > after) highest.push_back(turning_point(path.y, k));
    if (here <= before && here < after) lowest.push_back(turning_point(path.y, k));
  }
  if (upwards.size() <= beats || highest.size() < beats || lowest.size() < beats)
    throw std::runtime_error("the filament does not flap");
  double sum = 0, least = 1e30, most = 0;
  for (std::size_t k = 0; k < beats; ++k) {
    const double across = highest[k] - lowest[k];
    sum += across, least = std::min(least, across), most = std::max(most, across);
  }
  return {sum / beats, beats / (upwards.front() - upwards.back()), (most - least) / (sum / beats)};
}

void report_flapping() {
  const Flapping found = flapping_filament();
  Result result{.case_name = "Flapping filament",
                .resolution = "48 cells along",
                .source = "Huang, Shin & Sung, J. Comput. Phys. 226, 2206 (2007)"};
  result.quantity = "amplitude of its end from side to side, over its length";
  result.reference = 0.70, result.ours = found.amplitude, result.tolerance = 0.08;
  report_result(result);
  result.quantity = "Strouhal number f L / U";
  result.reference = 0.30, result.ours = found.strouhal, result.tolerance = 0.04;
  report_result(result);
  result.quantity = "change of the amplitude from beat to beat, relative";
  result.source = "periodic", result.difference = Difference::absolute;
  result.reference = 0, result.ours = found.unrest, result.tolerance = 0.02;
  report_result(result);
}

}  // namespace soleus::verification
