// What happens along an elastic vein, sample by sample.
#pragma once

#include "pipeline/base/artifacts/vein_map.hpp"
#include "solver_cuda/snapshot.hpp"
#include "solver_cuda/state/sections.hpp"

namespace soleus {

/// Pressure and velocity are means over the fluid nodes about a station, weighted by how near they are to it.
class VeinMapRecorder {
 public:
  explicit VeinMapRecorder(const Setup& setup);
  void sample(const Snapshot& now);
  const VeinMap& map() const { return map_; }

 private:
  const Setup& setup_;
  Sections sections_;
  std::vector<Vec3> along_;  // [stations] unit vectors
  VeinMap map_;
};

}  // namespace soleus
