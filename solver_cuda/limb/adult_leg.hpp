// The network of one adult: a leg vein by vein, the rest of the body in four compartments. Its parameters and
// where they come from are in adult_leg.cpp and docs/limb.md.
#pragma once

#include <span>

#include "solver_cuda/limb/config.hpp"
#include "solver_cuda/limb/network.hpp"

namespace soleus::limb {

/// The calf's volume of the case, or what height and sex let expect [m3].
double calf_volume_m3(const LimbConfig& c);

Network adult_leg(const LimbConfig& c);

/// The veins of the leg that drain into the popliteal vein, muscles first.
std::span<const Vein> deep_calf();

/// Number and length of the veins that a compartment stands for, for the wall's shear stress.
struct Bundle {
  int count = 1;
  double length_m = 0;
};
Bundle posterior_tibial_bundle(const LimbConfig& c);

}  // namespace soleus::limb
