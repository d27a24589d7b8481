#include "solver_cuda/kernels/correct_links.hpp"

#include <bit>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_sweep.hpp"

namespace soleus {

template <class L, class Real>
void make_room_for_corrections(Boundary<L, Real>& boundary) {
  boundary.wall_push = boundary.push;
  boundary.push.resize(boundary.shares.size());
}

template <class L, class Real>
KnownCorrections<L, Real>::KnownCorrections(const Boundary<L, Real>& corrected)
    : which_(corrected.which), packs_(corrected.packs), of_links_(corrected.push) {
  parallel_for(corrected.wall_push.size(), 4096,
               [&](std::size_t k) { of_links_[k] -= corrected.wall_push[k]; });
}

/// Links of a pack follow each other direction by direction, and node by node along each.
template <class L, class Real>
void KnownCorrections<L, Real>::carry_over(Boundary<L, Real>& boundary) const {
  const auto carry = [&](std::size_t pack) {
    BoundaryPack<L>& now = boundary.packs[boundary.which.rank(pack)];
    const BoundaryPack<L> none, &before = which_.has(pack) ? packs_[which_.rank(pack)] : none;
    std::size_t link = now.first_link, known = before.first_link;
    now.to_correct = 0;
    for (int i = 1; i < L::Q; ++i) {
      now.to_correct |= static_cast<std::uint16_t>(now.cut[i] & ~before.cut[i]);
      for (unsigned left = now.cut[i]; left != 0; left &= left - 1, ++link) {
        const unsigned lane = left & -left;
        if (before.cut[i] & lane)
          boundary.push[link] += of_links_[known + std::size_t(std::popcount(before.cut[i] & (lane - 1)))];
      }
      known += std::size_t(std::popcount(before.cut[i]));
    }
    now.to_correct &= now.at_wall;
  };
  parallel_for(boundary.which.which.size(), 16, [&](std::size_t word) {
    for (std::uint64_t left = boundary.which.which[word]; left != 0; left &= left - 1)
      carry(word * 64 + std::size_t(std::countr_zero(left)));
  });
}

template <class L, class Real>
void correct_links(Boundary<L, Real>& boundary, Populations<L, Real>& f, const Tiles& tiles,
                   const LumenNodes& nodes, const Relaxation<Real>& rates, Collision collision,
                   const std::vector<std::int32_t>& touched_tiles) {
  std::vector<std::uint8_t> touched(touched_tiles.empty() ? 0 : std::size_t(tiles.count()), 0);
  for (const std::int32_t tile : touched_tiles) touched[std::size_t(tile)] = 1;
  const Sweep<L, Real> sweep{.f = &f,
                             .tiles = &tiles,
                             .nodes = &nodes,
                             .boundary = &boundary,
                             .rates = rates,
                             .parity = f.next,
                             .collision = collision,
                             .instruction_set = best_instruction_set(),
                             .corrects = true,
                             .touched = touched.empty() ? nullptr : touched.data()};
  parallel_bricks(*f.order, [&](std::size_t first, std::size_t last) { step_bricks(sweep, first, last); });
}

template class KnownCorrections<D3Q19, float>;
template class KnownCorrections<D3Q19, double>;
template class KnownCorrections<D3Q27, float>;
template class KnownCorrections<D3Q27, double>;
template void make_room_for_corrections(Boundary<D3Q19, float>&);
template void make_room_for_corrections(Boundary<D3Q19, double>&);
template void make_room_for_corrections(Boundary<D3Q27, float>&);
template void make_room_for_corrections(Boundary<D3Q27, double>&);
template void correct_links(Boundary<D3Q19, float>&, Populations<D3Q19, float>&, const Tiles&,
                            const LumenNodes&, const Relaxation<float>&, Collision,
                            const std::vector<std::int32_t>&);
template void correct_links(Boundary<D3Q19, double>&, Populations<D3Q19, double>&, const Tiles&,
                            const LumenNodes&, const Relaxation<double>&, Collision,
                            const std::vector<std::int32_t>&);
template void correct_links(Boundary<D3Q27, float>&, Populations<D3Q27, float>&, const Tiles&,
                            const LumenNodes&, const Relaxation<float>&, Collision,
                            const std::vector<std::int32_t>&);
template void correct_links(Boundary<D3Q27, double>&, Populations<D3Q27, double>&, const Tiles&,
                            const LumenNodes&, const Relaxation<double>&, Collision,
                            const std::vector<std::int32_t>&);

}  // namespace soleus
