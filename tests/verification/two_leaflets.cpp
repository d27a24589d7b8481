// The two-leaflet vessel of SPHinXsys's pull request 958.
#include <algorithm>
#include <cmath>

#include "pipeline/base/bvh.hpp"
#include "tests/verification/result.hpp"
#include "tests/verification/sheets.hpp"

namespace soleus::verification {
namespace {

constexpr double period_s = 1;

/// Edges of one, once for each of their triangles, that go through the other.
int crossings(const SheetField& a, const SheetField& b) {
  const Bvh other({b.x_m, b.triangles});
  int all = 0;
  for (const auto& t : a.triangles)
    for (std::size_t k = 0; k < 3; ++k) {
      const Vec3 &from = a.x_m[std::size_t(t[k])], &to = a.x_m[std::size_t(t[(k + 1) % 3])];
      all += other.first_hit(from, normalized(to - from), norm(to - from)).has_value();
    }
  return all;
}

}  // namespace

TwoLeaflets two_leaflets(int cycles) {
  Settings settings;
  const Run run("two-leaflet-vessel", settings.set("solver.end_time", cycles * period_s, "s"));
  const std::vector<double>&opening = run.column("valve_opening_ratio"), &time_s = run.time_s();
  TwoLeaflets found{.cycles = int(std::lround(time_s.back() / period_s))};
  std::vector<double> most(std::size_t(cycles), 0), least(std::size_t(cycles), 1e30);
  for (std::size_t k = 0; k < time_s.size(); ++k) {
    if (!std::isfinite(opening[k])) found.finite = false;
    const auto cycle = std::min(std::size_t(time_s[k] / period_s), most.size() - 1);
    most[cycle] = std::max(most[cycle], opening[k]), least[cycle] = std::min(least[cycle], opening[k]);
  }
  const auto from = most.size() > 5 ? most.begin() + 5 : most.begin();  // the flow has become periodic
  found.most_open = *std::min_element(from, most.end());
  found.repeats = *std::max_element(from, most.end()) / found.most_open - 1;
  found.least_open = *std::max_element(least.begin() + (from - most.begin()), least.end());
  const std::vector<SheetField> first = run.sheets("valve-1"), second = run.sheets("valve-2");
  for (std::size_t k = 0; k < first.size(); ++k)
    found.crossings += crossings(first[k], second[k]) + crossings(second[k], first[k]);
  return found;
}

void report_two_leaflets(int cycles) {
  const TwoLeaflets found = two_leaflets(cycles);
  Result result{.case_name = "Two-leaflet vessel",
                .resolution = "14 cells across",
                .source = "none published: SPHinXsys, pull request 958"};
  const auto at_least = [&](const char* quantity, double value, double least) {
    result.quantity = quantity, result.ours = value, result.reference = result.tolerance = least;
    result.difference = Difference::at_least;
    report_result(result);
  };
  const auto at_most = [&](const char* quantity, double value, double most) {
    result.quantity = quantity, result.ours = value, result.reference = 0, result.tolerance = most;
    result.difference = Difference::absolute;
    report_result(result);
  };
  at_least("cycles without a figure that is not a number", found.finite ? found.cycles : 0, cycles);
  at_least("orifice over the vessel's area, least of the cycles' greatest", found.most_open, 0.5);
  at_most("orifice over the vessel's area when the flow stops, greatest", found.least_open, 0.45);
  at_most("greatest over least of the cycles' greatest orifices, less one", found.repeats, 0.1);
  at_most("edges of a leaflet that pass through the other, all frames", found.crossings, 0.5);
}

}  // namespace soleus::verification
