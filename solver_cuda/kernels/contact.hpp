// Sheets that come close push each other apart: a node of one and the nearest triangle of another, equal and
// opposite, so that momentum and angular momentum are kept.
#pragma once

#include <vector>

#include "solver_cuda/physics/contact_push.hpp"
#include "solver_cuda/state/immersed_sheet.hpp"

namespace soleus {

/// Which triangles of other sheets a node may meet before something has moved by half of `skin_m`.
struct ContactCandidates {
  struct Triangle {
    int sheet, triangle;
  };
  std::vector<std::vector<std::int32_t>> first;  // [sheets][nodes + 1] in `triangles`
  std::vector<std::vector<Triangle>> triangles;  // [sheets]
  std::vector<std::vector<Vec3>> found_at_m;     // [sheets][nodes]
  double gone_m = 0;  // the furthest that a node may have gone in all since they were found
  std::vector<std::vector<double>> clear_until_m;  // [sheets][triangles] no contact before `gone_m` is that
  std::vector<std::vector<Vec3>> before_m;         // [sheets][nodes] in the last step
};

/// Force on the nodes of each sheet [N]: zero where nothing is near. Renews the candidates when they may miss
/// a contact.
void contact_forces(std::vector<std::vector<Vec3>>& force_n, const std::vector<ImmersedSheet>& sheets,
                    const ContactRule& rule, ContactCandidates& candidates);

}  // namespace soleus
