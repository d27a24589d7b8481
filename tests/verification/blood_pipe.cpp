#include <cmath>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"

namespace soleus::verification {
namespace {

constexpr double radius_m = 4e-3, density_kg_m3 = 1000;
constexpr double casson_cap_pa_s = 0.1, carreau_rest_pa_s = 0.056;

}  // namespace

double carreau_viscosity(double shear_rate) {
  constexpr double high_pa_s = 3.45e-3, time_s = 3.313, index = 0.3568;
  return high_pa_s +
         (carreau_rest_pa_s - high_pa_s) * std::pow(1 + std::pow(time_s * shear_rate, 2), (index - 1) / 2);
}

double casson_viscosity(double shear_rate) {
  constexpr double yield_pa = 5e-3, high_pa_s = 3.5e-3;
  return std::min(std::pow(std::sqrt(yield_pa / shear_rate) + std::sqrt(high_pa_s), 2), casson_cap_pa_s);
}

BloodPipe blood_pipe(const std::string& law, int cells, Settings more) {
  constexpr double lattice_viscosity = 0.25;  // of the slowest fluid: tau = 1.25
  const bool casson = law == "casson";
  const double gradient_pa_m = casson ? 10 : 50, dx = 2 * radius_m / cells, length = 8 * dx;
  const Run run("pipe-" + law, more.grid(dx, lattice_viscosity,
                                         (casson ? casson_cap_pa_s : carreau_rest_pa_s) / density_kg_m3)
                                   .set("geometry.edge_length", dx, "m")
                                   .set("geometry.analytic.length", length, "m")
                                   .set("geometry.analytic.size", Vec3{length, 0, 0}, "m")
                                   .set("geometry.analytic.period", Vec3{length, 0, 0}, "m"));
  const PipeProfile exact(casson ? casson_viscosity : carreau_viscosity, gradient_pa_m, radius_m);
  const VolumeField field = run.volume();
  double profile = 0, nearest = radius_m, axis = 0;
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const double r = std::hypot(field.x_m[n].y, field.x_m[n].z);
    const double error = field.u_m_s[n].x - exact.velocity(r);
    profile = std::max(profile, std::abs(error) / exact.velocity(0));
    if (r < nearest) nearest = r, axis = error / exact.velocity(r);
  }
  const double flow = run.last("momentum_x_kg_m_s") / (density_kg_m3 * length);
  return {flow / exact.flow() - 1, axis, profile,
          run.last("wss_p50_Pa") / (gradient_pa_m * radius_m / 2) - 1};
}

}  // namespace soleus::verification
