// Labels, a surface file or an analytic shape -> closed lumen surface, centrelines and named openings.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "meshing/valve_config.hpp"
#include "pipeline/base/artifacts/geometry.hpp"
#include "pipeline/base/artifacts/labels.hpp"
#include "pipeline/base/fields.hpp"
#include "pipeline/base/opening_config.hpp"

namespace soleus {

enum class SurfaceSpace { lps, ras };

/// The `geometry` section. Doors other than the image: at most one of `labels`, `surface`, `shape`.
struct GeometryConfig {
  std::filesystem::path labels;                    // label map file; enters instead of the segmentation
  std::filesystem::path surface;                   // STL, PLY, OBJ or VTP
  double surface_unit_m = 1e-3;                    // length unit of the surface file
  SurfaceSpace surface_space = SurfaceSpace::lps;  // its axes; ras: x to the right, y to the front
  std::optional<Shape> shape;                      // key `analytic`
  double edge_length_m = 0.8e-3;                   // target triangle edge
  int smoothing_passes = 20;
  double flow_extension = 2;       // length of the straight extension at openings, in diameters
  bool close_unnamed = false;      // ends that no opening names stay closed, instead of refusing the case
  double trim_radius_m = 0;        // ends of thinner vessels are cut back to where they are this wide
  double min_branch_length_m = 0;  // side branches that stick out less are neither ends nor centrelines
  double min_branch_radius_m = 0;  // nor thinner ones
  std::vector<ValveConfig> valves;
};
void describe(Fields& f, GeometryConfig& c);

/// Each throws InputError when the surface is open, intersects itself, or has an end that no opening names; a
/// picture of the place is written to `folder` (and stays there when the stage fails).
Geometry mesh(const GeometryConfig& config, const std::vector<OpeningConfig>& openings, const Labels& labels,
              const std::filesystem::path& folder);
Geometry mesh(const GeometryConfig& config, const std::vector<OpeningConfig>& openings,
              const std::filesystem::path& folder);  // surface file or analytic shape

inline constexpr int geometry_version = 2;
/// Sentences on what makes the geometry unusable: not closed, turned inside out, caps not flat, arrays that
/// do not fit.
std::vector<std::string> faults(const Geometry& geometry);
/// Writes lumen.vtp, centerlines.vtp, sheet-NAME.vtp for each sheet, geometry.json, and where there are
/// valves valves.vtp and valves.json; all carry `provenance`, names and texts of what they come from. Throws
/// InputError when there are faults.
void save(const Geometry& geometry, const std::filesystem::path& folder,
          const std::map<std::string, std::string>& provenance = {});
/// Throws InputError when a file is missing, of another version or inconsistent.
Geometry load_geometry(const std::filesystem::path& folder);

}  // namespace soleus
