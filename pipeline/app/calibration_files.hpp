// What `soleus calibrate` prints and writes.
#pragma once

#include <filesystem>
#include <string>

#include "pipeline/app/case.hpp"
#include "solver_cuda/study/identifiability.hpp"
#include "solver_cuda/study/problem.hpp"

namespace soleus {

struct Calibration {
  study::Problem problem;
  study::Fit fit;
  study::Identifiability identifiability;
};

/// One standard error of a fitted value in SI; of a parameter that is searched by its logarithm to first
/// order. Infinite where the data allow the whole range.
double standard_error(const Calibration& c, std::size_t parameter);

/// Measurements before and after, parameters, and what they tell in sentences.
std::string calibration_table(const Calibration& c);
/// The sentences alone: bounds that hold a parameter, parameters that the data do not determine, data that
/// the model does not reach.
std::vector<std::string> findings(const Calibration& c);

/// fitted.yaml, a case of `soleus limb` whose section limb any case may take over; calibration.json;
/// measurements.csv and parameters.csv.
void write_calibration(const Calibration& c, const CaseInfo& info, const std::filesystem::path& folder);

}  // namespace soleus
