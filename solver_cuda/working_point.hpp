// What the limb of a case does at its openings, known before the run.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace soleus {

struct FlowCase;

/// What the limb alone does with its own vessel in the lumen's place, to the end of the run.
struct WorkingPoint {
  struct End {
    std::string opening, vessel;
    double least_pa = 0, most_pa = 0;            // driving pressure
    double most_in_m3_s = 0, most_out_m3_s = 0;  // through the replaced vessels, into the lumen and out of it
  };
  std::vector<End> ends;
  double largest_difference_pa = 0;  // of two ends
};
std::optional<WorkingPoint> working_point(const FlowCase& c);

/// Throws InputError when openings and limb do not fit.
void require_limb(const FlowCase& c);

}  // namespace soleus
