// What interpolated links lack for flows that are parabolas along them, put into their push.
#pragma once

#include "solver_cuda/choices.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/state/boundary.hpp"

namespace soleus {

/// Time steps, an even number: the correction may lag behind the flow, being a part of some per cent of it,
/// but has to be found less often than a step is taken (a row at the wall costs as much as two steps of it).
inline constexpr int correction_interval = 32;
/// Under a moving wall, of which the links are found anew sooner, they keep their corrections until one of
/// these updates comes so many steps after all were last found.
inline constexpr int corrections_kept = correction_interval / 2;

/// After link_wall().
template <class L, class Real>
void make_room_for_corrections(Boundary<L, Real>& boundary);

/// Corrections that links have before the wall moves, for those that it still cuts then.
template <class L, class Real>
class KnownCorrections {
 public:
  explicit KnownCorrections(const Boundary<L, Real>& corrected);
  /// After make_room_for_corrections(): nodes with a link that was none are to be corrected, the others are.
  void carry_over(Boundary<L, Real>& boundary) const;

 private:
  PackSet which_;
  std::vector<BoundaryPack<L>> packs_;
  std::vector<Real> of_links_;
};

/// Of the nodes `to_correct`, from the populations before an even step, as physics/wall_link.hpp has it.
/// Links whose next node inwards is not fluid, half-way ones and those through openings have no correction.
/// Nor have links of tiles that sheets touch, or into these: what a sheet pushes makes no parabola, and a
/// correction by it draws fluid out of the wall, which pushes the sheet in turn.
template <class L, class Real>
void correct_links(Boundary<L, Real>& boundary, Populations<L, Real>& f, const Tiles& tiles,
                   const LumenNodes& nodes, const Relaxation<Real>& rates, Collision collision,
                   const std::vector<std::int32_t>& touched_tiles = {});

}  // namespace soleus
