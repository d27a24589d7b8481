// What a change does to the wall, point by point.
#pragma once

#include <filesystem>

namespace soleus {

struct ComparedRun;

/// Walls farther apart than this are not compared.
inline constexpr double most_distance_m = 2e-3;

/// wall_difference_NAME.vtp: the baseline's wall at rest with its means and, at the nearest point of the
/// run's wall, `NAME minus BASELINE` of each (`difference_of_...`) and `distance` [m]; NaN beyond
/// most_distance_m. And .png: the time-averaged wall shear stress of both on one scale, and the difference.
void write_wall_difference(const ComparedRun& baseline, const ComparedRun& run,
                           const std::filesystem::path& folder);

}  // namespace soleus
