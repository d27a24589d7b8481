#include "solver_cuda/kernels/wall_force.hpp"

#include <bit>
#include <cmath>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/kernels/link_openings.hpp"
#include "solver_cuda/kernels/link_wall.hpp"
#include "solver_cuda/physics/cumulant.hpp"
#include "solver_cuda/physics/regularized.hpp"

namespace soleus {
namespace {

template <class L, class Model, class Real>
void collide_with(Real (&g)[L::Q], const Relaxation<Real>& rates, Collision collision) {
  if (collision == Collision::trt) collide_trt<L, Model>(g, rates);
  if (collision == Collision::regularized) collide_regularized<L, Model>(g, rates);
  if constexpr (L::Q == D3Q27::Q)
    if (collision == Collision::cumulant) collide_cumulant<L, Model>(g, rates);
}

/// One node before and after its collision.
template <class L, class Real>
struct Collided {
  Real before[L::Q], after[L::Q];
  Vec3 momentum;  // before, half the force added
  double rho = 1;
  std::uint32_t open = 0;
};

template <class L, class Real>
Collided<L, Real> collided(const Populations<L, Real>& f, const WallView& view, Node n,
                           const Relaxation<Real>& rates, Collision collision) {
  Collided<L, Real> c;
  gather(f, view.lattice.tiles, view.lattice.nodes, n, c.before);
  c.momentum = Vec3{double(rates.force[0]), double(rates.force[1]), double(rates.force[2])} * 0.5;
  for (int i = 0; i < L::Q; ++i) {
    c.after[i] = c.before[i];
    c.momentum += L::c(i) * double(c.before[i]);
    c.rho += double(c.before[i]);
  }
  if (rates.rheology.model == RheologyModel::newtonian)
    collide_with<L, Newtonian>(c.after, rates, collision);
  else
    collide_with<L, GeneralizedNewtonian>(c.after, rates, collision);
  c.open = open_directions(view, n);
  return c;
}

/// Momentum that a link gives to the wall in a step, lattice units.
template <class L, class Real>
Vec3 exchanged(const WallView& view, Node n, int i, const WallLink<Real>& link, const Collided<L, Real>& c) {
  const int o = L::opposite(i);
  const auto odd = static_cast<Real>(3 * L::weight(i) * dot(L::c(i), c.momentum));
  const double out = c.after[o], back = reflect(link, AtLink<Real>{c.before[i], c.after[o], odd});
  const NearWall& near = view.near;
  const Vec3 at = cut_point(view, n, i);
  const FaceConfig* face = view.wall.face(at, face_margin * view.scales.dx_m);
  Vec3 given = L::c(i) * -(out + back);
  if (face &&
      face->slip) {  // what is sent back belongs to the pair of links: only the normal part is its own
    Vec3 normal{};
    normal[axis_of(face->face)] = given[axis_of(face->face)];
    return normal;
  }
  const std::int32_t xs = near.slot(n), ys = near.slot(view.lattice.tiles.neighbour(n, o));
  if (near.max_speed_m_s == 0 || xs < 0) return given;
  const double q = norm(at - view.lattice.tiles.position(n)) / (norm(L::c(i)) * view.scales.dx_m);
  const Vec3 wall = near.link_velocity(static_cast<std::size_t>(xs), ys, q) / view.scales.velocity_m_s();
  return given + wall * displaced_mass<L>(i, c.rho, dot(L::c(i), wall));
}

}  // namespace

template <class L, class Real>
Vec3 wall_force(const Populations<L, Real>& f, const Boundary<L, Real>& boundary, const WallView& view,
                const Relaxation<Real>& rates, Collision collision, ForceOn part) {
  const Vec3 total = parallel_sum(f.order->bricks.size() - 1, Vec3{}, [&](std::size_t brick) {
    Vec3 sum{};
    for_each_pack(boundary, view.lattice.nodes, brick, [&](const BoundaryPack<L>& pack, const auto& nodes) {
      Collided<L, Real> at[pack_nodes];
      for (unsigned left = pack.at_wall; left != 0; left &= left - 1) {
        const int l = std::countr_zero(left);
        at[l] = collided<L>(f, view, nodes[l], rates, collision);
      }
      for_each_link(pack, [&](int l, int i, std::uint32_t k) {
        if (!(pack.at_wall >> l & 1) || at[l].open >> i & 1) return;
        if (part == ForceOn::obstacles &&
            !view.wall.on_obstacle(cut_point(view, nodes[l], i), view.near.now()))
          return;
        const WallLink<Real> link{boundary.shares[k], boundary.push.empty() ? Real(0) : boundary.push[k]};
        sum += exchanged<L>(view, nodes[l], i, link, at[l]);
      });
    });
    return sum;
  });
  return total * (view.scales.force_pa_m() * std::pow(view.scales.dx_m, 3));
}

template Vec3 wall_force(const Populations<D3Q19, float>&, const Boundary<D3Q19, float>&, const WallView&,
                         const Relaxation<float>&, Collision, ForceOn);
template Vec3 wall_force(const Populations<D3Q19, double>&, const Boundary<D3Q19, double>&, const WallView&,
                         const Relaxation<double>&, Collision, ForceOn);
template Vec3 wall_force(const Populations<D3Q27, float>&, const Boundary<D3Q27, float>&, const WallView&,
                         const Relaxation<float>&, Collision, ForceOn);
template Vec3 wall_force(const Populations<D3Q27, double>&, const Boundary<D3Q27, double>&, const WallView&,
                         const Relaxation<double>&, Collision, ForceOn);

}  // namespace soleus
