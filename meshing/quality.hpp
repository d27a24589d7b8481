// Figures that tell how good a mesh is.
#pragma once

#include <filesystem>

#include "pipeline/base/artifacts/geometry.hpp"

namespace soleus {

struct MeshQuality {
  int triangles = 0;
  double edge_mean_m = 0, edge_cov = 0;  // CoV: standard deviation over mean
  double min_angle_deg = 0, min_angle_p01_deg = 0,
         min_angle_p50_deg = 0;  // smallest, 1st and 50th percentile
  double part_below_20_deg = 0;
  double radius_ratio_p01 = 0, radius_ratio_mean = 0;  // 2 r_in / r_circum, 1 is equilateral
  double volume_m3 = 0, area_m2 = 0;
  int euler = 0;
};
MeshQuality measure(const Surface& s);

/// What meshing did to the lumen's volume, relative; NaN where it does not apply.
struct VolumeChanges {
  double smoothing = 0;  // smooth surface against label map
  double remeshing = 0;  // final mesh against the surface it was made from, extensions included
};

/// Writes quality.json into the folder and logs one line.
void report_quality(const Geometry& geometry, const VolumeChanges& changes,
                    const std::filesystem::path& folder);

}  // namespace soleus
