#include "solver_cuda/kernels/observe.hpp"

#include <cmath>
#include <limits>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/push.hpp"
#include "solver_cuda/physics/strain_rate.hpp"

namespace soleus {
namespace {

template <class L, class Real>
void push_node(Real (&g)[L::Q], const ImmersedFields<Real>& immersed, std::int64_t place) {
  if (!immersed.beside.has(std::size_t(place / pack_nodes))) return;
  const auto at = std::size_t(place);
  push_cell<L>(g, Push<Real>{immersed.push[0][at], immersed.push[1][at], immersed.push[2][at]});
}

}  // namespace

template <class L, class Real>
Totals observe(MacroFields& fields, const Populations<L, Real>& f, const Lattice& lattice,
               const Scales& scales, const Real (&force)[3], const ImmersedFields<Real>* immersed) {
  const std::size_t n = lattice.tiles.populated_nodes();
  fields.vx.resize(n), fields.vy.resize(n), fields.vz.resize(n), fields.drho.resize(n);
  const double node_mass = scales.density_kg_m3 * std::pow(scales.dx_m, 3);
  return parallel_sum(lattice.nodes.active_tiles.size(), Totals{}, [&](std::size_t k) {
    Totals t;
    const Node first = lattice.nodes.active_tiles[k] * tile_nodes;
    for (Node node = first; node < first + tile_nodes; ++node) {
      fields.vx[node] = fields.vy[node] = fields.vz[node] = fields.drho[node] = 0;
      if (!lattice.nodes.fluid(node)) continue;
      Real g[L::Q];
      gather(f, lattice.tiles, lattice.nodes, node, g);
      if (immersed) push_node<L>(g, *immersed, f.order->place(node));
      const Macro<Real> m = macro<L>(g, force);
      const Vec3 u = Vec3{double(m.x), double(m.y), double(m.z)} * scales.velocity_m_s();
      fields.vx[node] = float(u.x), fields.vy[node] = float(u.y), fields.vz[node] = float(u.z),
      fields.drho[node] = float(m.drho);
      t += totals_of_node(node, double(m.drho), u, node_mass);
    }
    return t;
  });
}

template Totals observe(MacroFields&, const Populations<D3Q19, float>&, const Lattice&, const Scales&,
                        const float (&)[3], const ImmersedFields<float>*);
template Totals observe(MacroFields&, const Populations<D3Q19, double>&, const Lattice&, const Scales&,
                        const double (&)[3], const ImmersedFields<double>*);
template Totals observe(MacroFields&, const Populations<D3Q27, float>&, const Lattice&, const Scales&,
                        const float (&)[3], const ImmersedFields<float>*);
template Totals observe(MacroFields&, const Populations<D3Q27, double>&, const Lattice&, const Scales&,
                        const double (&)[3], const ImmersedFields<double>*);

template <class L, class Real>
void observe_strain(MacroFields& fields, const Populations<L, Real>& f, const Lattice& lattice,
                    const Scales& scales, const Relaxation<Real>& rates) {
  fields.strain.resize(lattice.tiles.populated_nodes());
  const double per_second = 1 / scales.dt_s;
  parallel_for(lattice.nodes.active_tiles.size(), 16, [&](std::size_t k) {
    const Node first = lattice.nodes.active_tiles[k] * tile_nodes;
    for (Node node = first; node < first + tile_nodes; ++node) {
      if (!lattice.nodes.fluid(node)) continue;
      Real g[L::Q];
      gather(f, lattice.tiles, lattice.nodes, node, g);
      const Macro<Real> m = macro<L>(g, rates.force);
      Real omega = rates.omega_plus;
      if (rates.rheology.model != RheologyModel::newtonian)
        GeneralizedNewtonian::set_rate(rates.rheology, stress_off_equilibrium<L>(g, m, rates.force), m.drho,
                                       omega);
      const Stress<Real> s = strain_rate<L>(g, m, rates.force, omega);
      const Real components[6] = {s.xx, s.yy, s.zz, s.xy, s.xz, s.yz};
      for (int c = 0; c < 6; ++c) fields.strain[node][c] = float(double(components[c]) * per_second);
    }
  });
  for (const CapNode& c : lattice.cap_nodes)
    fields.strain[c.node].fill(std::numeric_limits<float>::quiet_NaN());
}

template void observe_strain(MacroFields&, const Populations<D3Q19, float>&, const Lattice&, const Scales&,
                             const Relaxation<float>&);
template void observe_strain(MacroFields&, const Populations<D3Q19, double>&, const Lattice&, const Scales&,
                             const Relaxation<double>&);
template void observe_strain(MacroFields&, const Populations<D3Q27, float>&, const Lattice&, const Scales&,
                             const Relaxation<float>&);
template void observe_strain(MacroFields&, const Populations<D3Q27, double>&, const Lattice&, const Scales&,
                             const Relaxation<double>&);

}  // namespace soleus
