// metrics.json and metrics.csv, figures with their units.
#pragma once

#include <string>

#include "postprocess/metrics.hpp"

namespace soleus {

inline constexpr int metrics_version = 1;

/// Everything: figures per cycle, credibility sheet, time series. Each figure is {"value": ..., "unit": ...};
/// a figure that the run did not provide is left out.
std::string metrics_json(const Flow& flow, const Metrics& metrics);

/// The same in long format, one value per row:
/// kind,cycle,time_s,quantity,opening,unit,value,case_hash,program. The last two are the same in all rows:
/// tables of several runs can be put under each other, and a reader of CSV needs to know of no comment lines.
std::string metrics_csv(const Flow& flow, const Metrics& metrics);

}  // namespace soleus
