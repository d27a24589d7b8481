// One case file: everything a run needs to know.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "meshing/meshing.hpp"
#include "pipeline/base/opening_config.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "segmentation/config.hpp"
#include "segmentation/segmentation.hpp"
#include "solver_cuda/config.hpp"
#include "solver_cuda/limb/config.hpp"
#include "solver_cuda/study/config.hpp"

namespace soleus {

struct CaseInfo {
  std::string name;
  std::string description;
};
void describe(Fields& f, CaseInfo& c);

struct Case {
  CaseInfo info;
  std::optional<ImageConfig> image;                // absent when the geometry enters at a later door
  std::optional<SegmentationConfig> segmentation;  // goes with an image
  GeometryConfig geometry;
  FluidConfig fluid;
  WallConfig wall;
  std::vector<OpeningConfig> openings;
  SolverConfig solver;
  OutputConfig output;
  ScalarConfig scalar;
  std::vector<SheetConfig> sheets;
  std::optional<limb::LimbConfig> limb;  // alone it makes a case of `soleus limb`, without a lumen
  std::optional<study::CalibrationConfig> calibration;  // what `soleus calibrate` fits the limb to
};
void describe(Fields& f, Case& c);

/// Throws InputError with all faults of the file, those of the tables it names included.
Case read_case(const std::filesystem::path& file, std::span<const Override> overrides);

/// Whether the case has a lumen, through one of the doors.
bool has_lumen(const Case& c);

/// What the solver needs of the case, without the muscles' surfaces (muscle_surfaces.hpp).
FlowCase flow_case(const Case& c);

}  // namespace soleus
