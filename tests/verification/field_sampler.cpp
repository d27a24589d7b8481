#include "tests/verification/field_sampler.hpp"

#include <cmath>
#include <stdexcept>

namespace soleus::verification {
namespace {

std::int64_t key(std::int64_t i, std::int64_t j, std::int64_t k) {
  constexpr std::int64_t most = 1 << 20;
  return (i + most / 2) + most * ((j + most / 2) + most * (k + most / 2));
}

}  // namespace

FieldSampler::FieldSampler(const VolumeField& field, double dx_m)
    : field_(field), dx_m_(dx_m), origin_m_(field.x_m.at(0)) {
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const Vec3 c = (field.x_m[n] - origin_m_) / dx_m;
    at_[key(std::llround(c.x), std::llround(c.y), std::llround(c.z))] = n;
  }
}

void FieldSampler::around(const Vec3& x, const std::function<void(std::size_t, double)>& visit) const {
  const Vec3 c = (x - origin_m_) / dx_m_;
  const std::int64_t low[3] = {std::int64_t(std::floor(c.x)), std::int64_t(std::floor(c.y)),
                               std::int64_t(std::floor(c.z))};
  for (int corner = 0; corner < 8; ++corner) {
    double weight = 1;
    std::int64_t at[3];
    for (int a = 0; a < 3; ++a) {
      const int up = corner >> a & 1;
      const double part = c[a] - double(low[a]);
      at[a] = low[a] + up;
      weight *= up ? part : 1 - part;
    }
    if (const auto node = at_.find(key(at[0], at[1], at[2])); node != at_.end() && weight > 1e-9)
      visit(node->second, weight);
  }
}

Vec3 FieldSampler::velocity(const Vec3& x) const {
  Vec3 sum{};
  double weight = 0;
  around(x, [&](std::size_t n, double w) { sum += field_.u_m_s[n] * w, weight += w; });
  if (weight == 0) throw std::runtime_error("no fluid where the velocity is wanted");
  return sum / weight;
}

double FieldSampler::pressure(const Vec3& x) const {
  double sum = 0, weight = 0;
  around(x, [&](std::size_t n, double w) { sum += field_.p_pa[n] * w, weight += w; });
  if (weight == 0) throw std::runtime_error("no fluid where the pressure is wanted");
  return sum / weight;
}

double FieldSampler::wall_pressure(const Vec3& wall, const Vec3& into) const {
  const auto at = [&](double cells) { return pressure(wall + into * (cells * dx_m_)); };
  return 3 * at(1) - 3 * at(2) + at(3);
}

Extreme extreme(const std::vector<double>& places, const std::vector<double>& values, double sign) {
  std::size_t best = 1;
  for (std::size_t k = 1; k + 1 < values.size(); ++k)
    if (sign * values[k] > sign * values[best]) best = k;
  const double before = values[best - 1], here = values[best], after = values[best + 1];
  const double curve = before - 2 * here + after, shift = 0.5 * (before - after) / curve;
  return {places[best] + shift * (places[best + 1] - places[best]), here - 0.25 * (before - after) * shift};
}

double last_rise_through_zero(const std::vector<double>& places, const std::vector<double>& values) {
  for (std::size_t k = values.size() - 1; k > 0; --k)
    if (values[k - 1] < 0 && values[k] >= 0)
      return places[k - 1] + (places[k] - places[k - 1]) * values[k - 1] / (values[k - 1] - values[k]);
  throw std::runtime_error("the values do not rise through zero");
}

}  // namespace soleus::verification
