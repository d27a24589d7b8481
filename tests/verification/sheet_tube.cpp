// D8 of the benchmarks: an elastic tube of a sheet in a rigid pipe, blood on both sides.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/verification/reference.hpp"
#include "tests/verification/result.hpp"
#include "tests/verification/sheets.hpp"

namespace soleus::verification {
namespace {

constexpr double radius_m = 5e-3, outer_radius_m = 10e-3, young_pa = 300e3, thickness_m = 1e-3,
                 density_kg_m3 = 1000;  // of both cases

/// Mean of (r / R)^2 of its nodes within `reach_m` of a place along its rest.
double area_ratio(const SheetField& rest, const SheetField& now, double x_m, double reach_m) {
  double sum = 0;
  int nodes = 0;
  for (std::size_t n = 0; n < rest.x_m.size(); ++n) {
    if (std::abs(rest.x_m[n].x - x_m) > reach_m) continue;
    const Vec3& x = now.x_m[n];
    sum += (x.y * x.y + x.z * x.z) / (radius_m * radius_m), ++nodes;
  }
  return sum / nodes;
}

}  // namespace

SheetTubePulse sheet_tube_pulse(int cells, Settings more) {
  constexpr double half_length_m = 80e-3, viscosity_m2_s = 4e-4;
  constexpr double from_m = half_length_m / 4, path_m = half_length_m / 2;
  const double dx = radius_m / cells, dt = dx / radius_m * 75.6e-6, sound_m_s = dx / dt / std::sqrt(3.0);
  const Run run(
      "sheet-tube-pulse",
      more.set("solver.dx", dx, "m").set("solver.dt", dt, "s").set("sheets.0.form.edge_length", dx, "m"));
  std::vector<double> time_s, near, far;
  const std::vector<SheetField> frames = run.sheets("tube");
  for (const SheetField& frame : frames) {  // both ways from the bulge
    const auto gain = [&](double x_m) {
      return 0.5 *
                 (area_ratio(frames.front(), frame, x_m, dx) + area_ratio(frames.front(), frame, -x_m, dx)) -
             1;
    };
    time_s.push_back(frame.time_s), near.push_back(gain(from_m)), far.push_back(gain(from_m + path_m));
  }
  near.front() = far.front() = 0;  // nothing before the bulge is let go
  const CoaxialTube tube{radius_m,      outer_radius_m, young_pa * thickness_m,
                         density_kg_m3, viscosity_m2_s, sound_m_s};
  const std::vector<double> exact =
      wave_further_on([&](double omega) { return tube.wave_number_1_m(omega); }, near, time_s[1], path_m);
  const auto passes_at_s = [&](const std::vector<double>& y, double part) {
    return passes_s(time_s, y, part * *std::ranges::max_element(y));
  };
  const auto speed = [&](const std::vector<double>& there, double part) {
    return path_m / (passes_at_s(there, part) - passes_at_s(near, part));
  };
  constexpr double foot = 0.2, half = 0.5;
  return {.foot_error = speed(far, foot) / speed(exact, foot) - 1,
          .speed_m_s = speed(far, half),
          .exact_m_s = speed(exact, half),
          .sound_m_s = sound_m_s};
}

void report_sheet_tube_pulse(int cells) {
  const SheetTubePulse found = sheet_tube_pulse(cells);
  Result result{.case_name = "Pulse in an elastic tube of a sheet",
                .resolution = fmt::format("{} cells in the radius", cells),
                .source = "Korteweg, Womersley 1955, the fluid around it with it"};
  result.quantity = "speed of its half height from L/4 to 3L/4 [m/s]";
  result.reference = found.exact_m_s, result.ours = found.speed_m_s, result.tolerance = 0.03;
  report_result(result);
  result.quantity = "speed of its foot, relative to the exact one, less one";
  result.reference = 0, result.ours = found.foot_error, result.difference = Difference::absolute;
  report_result(result);
  result.quantity = "speed of sound in the lattice over that of the pulse";
  result.reference = 5, result.ours = found.sound_m_s / found.speed_m_s;
  result.difference = Difference::at_least, result.tolerance = 5, result.source = "benchmark";
  report_result(result);
}

SheetTubeInflation sheet_tube_inflation(int cells, Settings more) {
  constexpr double middle_m = 20e-3;
  const double dx = radius_m / cells;
  const Run run("sheet-tube-static", more.set("solver.dx", dx, "m")
                                         .set("solver.dt", dx / radius_m * 76e-6, "s")
                                         .set("sheets.0.form.edge_length", dx, "m")
                                         .set("sheets.1.form.edge_length", dx, "m"));
  const std::vector<SheetField> frames = run.sheets("tube");
  const auto gain = [&](const SheetField& frame) {
    return area_ratio(frames.front(), frame, middle_m, 2 * dx) - 1;
  };
  double inside_pa = 0, outside_pa = 0;
  int inside = 0, outside = 0;
  const VolumeField field = run.volume();
  const double now_m = radius_m * std::sqrt(1 + gain(frames.back()));
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const Vec3& x = field.x_m[n];
    if (std::abs(x.x - middle_m) > 2 * dx) continue;
    const double r = std::hypot(x.y, x.z);
    if (r < now_m - 2.5 * dx) inside_pa += field.p_pa[n], ++inside;
    if (r > now_m + 2.5 * dx) outside_pa += field.p_pa[n], ++outside;
  }
  const double across_pa = inside_pa / inside - outside_pa / outside,
               exact = across_pa * 2 * radius_m / (young_pa * thickness_m);
  return {gain(frames.back()), gain(frames.back()) / exact - 1,
          gain(frames[frames.size() - 2]) / gain(frames.back()) - 1};
}

void report_sheet_tube_inflation(int cells) {
  const SheetTubeInflation found = sheet_tube_inflation(cells);
  Result result{.case_name = "Elastic tube of a sheet under pressure",
                .quantity = "gain of its area over 2 R p / (E h), less one",
                .ours = found.law_error,
                .difference = Difference::absolute,
                .tolerance = 0.02,
                .resolution = fmt::format("{} cells in the radius", cells),
                .source = "exact: St Venant-Kirchhoff membrane, Poisson's ratio 0"};
  report_result(result);
  result.quantity = "its change over the last tenth of the run, relative";
  result.ours = found.unrest, result.tolerance = 0.002, result.source = "rest";
  report_result(result);
}

}  // namespace soleus::verification
