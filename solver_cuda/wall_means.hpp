// What a wall has felt over some time, as haemodynamics sums it up.
// REFERENCES: oscillatory shear index: He & Ku, J. Biomech. Eng. 118, 74 (1996), eq. 2; relative residence
// time: Himburg, Grzybowski, Hazel, LaMack, Li & Friedman, Am. J. Physiol. 286, H1916 (2004); transverse wall
// shear stress: Peiffer, Sherwin & Weinberg, Cardiovasc. Res. 99, 242 (2013), eq. 1.
#pragma once

#include <span>
#include <vector>

#include "pipeline/base/vec3.hpp"

namespace soleus {

/// Of each point; NaN where the wall's stress was not known throughout.
struct WallMeans {
  std::vector<float> shear_pa;        // time-averaged wall shear stress: mean of its magnitude
  std::vector<float> oscillation;     // 0: one direction, to 0.5: no mean
  std::vector<float> residence_1_pa;  // one over the magnitude of the mean
  std::vector<float> transverse_pa;   // mean magnitude across the mean, in the wall
};

/// `shear_pa` [instants][3 points]: evenly spaced over the time, which they divide, the first one interval
/// after its begin: over a period this is the trapezoidal rule. `outward` [points]: unit normals.
WallMeans wall_means(std::span<const std::vector<float>> shear_pa, std::span<const Vec3> outward);

/// Over the area [m2] of the points at which they are known.
struct WallMeansSummary {
  double shear_mean_pa = 0, shear_p05_pa = 0, shear_p50_pa = 0, shear_p95_pa = 0;
  double oscillation_mean = 0, transverse_mean_pa = 0, residence_p50_1_pa = 0;
  double low_shear_part = 0;    // of the area, below low_shear_pa
  double oscillating_part = 0;  // of the area, above high_oscillation
};
inline constexpr double low_shear_pa = 0.1;
inline constexpr double high_oscillation = 0.2;
WallMeansSummary summary(const WallMeans& means, std::span<const double> area_m2);

}  // namespace soleus
