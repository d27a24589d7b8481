// What is cut by walls and caps: links with the slots they read and write, valid until the wall moves on.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <utility>
#include <vector>

#include "pipeline/base/vec3.hpp"
#include "solver_cuda/physics/open_end.hpp"
#include "solver_cuda/physics/wall_link.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// A pack of which some nodes are not fluid or have neighbours that are not. Bit l of a mask: node l.
template <class L>
struct BoundaryPack {
  std::uint16_t cut[L::Q] = {};  // fluid nodes at which what arrives along i comes from no fluid node
  std::uint16_t at_wall = 0;     // fluid nodes with wall links
  std::uint16_t fluid = 0;
  std::uint16_t to_correct = 0;  // wall nodes whose links' corrections are to be found
  std::uint32_t directions = 0;  // bit i: some node is cut along i
  std::uint32_t first_link = 0;  // of the pack, in `shares`; they go on to the next pack's
};

/// Some of all packs. Its arrays are as they are on a device too.
struct PackSet {
  std::vector<std::uint64_t> which;   // [packs / 64 + 1]
  std::vector<std::uint32_t> before;  // how many of them come before those of `which`

  explicit PackSet(std::size_t packs = 0) : which(packs / 64 + 1), before(which.size()) {}
  bool has(std::size_t pack) const { return which[pack / 64] >> (pack % 64) & 1; }
  void clear() { std::ranges::fill(which, 0); }
  void insert(std::size_t pack) { which[pack / 64] |= std::uint64_t(1) << (pack % 64); }
  /// After the last insert().
  void count() {
    std::uint32_t sum = 0;
    for (std::size_t k = 0; k < which.size(); ++k)
      before[k] = std::exchange(sum, sum + static_cast<std::uint32_t>(std::popcount(which[k])));
  }
  /// Number of those before a pack.
  std::size_t rank(std::size_t pack) const {
    const std::uint64_t below = which[pack / 64] & ((std::uint64_t(1) << (pack % 64)) - 1);
    return before[pack / 64] + static_cast<std::size_t>(std::popcount(below));
  }
};

/// The boundary within a tile.
struct BoundaryTile {
  std::uint32_t wall_nodes = 0;
  std::uint32_t wall_nodes_around = 0;  // in the 27 tiles around, itself included
  double mass_per_step = 0;             // that the moving wall displaces into the lumen
  double cells_per_step = 0;            // its volume
};

/// What an opening imposes in this step, lattice units.
struct OpeningValue {
  double factor = 0;  // of an imposed flow
  double drho = 0;    // density excess of a pressure opening
  WaveEnd end{};      // what lies between the opening and that
};

template <class L, class Real>
struct Boundary {
  const RowOrder* order;
  std::vector<BoundaryTile> tiles;        // [active tiles]
  PackSet which;                          // packs are boundary packs
  std::vector<BoundaryPack<L>> packs{1};  // those, and one at the end, for the last one's end of links
  // By pack, direction and node, one for each bit of `cut`; openings have links too, which send back what
  // leaves. A pack of values more than links: they are read as many at once.
  std::vector<Real> shares;     // WallLink::share
  std::vector<Real> push;       // WallLink::push; empty while nothing moves and no link is corrected
  std::vector<Real> wall_push;  // the moving wall's part of it where links are corrected, else empty
  // What the last step of each parity let in beyond what the moving wall displaces, per wall node around
  // [tiles]; the next step takes it back from the populations at rest of all those nodes.
  std::array<std::vector<double>, 2> let_in;
  std::vector<std::array<Arriving, 2>> slip;  // what frictionless faces exchange after the sweep

  struct OpenNode {
    Node node;
    std::uint32_t directions;
    Real profile = 0;      // flow openings: inward velocity that belongs to a flow of one cell per step
    Macro<Real> inside{};  // density and velocity of the node when the step begins
  };
  struct CapLinks {
    bool imposes_flow = false;
    int way = 0;  // of an ideal valve: 1 into the lumen, -1 out of it
    Real inward[3] = {};
    double flow = 0;  // imposed for a factor of one, positive into the lumen [cells per step]
    std::vector<OpenNode> nodes;
    double mass_in = 0;  // lattice mass that entered in the last step
  };
  std::vector<CapLinks> caps;          // in the order of Wall::caps()
  std::vector<OpeningState> openings;  // [caps]

  /// Nothing is cut. `row_order`: that of the populations.
  explicit Boundary(const RowOrder& row_order) : order(&row_order), which(row_order.packs()) {}
};

/// Mass that each wall node of a tile has to give up before a step; `last`: what the step before it let in.
template <class Tile>
inline double excess_at(const std::vector<double>& last, const Tile& neighbours) {
  double sum = 0;
  for (const std::int32_t tile : neighbours) sum += last[static_cast<std::size_t>(tile)];
  return sum;
}

/// Memory that it takes, but for the openings.
template <class L, class Real>
std::size_t bytes(const Boundary<L, Real>& b) {
  return b.tiles.capacity() * sizeof(BoundaryTile) + b.packs.capacity() * sizeof(BoundaryPack<L>) +
         (b.shares.capacity() + b.push.capacity() + b.wall_push.capacity()) * sizeof(Real) +
         b.slip.capacity() * sizeof b.slip[0] + b.which.which.capacity() * 12;
}

/// visit(pack, its nodes) for each boundary pack of a brick; at lanes without a node stands node 0.
template <class L, class Real, class Visit>
void for_each_pack(const Boundary<L, Real>& b, const LumenNodes& nodes, std::size_t brick,
                   const Visit& visit) {
  const RowOrder& order = *b.order;
  for (std::size_t pack = order.first_pack(brick); pack < order.first_pack(brick + 1); ++pack) {
    if (!b.which.has(pack)) continue;
    std::array<Node, pack_nodes> of_pack{};
    order.for_each_row(brick, pack, [&](const RowOfBrick& row, int lane) {
      const std::int32_t active = order.active[std::size_t(order.bricks[brick].first + row.tile)];
      const Node first = nodes.active_tiles[std::size_t(active)] * tile_nodes + row.row * tile_edge;
      for (unsigned left = row.nodes; left != 0; left &= left - 1) {
        const int x = std::countr_zero(left);
        if (lane + x >= 0 && lane + x < pack_nodes) of_pack[std::size_t(lane + x)] = first + x;
      }
    });
    visit(b.packs[b.which.rank(pack)], of_pack);
  }
}

/// visit(lane, direction, link) for each link of a pack, also those through openings.
template <class L, class Visit>
void for_each_link(const BoundaryPack<L>& pack, const Visit& visit) {
  std::uint32_t link = pack.first_link;
  for (int i = 1; i < L::Q; ++i)
    for (unsigned left = pack.cut[i]; left != 0; left &= left - 1) visit(std::countr_zero(left), i, link++);
}

}  // namespace soleus
