#include "solver_cuda/kernels/slip.hpp"

#include <tuple>
#include <utility>

#include "solver_cuda/kernels/link_openings.hpp"
#include "solver_cuda/kernels/link_wall.hpp"

namespace soleus {
namespace {

/// The direction with c flipped along all axes but `normal`.
template <class L>
int mirrored(int i, int normal) {
  Vec3 c = L::c(i) * -1.0;
  c[normal] = L::c(i)[normal];
  int j = 1;
  while (!(L::c(j) == c)) ++j;
  return j;
}

const FaceConfig* slip_face(const WallView& view, Node n, int i) {
  if (open_directions(view, n) >> i & 1) return nullptr;
  const FaceConfig* face = view.wall.face(cut_point(view, n, i), face_margin * view.scales.dx_m);
  return face && face->slip ? face : nullptr;
}

/// The pair of the link that arrives at the fluid node n along i, if it has one.
template <class L, class Real>
void link_pair(Boundary<L, Real>& boundary, const WallView& view, Node n, int i) {
  const FaceConfig* face = slip_face(view, n, i);
  if (!face) return;
  const Lattice& lattice = view.lattice;
  int along[3] = {-L::cx(i), -L::cy(i), -L::cz(i)};
  along[axis_of(face->face)] = 0;
  const Node partner = lattice.tiles.neighbour(n, along[0], along[1], along[2]);
  const int j = mirrored<L>(i, axis_of(face->face));
  const Arriving here{n, i}, there{partner, j};
  if (std::tie(n, i) >= std::tie(partner, j) || !lattice.nodes.fluid(partner)) return;  // each pair once
  if (slip_face(view, partner, j) == face) boundary.slip.push_back({here, there});
}

}  // namespace

template <class L, class Real>
void link_slip(Boundary<L, Real>& boundary, const WallView& view) {
  boundary.slip.clear();
  if (!view.wall.has_faces()) return;
  for (std::size_t brick = 0; brick + 1 < boundary.order->bricks.size(); ++brick)
    for_each_pack(boundary, view.lattice.nodes, brick, [&](const BoundaryPack<L>& pack, const auto& nodes) {
      for_each_link(pack, [&](int l, int i, std::uint32_t) { link_pair(boundary, view, nodes[l], i); });
    });
}

template <class L, class Real>
void exchange_slip(Populations<L, Real>& f, const Boundary<L, Real>& boundary) {
  for (const auto& [a, b] : boundary.slip) std::swap(f.at(a.node, a.i), f.at(b.node, b.i));
}

template void link_slip(Boundary<D3Q19, float>&, const WallView&);
template void link_slip(Boundary<D3Q19, double>&, const WallView&);
template void link_slip(Boundary<D3Q27, float>&, const WallView&);
template void link_slip(Boundary<D3Q27, double>&, const WallView&);
template void exchange_slip(Populations<D3Q19, float>&, const Boundary<D3Q19, float>&);
template void exchange_slip(Populations<D3Q19, double>&, const Boundary<D3Q19, double>&);
template void exchange_slip(Populations<D3Q27, float>&, const Boundary<D3Q27, float>&);
template void exchange_slip(Populations<D3Q27, double>&, const Boundary<D3Q27, double>&);

}  // namespace soleus
