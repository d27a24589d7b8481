// The population that comes back along a link that the wall cuts, from what is known at the fluid node alone.
// REFERENCES: Ginzburg, Verhaeghe & d'Humieres, Commun. Comput. Phys. 3, 519 (2008), closure relations of
// interpolated walls; Marson, Thorimbert, Chopard, Ginzburg & Latt, Phys. Rev. E 103, 053308 (2021), rules of
// one node with a correction by the odd off-equilibrium part; Ladd, J. Fluid Mech. 271, 285 (1994), momentum
// of a moving wall.
#pragma once

#include "solver_cuda/physics/velocity_set.hpp"

namespace soleus {

/// One link. The wall lies at fraction q in (0, 1] of the link from the fluid node towards the solid one.
template <class Real>
struct WallLink {
  Real share;  // alpha = 2 q below one half, minus alpha = -1/(2 q) from one half on; 1 is half-way
               // bounce-back
  Real push;   // momentum given by the moving wall
};

/// What the moving wall pushes along i whatever q is: the mass that it displaces over this link.
template <class L>
SOLEUS_HD inline double displaced_mass(int i, double rho, double c_dot_u_wall) {
  return 6 * L::weight(i) * rho * c_dot_u_wall;
}

/// q gamma of reflect() from a link's share, V a number or a pack.
template <class V>
SOLEUS_HD inline void q_gamma(V& value, const V& share) {
  value = share > V{} ? share : V{} + 1 - (V{} + 1 + share) / 5;
}

/// Direction i points from the wall into the fluid; `rho` is the density of the fluid at the wall, u_wall in
/// lattice units. Independent of the viscosity for a wall with a linear velocity profile; with fixed magic
/// parameter also for a parabolic one.
template <class L, class Real>
SOLEUS_HD inline WallLink<Real> wall_link(int i, double q, double rho, double c_dot_u_wall) {
  const double mass = displaced_mass<L>(i, rho, c_dot_u_wall);
  if (q < 0.5) return {Real(2 * q), Real(mass)};
  const double share = -0.5 / q;
  double of_mass;
  q_gamma(of_mass, share);
  return {Real(share), Real(-share * of_mass * mass)};
}

/// Half-way bounce-back whatever q is: a staircase wall.
template <class L, class Real>
SOLEUS_HD inline WallLink<Real> halfway_link(int i, double rho, double c_dot_u_wall) {
  return {Real(1), Real(displaced_mass<L>(i, rho, c_dot_u_wall))};
}

/// At the fluid node, shifted: what arrived along i, what left along its opposite after the collision, and
/// the odd part e of the equilibrium of direction i, 3 w rho c_i . u.
template <class Real>
struct AtLink {
  Real arrived, left_opposite, odd_equilibrium;
};

/// Momentum of a node, half the force included: AtLink::odd_equilibrium is 3 w c_i . this.
template <class V>
struct Momentum {
  V x, y, z;
};
/// Of what arrives at a node, V a number or a pack.
template <class L, class V, class R>
SOLEUS_HD inline void arriving_momentum(Momentum<V>& j, const V (&f)[L::Q], const R (&force)[3]) {
  j = {V{} + R(0.5) * force[0], V{} + R(0.5) * force[1], V{} + R(0.5) * force[2]};
#pragma GCC unroll 27
  for (int i = 1; i < L::Q; ++i) {
    if (L::cx(i) != 0) j.x += R(L::cx(i)) * f[i];
    if (L::cy(i) != 0) j.y += R(L::cy(i)) * f[i];
    if (L::cz(i) != 0) j.z += R(L::cz(i)) * f[i];
  }
}

/// What arrives along i at the next step, V a number or a pack:
///     f_i - gamma (e + q near),    near = f_i - f*_opposite - 2 e,
/// which leaves a linear flow as it is when its velocity is nothing at the wall, whatever gamma is. In a
/// steady flow Lambda alone stands in front of the odd off-equilibrium part, so that the place of the wall is
/// independent of the viscosity at a fixed magic parameter. gamma is 2 below one half. From one half on 1/q,
/// with which nothing of f_i is left, lets a mode that alternates from node to node grow where tau - 1/2 is
/// below 2e-3, in 7 of 360 tubes 4 to 8 cells across that were tried at 8e-4 (largest eigenvalue of the
/// linear scheme; a saphenous vein was another); some part less of it, up to a tenth at q = 1, lets none.
/// The central interpolation of Ginzburg et al. (2008) is not stable with one node.
template <class V>
SOLEUS_HD inline void reflect(V& back, const WallLink<V>& link, const AtLink<V>& f) {
  const V e2 = f.odd_equilibrium + f.odd_equilibrium, near = f.arrived - f.left_opposite - e2;
  const V one = V{} + 1;
  back = f.left_opposite +
         (link.share > V{} ? (one - link.share) * near
                           : (one + link.share) * (e2 + (near - link.share * e2) / 5)) +
         link.push;
}
template <class Real>
SOLEUS_HD inline Real reflect(const WallLink<Real>& link, const AtLink<Real>& f) {
  Real back;
  reflect(back, link, f);
  return back;
}

template <class V>
SOLEUS_HD inline void size_of(V& size, const V& of) {
  size = of > V{} ? of : -of;
}

/// 3 w rho c_i . u along a link: at the node, at the next node inwards and at the wall; and how the flow
/// changes between these two nodes.
template <class V>
struct LinkProfile {
  V here, inside, wall;
  V change;    // of rho u, the sizes along the axes added up, times 3 w
  V resolved;  // how far the nodes resolve the flow, from 0 to 1
};

/// Lattice viscosity below which the curvature of a flow is trusted less. With a trust of a half at any
/// viscosity the linear scheme grows in one of ten tubes of 4 to 8 cells at 7e-4, none at 2e-3.
inline constexpr double viscosity_trusted = 3e-3;

template <class V, class R>
SOLEUS_HD inline void change_inwards(LinkProfile<V>& e, const Momentum<V>& here, const Momentum<V>& inside,
                                     R weight, R viscosity) {
  V x, y, z;
  size_of<V>(x, inside.x - here.x), size_of<V>(y, inside.y - here.y), size_of<V>(z, inside.z - here.z);
  const V all = x + y + z, left = V{} + 1 - all / (2 * viscosity);
  const R most = viscosity < R(viscosity_trusted) ? viscosity / R(viscosity_trusted) : R(1);
  e.resolved = (left > V{} ? left : V{}) * most;
  e.change = 3 * weight * all;
}

/// What reflect() lacks for a flow that is a parabola along its link, whatever the direction and the
/// collision; to be added to `push`. `odd` is the sum of the odd off-equilibrium parts of direction i before
/// and after the collision. In a steady flow reflect() settles where
///     e - q e' + q odd = 0,   while the wall asks for   e - q e' + q^2/2 e'' = e_wall,
/// so that q gamma (odd - q/2 e'') is lacking; e'' from the wall and two nodes. Found again and again
/// from the flow that it leads to it converges: a slip of that flow along the link comes back as q/(1 + q) of
/// itself.
/// Where more than a part of the change of the flow from the wall to the next node is lacking, the nodes do
/// not resolve a parabola (corners, thin layers, nodes just uncovered): the more, the less of it is trusted,
/// and nothing from twice that part on. The part is a half where the grid resolves the flow, as links that
/// graze a round wall need, and an eighth where the change over a cell is twice the lattice viscosity or
/// more; there the flow across the link does not count, which enters by the gradient of its square in the odd
/// part. Without this bound a contracting vein seven cells across at tau - 1/2 = 2.4e-3 diverges; with a half
/// everywhere a lid drives a cavity 11 % too fast.
template <class V>
SOLEUS_HD inline void curvature_push(V& push, const V& share, const V& odd, const LinkProfile<V>& e) {
  const V twice_q = share > V{} ? share : (V{} - 1) / share;
  const V inner = e.inside - e.here, outer = e.here - e.wall;
  const V lacking = odd - (twice_q * inner / 2 - outer) / (twice_q / 2 + 1);
  V along_inner, along_outer, size;
  size_of(along_inner, inner), size_of(along_outer, outer), size_of(size, lacking);
  const V along = along_inner + along_outer, most = (along + (along + e.change) * 3 * e.resolved) / 8;
  const V left = most + most - size;
  const V trusted = size < most ? size : left > V{} ? left : V{};
  q_gamma(push, share);
  push *= lacking > V{} ? trusted : -trusted;
}

/// 3 w rho c_i . u_wall of a link, from the push of its moving wall.
template <class V>
SOLEUS_HD inline void wall_equilibrium(V& e, const V& share, const V& wall_push) {
  V q_g;
  q_gamma(q_g, share);
  e = wall_push / (share > V{} ? V{} + 2 : share * q_g * -2);
}

}  // namespace soleus
