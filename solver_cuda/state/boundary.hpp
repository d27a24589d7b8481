// What is cut by walls and caps: links with the slots they read and write, valid until the wall moves on.
#pragma once

#include <array>
#include <bit>
#include <vector>

#include "pipeline/base/vec3.hpp"
#include "solver_cuda/physics/open_end.hpp"
#include "solver_cuda/physics/wall_link.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// A row of eight nodes of a tile of which some have neighbours that are not fluid. Bit x of a mask: node x
/// of the row.
template <class L>
struct BoundaryRow {
  std::uint8_t cut[L::Q] = {};   // fluid nodes at which what arrives along i comes from no fluid node
  std::uint8_t at_wall = 0;      // fluid nodes with wall links
  std::uint32_t directions = 0;  // bit i: some node is cut along i
  std::uint32_t first_link = 0;  // of the row, in `links`; they go on to the next row's
};

/// The boundary within a tile.
struct BoundaryTile {
  std::uint64_t rows = 0;       // which of the tile's 64 rows are boundary rows
  std::uint32_t first_row = 0;  // the first of them in `rows`
  std::uint32_t wall_nodes = 0;
  double mass_per_step = 0;             // that the moving wall displaces into the lumen
  double cells_per_step = 0;            // its volume
  std::uint32_t wall_nodes_around = 0;  // in the 27 tiles around, itself included
};

/// What an opening imposes in this step, lattice units.
struct OpeningValue {
  double factor = 0;  // of an imposed flow
  double drho = 0;    // density excess of a pressure opening
};

template <class L, class Real>
struct Boundary {
  std::vector<BoundaryTile> tiles;   // [active tiles]
  std::vector<BoundaryRow<L>> rows;  // and one at the end, for the last row's end of links
  // By row, direction and node, one for each bit of `cut`; openings have links too, which send back what
  // leaves. Eight values more than links: rows are read whole.
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
    Real inward[3] = {};
    double flow = 0;  // imposed for a factor of one, positive into the lumen [cells per step]
    std::vector<OpenNode> nodes;
    double mass_in = 0;  // lattice mass that entered in the last step
  };
  std::vector<CapLinks> caps;  // in the order of Wall::caps()
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
  return b.tiles.capacity() * sizeof(BoundaryTile) + b.rows.capacity() * sizeof(BoundaryRow<L>) +
         (b.shares.capacity() + b.push.capacity() + b.wall_push.capacity()) * sizeof(Real) +
         b.slip.capacity() * sizeof b.slip[0];
}

/// visit(row of the tile, boundary row) for each boundary row of the k-th active tile.
template <class L, class Real, class Visit>
void for_each_row(const Boundary<L, Real>& b, std::size_t k, const Visit& visit) {
  std::uint32_t r = b.tiles[k].first_row;
  for (std::uint64_t left = b.tiles[k].rows; left != 0; left &= left - 1, ++r)
    visit(std::countr_zero(left), b.rows[r]);
}

/// visit(node of the row, direction, link) for each link of a row, also those through openings.
template <class L, class Visit>
void for_each_link(const BoundaryRow<L>& row, const Visit& visit) {
  std::uint32_t link = row.first_link;
  for (int i = 1; i < L::Q; ++i)
    for (unsigned left = row.cut[i]; left != 0; left &= left - 1) visit(std::countr_zero(left), i, link++);
}

}  // namespace soleus
