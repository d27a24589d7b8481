// What each parameter of a sweep does to a figure, the others averaged: first order effects.
//
// The figure is taken as a sum of one polynomial for each parameter, fitted by least squares; what such a sum
// leaves over is the interaction of parameters, and noise. REFERENCES: Sobol, Math. Comput. Simul. 55, 271
// (2001), shares of the variance; Sudret, Reliab. Eng. Syst. Saf. 93, 964 (2008), shares from polynomials; Li
// et al., J. Phys. Chem. A 114, 6022 (2010), shares of a sum whose terms go together in the sample.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "solver_cuda/study/design.hpp"

namespace soleus::study {

struct Effect {
  // Mean of the figure with the parameter at either end of its range; where runs lack the figure, at the ends
  // of what those that have it reach.
  double low = 0, high = 0;
  double share = 0;  // of the figure's variance, 0 to 1: this parameter alone
};

struct Effects {
  std::vector<Effect> parameters;
  double mean = 0, least = 0, most = 0;  // of the runs
  double together = 0;                   // share of all parameters without their interactions
  int runs = 0;
};

/// Points in the unit cube and the figure at each, absent where a run failed or does not give it. Nothing
/// where fewer runs have it than straight lines need, one more than there are parameters.
std::optional<Effects> first_order(const Points& points, std::span<const std::optional<double>> values);

}  // namespace soleus::study
