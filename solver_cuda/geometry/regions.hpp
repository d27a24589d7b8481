// Stretches of vein along the branches' centrelines.
#pragma once

#include <vector>

#include "pipeline/base/fields.hpp"

namespace soleus {

/// A stretch of vein that is squeezed, with smooth ends.
struct ContractionRegion {
  int branch = -1;              // -1: all branches
  double from_m = 0, to_m = 0;  // abscissa range
  double edge_m = 0;            // length of the smooth ends
};
void describe(Fields& f, ContractionRegion& r);

/// 1 inside a region, 0 outside, raised-cosine ends; 1 everywhere when there are none.
double share(const std::vector<ContractionRegion>& regions, int branch, double abscissa_m);

}  // namespace soleus
