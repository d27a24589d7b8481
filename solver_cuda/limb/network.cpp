#include "solver_cuda/limb/network.hpp"

#include <algorithm>
#include <stdexcept>

namespace soleus::limb {
namespace {

template <class Item>
std::size_t index_of(const std::vector<Item>& items, const std::string& name) {
  const auto found = std::ranges::find(items, name, &Item::name);
  if (found == items.end()) throw std::logic_error("the limb has no '" + name + "'");
  return std::size_t(found - items.begin());
}

}  // namespace

std::size_t compartment(const Network& n, const std::string& name) {
  return index_of(n.compartments, name);
}
std::size_t connection(const Network& n, const std::string& name) {
  return index_of(n.connections, name);
}

double transmural_pressure(const Compartment& c, double volume_m3) {
  switch (c.wall) {
    case Wall::vein:
      return transmural_pressure(c.law, volume_m3);
    case Wall::linear:
      return (volume_m3 - c.unstressed_m3) / c.compliance_m3_pa;
    default:
      return 0;
  }
}

double volume_at(const Compartment& c, double transmural_pa) {
  switch (c.wall) {
    case Wall::vein:
      return volume_at(c.law, transmural_pa);
    case Wall::linear:
      return c.unstressed_m3 + c.compliance_m3_pa * transmural_pa;
    default:
      return c.unstressed_m3;
  }
}

}  // namespace soleus::limb
