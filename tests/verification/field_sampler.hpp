// Fields of a run between the nodes of its lattice.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>

#include "tests/verification/run_case.hpp"

namespace soleus::verification {

class FieldSampler {
 public:
  FieldSampler(const VolumeField& field, double dx_m);

  /// By linear interpolation; nodes that are no fluid are left out of the mean. Throws std::runtime_error
  /// where there is no fluid around.
  Vec3 velocity(const Vec3& x) const;
  double pressure(const Vec3& x) const;
  /// Pressure on a wall, from one, two and three cells away along `into` the fluid: exact for a parabola.
  double wall_pressure(const Vec3& wall, const Vec3& into) const;

 private:
  const VolumeField& field_;
  double dx_m_;
  Vec3 origin_m_;
  std::unordered_map<std::int64_t, std::size_t> at_;

  /// visit(node, weight) for the fluid nodes around x.
  void around(const Vec3& x, const std::function<void(std::size_t, double)>& visit) const;
};

/// Place and value of the largest (`sign` 1) or smallest (-1) value of samples at equal distances: of the
/// parabola through the three samples there.
struct Extreme {
  double place, value;
};
Extreme extreme(const std::vector<double>& places, const std::vector<double>& values, double sign);

/// The last place where the values change from negative to positive.
double last_rise_through_zero(const std::vector<double>& places, const std::vector<double>& values);

}  // namespace soleus::verification
