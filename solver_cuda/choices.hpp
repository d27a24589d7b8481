// What a case chooses among, and the spellings. Apart from config.hpp, so that a new key does not compile the
// kernels again.
#pragma once

#include <array>
#include <string_view>

namespace soleus {

enum class VelocitySet { d3q19, d3q27 };
enum class Collision { trt, regularized, cumulant };
enum class Precision { single, double_, half_storage };
enum class WallRule { parabolic, linear, staircase };
enum class RefillRule { extrapolation, none };
enum class InitialField { rest, taylor_green, taylor_green_3d };
enum class BackendKind { cpu, cuda };

// Spellings of the enumerators, in cases and in results.
inline constexpr std::array<std::string_view, 2> velocity_set_names{"d3q19", "d3q27"};
inline constexpr std::array<std::string_view, 3> collision_names{"trt", "regularized", "cumulant"};
inline constexpr std::array<std::string_view, 3> rheology_names{"newtonian", "carreau_yasuda", "casson"};
inline constexpr std::array<std::string_view, 3> precision_names{"single", "double", "half_storage"};
inline constexpr std::array<std::string_view, 2> backend_names{"cpu", "cuda"};

/// What the series' force is summed over.
enum class ForceOn { none, wall, obstacles };

}  // namespace soleus
