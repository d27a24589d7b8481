// The figures of a cycle as a clinic reads them: names in words, its units, and what is usual in health where
// that is published.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "postprocess/metrics.hpp"

namespace soleus {

struct ClinicalFigure {
  std::string name;                                // in metrics.json
  std::string of;                                  // opening or valve; empty: of the whole lumen
  std::string label, unit;                         // as shown
  double per_si = 1;                               // shown over SI
  std::optional<double> value{};                   // SI
  std::optional<double> usual_from{}, usual_to{};  // SI, of a healthy leg
  std::string source{};                            // of what is usual
};

/// Those that a run gives; valves first.
std::vector<ClinicalFigure> clinical_figures(const Cycle& cycle);

/// "Regurgitant fraction, popliteal".
std::string title(const ClinicalFigure& f);
/// An SI value in the figure's unit, three digits.
std::string shown(const ClinicalFigure& f, double si);
/// "up to 0.5 s", "50 to 75 %"; empty where nothing is published.
std::string usual(const ClinicalFigure& f);

}  // namespace soleus
