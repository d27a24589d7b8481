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
  /// To or from a checkpoint.
  template <class Archive>
  void serialize(Archive& a) {
    a(map_.time_s, map_.area_m2, map_.area_rate_m2_s, map_.pressure_pa, map_.flow_m3_s);
  }

 private:
  const Setup& setup_;
  Sections sections_;
  std::vector<Vec3> along_;  // [stations] unit vectors
  VeinMap map_;
};

}  // namespace soleus
