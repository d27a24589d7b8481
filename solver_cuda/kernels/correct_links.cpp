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
                   const LumenNodes& nodes, const Relaxation<Real>& rates, Collision collision) {
  const Sweep<L, Real> sweep{.f = &f,
                             .tiles = &tiles,
                             .nodes = &nodes,
                             .boundary = &boundary,
                             .rates = rates,
                             .parity = f.next,
                             .collision = collision,
                             .instruction_set = best_instruction_set(),
                             .corrects = true};
  parallel_bricks(*f.order, [&](std::size_t first, std::size_t last) { step_bricks(sweep, first, last); });
}

namespace {
/// visit(link, next node) for the links of a node, the next one inwards.
template <class L, class Real, class Visit>
void for_each_link(const Boundary<L, Real>& boundary, std::size_t place, Node n, const Tiles& tiles,
                   const Visit& visit) {
  const std::size_t pack = place / pack_nodes, lane = place % pack_nodes;
  if (!boundary.which.has(pack)) return;
  const BoundaryPack<L>& links = boundary.packs[boundary.which.rank(pack)];
  std::size_t first = links.first_link;
  for (int i = 1; i < L::Q; ++i) {
    const unsigned cut = links.cut[i];
    if (cut >> lane & 1)
      visit(first + std::size_t(std::popcount(cut & ((1u << lane) - 1))), tiles.neighbour(n, i));
    first += std::size_t(std::popcount(cut));
  }
}
}  // namespace

template <class L, class Real>
void drop_corrections(Boundary<L, Real>& boundary, const std::vector<std::int32_t>& touched_tiles,
                      const Tiles& tiles, const LumenNodes& nodes, const RowOrder& order) {
  std::vector<std::uint8_t> touched(std::size_t(tiles.count()), 0), around = touched;
  for (const std::int32_t tile : touched_tiles) {
    touched[std::size_t(tile)] = 1;
    for (int side = 0; side < 27; ++side) around[std::size_t(tiles.populated_neighbour(tile, side))] = 1;
  }
  const std::vector<Real>& of_wall = boundary.wall_push;
  parallel_for(std::size_t(tiles.populated), 64, [&](std::size_t tile) {
    if (tile == 0 || !around[tile]) return;
    for (std::size_t row = 64 * tile; row < 64 * (tile + 1); ++row)
      for (unsigned left = nodes.candidate_rows[row]; left != 0; left &= left - 1) {
        const int x = std::countr_zero(left);
        for_each_link(boundary, std::size_t(order.row[row] + x), Node(8 * row) + x, tiles,
                      [&](std::size_t link, Node next) {
                        if (touched[tile] || touched[std::size_t(next / tile_nodes)])
                          boundary.push[link] = of_wall.empty() ? Real(0) : of_wall[link];
                      });
      }
  });
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
                            const LumenNodes&, const Relaxation<float>&, Collision);
template void correct_links(Boundary<D3Q19, double>&, Populations<D3Q19, double>&, const Tiles&,
                            const LumenNodes&, const Relaxation<double>&, Collision);
template void correct_links(Boundary<D3Q27, float>&, Populations<D3Q27, float>&, const Tiles&,
                            const LumenNodes&, const Relaxation<float>&, Collision);
template void correct_links(Boundary<D3Q27, double>&, Populations<D3Q27, double>&, const Tiles&,
                            const LumenNodes&, const Relaxation<double>&, Collision);

template void drop_corrections(Boundary<D3Q19, float>&, const std::vector<std::int32_t>&, const Tiles&,
                               const LumenNodes&, const RowOrder&);
template void drop_corrections(Boundary<D3Q19, double>&, const std::vector<std::int32_t>&, const Tiles&,
                               const LumenNodes&, const RowOrder&);
template void drop_corrections(Boundary<D3Q27, float>&, const std::vector<std::int32_t>&, const Tiles&,
                               const LumenNodes&, const RowOrder&);
template void drop_corrections(Boundary<D3Q27, double>&, const std::vector<std::int32_t>&, const Tiles&,
                               const LumenNodes&, const RowOrder&);

}  // namespace soleus
