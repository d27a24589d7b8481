// A calibration as the case describes it, with every value in SI: which figures of the limb are compared,
// which of its numbers are fitted.
#pragma once

#include <string>
#include <vector>

#include "solver_cuda/limb/figures.hpp"
#include "solver_cuda/study/config.hpp"
#include "solver_cuda/study/fit.hpp"

namespace soleus::study {

struct Measurement {
  const limb::FigureRow* figure = nullptr;
  double value = 0, uncertainty = 0;  // SI
};

struct Parameter {
  std::vector<std::string> keys;
  FitParameter fit;  // SI
  Dimension dimension = Dimension::number;
};

struct Problem {
  std::vector<Measurement> measurements;
  std::vector<Parameter> parameters;
  limb::LimbConfig limb;
  limb::SimulationOptions simulation{};
};

/// Throws InputError with a sentence for each fault, which begins with the key:
/// "calibration.measured[0].value:
/// ...".
Problem problem(const CalibrationConfig& c, const limb::LimbConfig& limb);

/// The limb with the parameters at these values [SI].
limb::LimbConfig limb_with(const Problem& p, std::span<const double> values);
/// What the limb has for each measurement [SI]. Throws NumericalError.
Figures measure(const Problem& p, const limb::LimbConfig& limb);

/// Throws InputError when the protocol does not give a figure that was measured: `before` are those of the
/// case.
void require_given(const Problem& p, const Figures& before);

/// measure() of the parameters' values, and what it is compared with.
Model model(const Problem& p);
std::vector<FitParameter> fit_parameters(const Problem& p);
std::vector<FitDatum> fit_data(const Problem& p);

}  // namespace soleus::study
