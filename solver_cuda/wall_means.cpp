#include "solver_cuda/wall_means.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "pipeline/base/parallel.hpp"
#include "pipeline/base/statistics.hpp"

namespace soleus {
namespace {

Vec3 at(const std::vector<float>& vectors, std::size_t point) {
  return {vectors[3 * point], vectors[3 * point + 1], vectors[3 * point + 2]};
}

using Weighted = std::vector<std::pair<double, double>>;  // value and area

/// The known ones, ascending.
Weighted known(const std::vector<float>& values, std::span<const double> area_m2) {
  Weighted all;
  for (std::size_t k = 0; k < values.size(); ++k)
    if (std::isfinite(values[k])) all.emplace_back(values[k], area_m2[k]);
  std::ranges::sort(all);
  return all;
}
double area_of(const Weighted& values) {
  double sum = 0;
  for (const auto& [value, area] : values) sum += area;
  return sum;
}
double mean(const Weighted& values) {
  double sum = 0;
  for (const auto& [value, area] : values) sum += value * area;
  return sum / area_of(values);
}
/// Of the area, that of values up to a bound.
double part_up_to(const Weighted& values, double bound) {
  double sum = 0;
  for (const auto& [value, area] : values) sum += value <= bound ? area : 0;
  return sum / area_of(values);
}

}  // namespace

WallMeans wall_means(std::span<const std::vector<float>> shear_pa, std::span<const Vec3> outward) {
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  const std::size_t points = outward.size();
  WallMeans means;
  for (std::vector<float>* all :
       {&means.shear_pa, &means.oscillation, &means.residence_1_pa, &means.transverse_pa})
    all->assign(points, unknown);
  if (shear_pa.empty()) return means;
  const double per_instant = 1.0 / double(shear_pa.size());
  parallel_for(points, 256, [&](std::size_t k) {
    double size = 0, across = 0;
    Vec3 mean;
    for (const std::vector<float>& instant : shear_pa) mean += at(instant, k), size += norm(at(instant, k));
    if (!std::isfinite(size)) return;
    const double of_mean = norm(mean);
    const Vec3 aside = normalized(cross(outward[k], mean));
    for (const std::vector<float>& instant : shear_pa) across += std::abs(dot(at(instant, k), aside));
    means.shear_pa[k] = float(size * per_instant);
    means.oscillation[k] = size > 0 ? float(0.5 * (1 - of_mean / size)) : unknown;
    means.residence_1_pa[k] = of_mean > 0 ? float(1 / (of_mean * per_instant)) : unknown;
    means.transverse_pa[k] = float(across * per_instant);
  });
  return means;
}

WallMeansSummary summary(const WallMeans& means, std::span<const double> area_m2) {
  const Weighted shear = known(means.shear_pa, area_m2), oscillation = known(means.oscillation, area_m2),
                 transverse = known(means.transverse_pa, area_m2),
                 residence = known(means.residence_1_pa, area_m2);
  WallMeansSummary s;
  if (shear.empty() || oscillation.empty() || residence.empty()) return s;
  s.shear_mean_pa = mean(shear), s.transverse_mean_pa = mean(transverse);
  s.shear_p05_pa = weighted_percentile(shear, 0.05), s.shear_p50_pa = weighted_percentile(shear, 0.5);
  s.shear_p95_pa = weighted_percentile(shear, 0.95);
  s.oscillation_mean = mean(oscillation), s.residence_p50_1_pa = weighted_percentile(residence, 0.5);
  s.low_shear_part = part_up_to(shear, low_shear_pa);
  s.oscillating_part = 1 - part_up_to(oscillation, high_oscillation);
  return s;
}

}  // namespace soleus
