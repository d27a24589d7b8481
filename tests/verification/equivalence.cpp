#include "tests/verification/equivalence.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>

namespace soleus::verification {
namespace {

/// Place in steps of a nanometre, wrapped along periodic axes.
std::array<std::int64_t, 3> place(const Vec3& x, const Vec3& period_m) {
  std::array<std::int64_t, 3> p{};
  for (int a = 0; a < 3; ++a) {
    p[a] = std::llround(x[a] * 1e9);
    const std::int64_t period = std::llround(period_m[a] * 1e9);
    if (period > 0) p[a] = (p[a] % period + period) % period;
  }
  return p;
}

/// The node nearest to a place, at most half a micrometre away.
class NodesByPlace {
 public:
  NodesByPlace(const VolumeField& field, const Vec3& period_m) : period_m_(period_m) {
    for (std::size_t n = 0; n < field.x_m.size(); ++n) nodes_[coarse(field.x_m[n], {})] = n;
  }
  /// Index in the field, or -1.
  std::ptrdiff_t find(const Vec3& x) const {
    constexpr double step = 0.4e-6;  // a rounded coordinate may fall into the next box
    for (int s = 0; s < 27; ++s) {
      const auto node =
          nodes_.find(coarse(x, Vec3{double(s % 3 - 1), double(s / 3 % 3 - 1), double(s / 9 - 1)} * step));
      if (node != nodes_.end()) return std::ptrdiff_t(node->second);
    }
    return -1;
  }

 private:
  std::array<std::int64_t, 3> coarse(const Vec3& x, const Vec3& shift) const {
    std::array<std::int64_t, 3> p = place(x + shift, period_m_);
    for (std::int64_t& c : p) c /= 1000;
    return p;
  }
  Vec3 period_m_;
  std::map<std::array<std::int64_t, 3>, std::size_t> nodes_;
};

}  // namespace

Vec3 Turn::operator()(const Vec3& v) const {
  return {sign[0] * v[from[0]], sign[1] * v[from[1]], sign[2] * v[from[2]]};
}

FieldDifference difference(const VolumeField& first, const Turn& turn, const VolumeField& second,
                           const Vec3& period_m) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (first.x_m.size() != second.x_m.size()) return {infinite, infinite};
  const NodesByPlace nodes(second, period_m);
  FieldDifference worst;
  double fastest = 0;
  for (std::size_t n = 0; n < first.x_m.size(); ++n) {
    const std::ptrdiff_t m = nodes.find(turn(first.x_m[n]));
    if (m < 0) return {infinite, infinite};
    fastest = std::max(fastest, norm(second.u_m_s[m]));
    worst.velocity = std::max(worst.velocity, norm(turn(first.u_m_s[n]) - second.u_m_s[m]));
    if (!first.p_pa.empty())
      worst.pressure = std::max(worst.pressure, std::abs(first.p_pa[n] - second.p_pa[m]));
  }
  worst.velocity /= fastest;
  if (!second.p_pa.empty()) {
    const auto [low, high] = std::ranges::minmax(second.p_pa);
    worst.pressure /= high - low;
  }
  return worst;
}

double differing_values(const VolumeField& a, const VolumeField& b) {
  if (a.x_m.size() != b.x_m.size() || a.p_pa.size() != b.p_pa.size()) return double(a.x_m.size());
  const auto differ = [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) != std::bit_cast<std::uint64_t>(y);
  };
  double count = 0;
  for (std::size_t n = 0; n < a.x_m.size(); ++n)
    for (int c = 0; c < 3; ++c)
      count += differ(a.x_m[n][c], b.x_m[n][c]) + differ(a.u_m_s[n][c], b.u_m_s[n][c]);
  for (std::size_t n = 0; n < a.p_pa.size(); ++n) count += differ(a.p_pa[n], b.p_pa[n]);
  return count;
}

namespace {

struct AxialFlow {
  double flow, axis_velocity, across;
};

/// Of a pipe along x whose axis is at `axis_m` and moves with `wall_m_s`.
AxialFlow axial_flow(const Run& run, double from_s, const Vec3& axis_m, const Vec3& wall_m_s) {
  const VolumeField field = run.volume();
  double n = 0, r2 = 0, r4 = 0, u = 0, ur2 = 0, across = 0;
  for (std::size_t k = 0; k < field.x_m.size(); ++k) {
    const double dy = field.x_m[k].y - axis_m.y, dz = field.x_m[k].z - axis_m.z, r = dy * dy + dz * dz;
    n += 1, r2 += r, r4 += r * r, u += field.u_m_s[k].x, ur2 += field.u_m_s[k].x * r;
    across = std::max(across, std::hypot(field.u_m_s[k].y - wall_m_s.y, field.u_m_s[k].z - wall_m_s.z));
  }
  return {run.mean("momentum_x_kg_m_s", from_s), (u * r4 - ur2 * r2) / (n * r4 - r2 * r2), across};
}

}  // namespace

MovingFrame translating_pipe() {
  constexpr double end_s = 9.142857, ramp_s = 0.9142857;
  const Vec3 wall_m_s{0, 0.875e-3, 0.875e-3};
  const Run still("pipe-translating", Settings{}.set("wall.velocity", Vec3{}, "m/s")),
      moving("pipe-translating", Settings{}.set("wall.velocity", wall_m_s, "m/s"));
  const AxialFlow a = axial_flow(still, 0.8 * end_s, {}, {}),
                  b = axial_flow(moving, 0.8 * end_s, wall_m_s * (moving.time_s().back() - ramp_s / 2),
                                 wall_m_s);
  return {b.flow / a.flow, b.axis_velocity / a.axis_velocity, b.across / norm(wall_m_s)};
}

}  // namespace soleus::verification
