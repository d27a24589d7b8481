#include "solver_cuda/geometry/external_pressure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/smooth_step.hpp"
#include "solver_cuda/geometry/surface_distance.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus {
namespace {

constexpr double stocking_end_m = 20e-3;
std::vector<double> weights_of(const std::vector<ContractionRegion>& regions, const Stations& stations) {
  std::vector<double> weight(stations.count());
  for (std::size_t b = 0; b < stations.branches.size(); ++b) {
    const Stations::OnBranch& on = stations.branches[b];
    for (int k = 0; k < on.count; ++k)
      weight[std::size_t(on.first + k)] = share(regions, int(b), on.from_m + k * on.spacing_m);
  }
  return weight;
}

/// Where the branches that a muscle names lie, for a message.
std::string branches_missed(const std::vector<ContractionRegion>& regions, const Stations& stations) {
  std::string all;
  for (std::size_t b = 0; b < stations.branches.size(); ++b) {
    const Stations::OnBranch& on = stations.branches[b];
    const auto means = [&](const ContractionRegion& r) { return r.branch < 0 || r.branch == int(b); };
    if (on.count == 0 || std::ranges::none_of(regions, means)) continue;
    all += fmt::format("{}branch {} runs from {:.1f} to {:.1f} mm", all.empty() ? "" : ", ", b,
                       1e3 * on.from_m, 1e3 * (on.from_m + (on.count - 1) * on.spacing_m));
  }
  return all.empty() ? "the vein has no branch of that number; see centerlines.vtp"
                     : all + "; use `from` and `to` within";
}

std::string missed(const MuscleConfig& m, const std::string& what) {
  return fmt::format("wall.muscles: '{}' covers no vein: {}.", m.name, what);
}

/// [stations], or a sentence in `faults`.
std::vector<double> weights_of(const MuscleConfig& m, const Surface* surface, const Stations& stations,
                               std::vector<std::string>& faults) {
  std::vector<double> weight;
  if (!surface) {
    weight = weights_of(m.regions, stations);
    if (std::ranges::max(weight) <= 0) faults.push_back(missed(m, branches_missed(m.regions, stations)));
    return weight;
  }
  const std::vector<double> gaps = gaps_to(*surface, stations);
  for (const double gap : gaps) weight.push_back(weight_at_gap(gap, m.edge_m));
  if (std::ranges::max(weight) <= 0)
    faults.push_back(missed(
        m,
        fmt::format("the nearest station is {:.1f} mm outside; see that {} lies in the same LPS space as the "
                    "lumen{}, or use a larger edge than {:.3g} mm",
                    1e3 * std::ranges::min(gaps), (m.surface.empty() ? m.labels : m.surface).string(),
                    m.surface.empty() ? "" : " and is in mm", 1e3 * m.edge_m)));
  return weight;
}

limb::Press press_of(const MuscleConfig& c, const WallConfig& wall) {
  if (!wall.limb)
    throw InputError(fmt::format(
        "wall.muscles: '{}' is driven by the limb, which no opening leads to; write vessel for one, or "
        "drive: own.",
        c.name));
  return press_of(c.drive);
}

}  // namespace

std::vector<double> gaps_to(const Surface& muscle, const Stations& stations) {
  const SurfaceDistance distance(muscle.points_m, muscle.triangles);
  std::vector<double> gaps;
  for (std::size_t k = 0; k < stations.count(); ++k)
    gaps.push_back(distance.signed_distance(stations.center_m[k]) - stations.radius_m[k]);
  return gaps;
}

double weight_at_gap(double gap_m, double edge_m) {
  if (gap_m <= 0) return 1;
  return edge_m > 0 ? 1 - smooth_step(gap_m / edge_m) : 0;
}

double pressure_at(const StockingConfig& s, const Vec3& x_m) {
  const double height_m = dot(x_m, normalized(s.up)), above_m = height_m - s.knee_height_m;
  if (above_m >= 0) return s.knee_pa * (1 - smooth_step(above_m / stocking_end_m));
  const double t = std::max(0.0, (height_m - s.ankle_height_m) / (s.knee_height_m - s.ankle_height_m));
  return s.ankle_pa * (1 - t) + s.knee_pa * t;
}

