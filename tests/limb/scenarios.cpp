#include "tests/limb/scenarios.hpp"

#include <map>

#include "pipeline/app/case.hpp"

namespace soleus::test {

std::vector<Override> walk() {
  return {{"limb.protocol",
           "[{kind: standing, duration: 200 s}, {kind: walk, count: 40}, {kind: standing, duration: 60 s}]"}};
}

limb::LimbConfig scenario(const std::string& name, const std::vector<Override>& set) {
  return *read_case(std::string(SOLEUS_SOURCE) + "/configs/limb/" + name + ".yaml", set).limb;
}

const limb::LimbRun& run_of(const std::string& name, const std::vector<Override>& set) {
  static std::map<std::string, limb::LimbRun> known;
  std::string key = name;
  for (const Override& o : set) key.append("|").append(o.key).append("=").append(o.value);
  const auto found = known.find(key);
  return found != known.end() ? found->second
                              : known.emplace(key, limb::run(scenario(name, set))).first->second;
}

const limb::Figures& figures_of(const std::string& name, const std::vector<Override>& set) {
  return run_of(name, set).figures;
}

double mean_flow(const limb::LimbRun& run, const std::string& name, double from_s, double to_s) {
  const auto& q = run.series.flow_m3_s[limb::connection(run.network, name)];
  double sum = 0;
  int count = 0;
  for (std::size_t k = 0; k < q.size(); ++k)
    if (run.series.time_s[k] >= from_s && run.series.time_s[k] < to_s) sum += q[k], ++count;
  return sum / count;
}

}  // namespace soleus::test
