// Figures of haemodynamics that a run takes of itself, in flows that are known.
#include <cmath>
#include <complex>
#include <numbers>

#include "tests/verification/cases.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {

void report_pulsating_wall_means(int cells) {
  constexpr double radius_m = 4e-3, viscosity_m2_s = 3.5e-6, alpha = 5, gradient_pa_m = 17.5, mean_part = 0.3;
  const double dx = 2 * radius_m / cells, length = 8 * dx,
               omega = alpha * alpha * viscosity_m2_s / (radius_m * radius_m),
               period = 2 * std::numbers::pi / omega,
               amplitude = std::abs(womersley_shear(alpha)) * gradient_pa_m * radius_m / 2;
  const Run run("womersley", Settings{}
                                 .grid(dx, 0.1, viscosity_m2_s)
                                 .set("fluid.body_force_waveform.offset",
                                      std::to_string(mean_part * std::abs(womersley_shear(alpha))))
                                 .set("fluid.body_force_waveform.period", period, "s")
                                 .set("geometry.analytic.length", length, "m")
                                 .set("geometry.analytic.size", Vec3{length, 0, 0}, "m")
                                 .set("geometry.analytic.period", Vec3{length, 0, 0}, "m")
                                 .set("output.means", "true")
                                 .set("output.series_interval", period / 64, "s")
                                 .set("solver.end_time", 8 * period, "s"));
  // The mean of |a + cos|, a < 1.
  const double size =
      2 / std::numbers::pi * (std::sqrt(1 - mean_part * mean_part) + mean_part * std::asin(mean_part));
  const auto number = [&](const char* name) { return run.flow().numbers.at(name); };
  Result r{.case_name = "Womersley, alpha 5, pulsating about a mean",
           .quantity = "time-averaged wall shear stress",
           .reference = size * amplitude,
           .ours = number("tawss_mean_Pa"),
           .unit = "Pa",
           .tolerance = 0.08,  // of the wall shear stress in this pipe: 2 % at 40 cells
           .limit = 0.034,
           .resolution = std::to_string(cells) + " cells across",
           .source = "exact: Womersley 1955"};
  report_result(r);
  r.quantity = "relative residence time, median", r.unit = "1/Pa";
  r.reference = 1 / (mean_part * amplitude), r.ours = number("rrt_p50_1_Pa");
  report_result(r);
  r.quantity = "oscillatory shear index, mean", r.unit = "", r.difference = Difference::absolute;
  r.reference = 0.5 * (1 - mean_part / size), r.ours = number("osi_mean");
  r.tolerance = 0.02, r.limit.reset();
  report_result(r);
  r.quantity = "transverse wall shear stress over the time-averaged one";
  r.reference = 0, r.ours = number("transwss_mean_Pa") / number("tawss_mean_Pa");
  report_result(r);
}

/// Sheared by 100 1/s at its wall: a quarter of it by less than 50.
void report_sheared_pipe(int cells) {
  constexpr double radius_m = 0.4e-3, viscosity_pa_s = 3.5e-3, viscosity_m2_s = 3.5e-6, shear_1_s = 100,
                   gradient_pa_m = 2 * shear_1_s * viscosity_pa_s / radius_m;
  const double dx = 2 * radius_m / cells, length = 8 * dx;
  const Run run("pipe-aligned", Settings{}
                                    .grid(dx, 0.1, viscosity_m2_s)
                                    .set("fluid.body_force", Vec3{gradient_pa_m, 0, 0}, "Pa/m")
                                    .set("geometry.edge_length", dx, "m")
                                    .set("geometry.analytic.radius", radius_m, "m")
                                    .set("geometry.analytic.length", length, "m")
                                    .set("geometry.analytic.size", Vec3{length, 0, 0}, "m")
                                    .set("geometry.analytic.period", Vec3{length, 0, 0}, "m")
                                    .set("solver.max_velocity", 0.04, "m/s")
                                    .set("solver.end_time", 2 * radius_m * radius_m / viscosity_m2_s, "s"));
  const double section_m2 = std::numbers::pi * radius_m * radius_m;
  Result r{.case_name = "Pipe along x, sheared by 100 1/s at its wall",
           .quantity = "power that viscosity takes",
           .reference = section_m2 * length * viscosity_pa_s * shear_1_s * shear_1_s / 2,
           .ours = run.last("viscous_loss_W"),
           .unit = "W",
           .tolerance = 0.03,
           .resolution = std::to_string(cells) + " cells across",
           .source = "exact: Hagen-Poiseuille"};
  report_result(r);
  r.quantity = "volume that is sheared by less than 50 1/s", r.unit = "m3";
  r.reference = 0.25 * section_m2 * length, r.ours = run.last("stagnant_volume_m3");
  report_result(r);
}

}  // namespace soleus::verification