ExternalPressure external_pressure(const WallConfig& wall, const Stations& stations, double density_kg_m3,
                                   const std::vector<Surface>& muscle_surfaces) {
  ExternalPressure outside{.uniform_pa = wall.external_pa, .uniform_waveform = wall.external_waveform};
  load_table(outside.uniform_waveform);
  std::vector<std::string> faults;
  for (std::size_t m = 0; m < wall.muscles.size(); ++m) {
    const MuscleConfig& c = wall.muscles[m];
    const bool placed = m < muscle_surfaces.size() && !muscle_surfaces[m].triangles.empty();
    if (!placed && !(c.surface.empty() && c.labels.empty()))
      throw InputError(missed(c, "its surface was not handed over, FlowCase::muscle_surfaces"));
    ExternalPressure::Muscle muscle{c.name, c.waveform,
                                    weights_of(c, placed ? &muscle_surfaces[m] : nullptr, stations, faults)};
    if (c.drive != MuscleDrive::own) muscle.press = press_of(c, wall);
    for (double& p : muscle.peak_pa) p *= (muscle.press ? 1 : c.pressure_pa) * c.transmission;
    load_table(muscle.waveform);
    outside.muscles.push_back(std::move(muscle));
  }
  if (!faults.empty()) throw InputError(faults);
  for (const Vec3& x : stations.center_m) {
    double pa = wall.stocking ? pressure_at(*wall.stocking, x) : 0;
    if (const auto& g = wall.gravity)
      pa -= density_kg_m3 * g->acceleration_m_s2 * (g->level_m - dot(normalized(g->up), x));
    outside.steady_pa.push_back(pa);
  }
  if (!wall.limb) return outside;
  outside.limb = wall.limb, outside.weight_pa_m = density_kg_m3 * limb::gravity_m_s2;
  for (const Vec3& x : stations.center_m)
    outside.column_pa.push_back(outside.weight_pa_m * (wall.limb->height_m - x.z));
  return outside;
}

std::vector<double> ExternalPressure::at(double time_s) const {
  std::vector<double> pa(steady_pa);
  const double everywhere_pa = uniform_pa * factor(uniform_waveform, time_s);
  for (double& p : pa) p += everywhere_pa;
  for (const Muscle& m : muscles) {
    const double f =
        m.press ? limb::presses(limb->schedule, time_s)[std::size_t(*m.press)] : factor(m.waveform, time_s);
    for (std::size_t k = 0; f != 0 && k < pa.size(); ++k) pa[k] += m.peak_pa[k] * f;
  }
  if (!limb) return pa;
  const limb::PerPart sines = limb::sines(limb->schedule, time_s);
  double place_pa = 0;
  for (std::size_t i = 0; i < limb::part_count; ++i)
    place_pa += weight_pa_m * limb->below_heart_m[i] * sines[i];
  for (std::size_t k = 0; k < pa.size(); ++k)
    pa[k] -= place_pa + sines[std::size_t(limb::Part::shank)] * column_pa[k];
  return pa;
}

limb::Press press_of(MuscleDrive drive) {
  return drive == MuscleDrive::anterior_calf ? limb::Press::anterior_calf : limb::Press::posterior_calf;
}

std::vector<std::string> summary(const ExternalPressure& outside) {
  std::vector<std::string> lines;
  for (const ExternalPressure::Muscle& m : outside.muscles) {
    const auto [least, most] = std::ranges::minmax(m.peak_pa);
    const double pa = (most > -least ? most : least) *
                      (m.press ? limb::largest_pa(outside.limb->schedule, *m.press) : peak(m.waveform));
    lines.push_back(fmt::format("muscle '{}': presses on {} of {} stations, at most {:.4g} mmHg", m.name,
                                std::ranges::count_if(m.peak_pa, [](double p) { return p != 0; }),
                                m.peak_pa.size(), pa / limb::mmhg));
  }
  return lines;
}

}  // namespace soleus
