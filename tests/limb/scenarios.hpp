// The cases of configs/limb, run once per program as `soleus limb` runs them.
#pragma once

#include <string>
#include <vector>

#include "pipeline/base/yaml_reader.hpp"
#include "solver_cuda/limb/figures.hpp"

namespace soleus::test {

/// 40 strides after 200 s of standing.
std::vector<Override> walk();
limb::LimbConfig scenario(const std::string& name, const std::vector<Override>& set = {});
/// The run of a scenario; kept, because several tests look at the same.
const limb::LimbRun& run_of(const std::string& name, const std::vector<Override>& set = {});
const limb::Figures& figures_of(const std::string& name, const std::vector<Override>& set = {});

/// Mean of a connection's flow [m3/s] between two times.
double mean_flow(const limb::LimbRun& run, const std::string& name, double from_s, double to_s);

}  // namespace soleus::test
