#include "solver_cuda/kernels/reflect.hpp"

#include "solver_cuda/backend/cpu_parallel.hpp"
#include "solver_cuda/physics/moments.hpp"

namespace soleus {
namespace {

/// Slot of the population that left n along i in the last step.
Slot left_along(const Tiles& t, Parity next, Node n, int i) {
  if (next == Parity::odd) return slot(n, d3q19::opposite(i));
  return slot(t.neighbour(n, d3q19::cx(i), d3q19::cy(i), d3q19::cz(i)), i);
}

/// Post-collision populations of a node: momentum is rho u + F/2.
template <class Real>
Macro<Real> macro_after_collision(const Populations<Real>& f, const Tiles& t, Node n, const Real (&force)[3]) {
  Real g[d3q19::Q];
  for (int i = 0; i < d3q19::Q; ++i) g[i] = f.data()[left_along(t, f.next, n, i)];
  const Real minus[3] = {-force[0], -force[1], -force[2]};
  return macro(g, minus);
}

template <class Real>
double open_node(Populations<Real>& f, const Tiles& tiles, const typename Boundary<Real>::OpenNode& open, Real drho,
                 const Real (&force)[3]) {
  const Macro<Real> m = macro_after_collision(f, tiles, open.node, force);
  const Real u2 = m.x * m.x + m.y * m.y + m.z * m.z;
  double mass_in = 0;
  for (int i = 1; i < d3q19::Q; ++i) {
    if (!(open.directions >> i & 1)) continue;
    const Real out = f.data()[left_along(tiles, f.next, open.node, d3q19::opposite(i))];
    const Real in = open_to_density(i, out, drho, static_cast<Real>(d3q19::c_dot(i, m)), u2);
    f.data()[arriving(tiles, f.next, open.node, i)] = in;
    mass_in += double(in) - double(out);
  }
  return mass_in;
}

}  // namespace

template <class Real>
void reflect_walls(Populations<Real>& f, const Boundary<Real>& boundary) {
  Real* p = f.data();
  const bool after_even = f.next == Parity::odd;
  parallel_for(boundary.slots.size(), [&](std::size_t k) {
    const LinkSlots& s = boundary.slots[k];
    if (after_even)
      p[s.b] = reflect(boundary.links[k], p[s.a], p[s.d], p[s.c]);
    else
      p[s.a] = reflect(boundary.links[k], p[s.b], p[s.c], p[s.d]);
  });
}

template <class Real>
void open_ends(Populations<Real>& f, const Tiles& tiles, Boundary<Real>& boundary, const std::vector<OpeningValue>& values,
               const Real (&force)[3]) {
  const bool after_even = f.next == Parity::odd;
  for (std::size_t c = 0; c < boundary.caps.size(); ++c) {
    auto& cap = boundary.caps[c];
    cap.mass_in = 0;
    for (const auto& link : cap.inflow) {
      const Real out = f.data()[after_even ? link.a : link.b];
      const Real push = link.push * static_cast<Real>(values[c].factor);
      f.data()[after_even ? link.b : link.a] = out + push;
      cap.mass_in += double(push);
    }
    for (const auto& open : cap.open) cap.mass_in += open_node(f, tiles, open, static_cast<Real>(values[c].drho), force);
  }
}

template void reflect_walls(Populations<float>&, const Boundary<float>&);
template void reflect_walls(Populations<double>&, const Boundary<double>&);
template void open_ends(Populations<float>&, const Tiles&, Boundary<float>&, const std::vector<OpeningValue>&, const float (&)[3]);
template void open_ends(Populations<double>&, const Tiles&, Boundary<double>&, const std::vector<OpeningValue>&, const double (&)[3]);

}  // namespace soleus
