// Sheets that come close to the wall of the lumen are pushed off it.
#pragma once

#include <algorithm>
#include <vector>

#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/kernels/contact.hpp"

namespace soleus {

/// What is known of the way from each node to the wall.
struct WallContact {
  std::vector<std::vector<double>> gap_m{};    // [sheets][nodes] nearer than this it is pushed
  std::vector<std::vector<double>> clear_m{};  // [sheets][nodes] its way to there when last looked at, ...
  std::vector<std::vector<Vec3>> seen_at_m{};  // ... and where that was

  /// The wall has moved.
  void forget() {
    for (std::vector<double>& of_sheet : clear_m) std::fill(of_sheet.begin(), of_sheet.end(), 0.0);
  }
};

/// The distances to the wall are those of the nodes of its band, linear between them. `gap_m` is the rule's,
/// or the distance that a node has at the start, less where it is attached. Adds to the force on the nodes of
/// each sheet [N]; the wall takes the opposite.
void add_wall_contact(std::vector<std::vector<Vec3>>& force_n, const std::vector<ImmersedSheet>& sheets,
                      const ContactRule& rule, const NearWall& near, const Lattice& lattice,
                      WallContact& known);

}  // namespace soleus
