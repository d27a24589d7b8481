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

/// Fills what arrives at one node and returns the mass that came in.
template <class Real>
double fill_open_node(Populations<Real>& f, const Tiles& tiles, const typename Boundary<Real>::OpenNode& open,
                      const Macro<Real>& outside) {
  double mass_in = 0;
  for (int i = 1; i < d3q19::Q; ++i) {
    if (!(open.directions >> i & 1)) continue;
    const Real out = f.data()[left_along(tiles, f.next, open.node, d3q19::opposite(i))];
    const Real in = open_end(i, outside);
    f.data()[arriving(tiles, f.next, open.node, i)] = in;
    mass_in += double(in) - double(out);
  }
  return mass_in;
}

/// Mean over the nodes of the velocity into the lumen, before the collision.
template <class Real>
Real mean_inward(const typename Boundary<Real>::CapLinks& cap) {
  Real sum = 0;
  for (const auto& open : cap.nodes)
    sum += open.inside.x * cap.inward[0] + open.inside.y * cap.inward[1] + open.inside.z * cap.inward[2];
  return cap.nodes.empty() ? Real(0) : sum / static_cast<Real>(cap.nodes.size());
}

/// Adds the mass that is missing to the imposed flow, in the shape of the profile, and returns what was
/// added: nothing where the wall has closed the opening.
template <class Real>
double correct_inflow(Populations<Real>& f, const Tiles& tiles, const typename Boundary<Real>::CapLinks& cap,
                      double missing) {
  double added = 0;
  for (const auto& open : cap.nodes)
    for (int i = 1; i < d3q19::Q; ++i) {
      if (!(open.directions >> i & 1)) continue;
      const Real more = static_cast<Real>(missing) * inflow_through(i, cap.inward, open.profile);
      f.data()[arriving(tiles, f.next, open.node, i)] += more;
      added += double(more);
    }
  return added;
}

}  // namespace

template <class Real>
void reflect_walls(Populations<Real>& f, const Boundary<Real>& boundary) {
  Real* p = f.data();
  const bool after_even = f.next == Parity::odd;
  parallel_for(boundary.wall_tiles.size(), 8, [&](std::size_t t) {
    const auto& tile = boundary.wall_tiles[t];
    double gain = -tile.mass_per_step;
    for (std::uint32_t k = tile.first_link; k < tile.end_link; ++k) {
      const LinkSlots& s = boundary.slots[k];
      const Real out = p[after_even ? s.a : s.b];
      const Real behind = p[after_even ? s.d : s.c], away = p[after_even ? s.c : s.d];
      const Real back = reflect(boundary.links[k], out, behind, away);
      p[after_even ? s.b : s.a] = back;
      gain += double(back) - double(out);
    }
    const Real each = static_cast<Real>(gain / (tile.end_node - tile.first_node));
    for (std::uint32_t n = tile.first_node; n < tile.end_node; ++n) p[boundary.at_wall[n]] -= each;
  });
}

template <class Real>
void look_at_open_ends(Boundary<Real>& boundary, const Populations<Real>& f, const Tiles& tiles,
                       const Real (&force)[3]) {
  for (auto& cap : boundary.caps)
    for (auto& open : cap.nodes) {
      Real g[d3q19::Q];
      gather(f, tiles, open.node, g);
      open.inside = macro(g, force);
    }
}

template <class Real>
void open_ends(Populations<Real>& f, const Tiles& tiles, Boundary<Real>& boundary,
               const std::vector<OpeningValue>& values) {
  for (std::size_t c = 0; c < boundary.caps.size(); ++c) {
    auto& cap = boundary.caps[c];
    cap.mass_in = 0;
    const Real mean = mean_inward<Real>(cap);
    const double wanted = cap.flow * values[c].factor;
    for (const auto& open : cap.nodes) {
      Macro<Real> outside = open.inside;
      if (cap.imposes_flow) {
        const Real u = open.profile * static_cast<Real>(wanted);
        outside.x = u * cap.inward[0], outside.y = u * cap.inward[1], outside.z = u * cap.inward[2];
      } else {
        outside = outside_pressure_opening(open.inside, cap.inward, static_cast<Real>(values[c].drho), mean);
      }
      cap.mass_in += fill_open_node(f, tiles, open, outside);
    }
    if (cap.imposes_flow) cap.mass_in += correct_inflow(f, tiles, cap, wanted - cap.mass_in);
  }
}

template void reflect_walls(Populations<float>&, const Boundary<float>&);
template void reflect_walls(Populations<double>&, const Boundary<double>&);
template void look_at_open_ends(Boundary<float>&, const Populations<float>&, const Tiles&,
                                const float (&)[3]);
template void look_at_open_ends(Boundary<double>&, const Populations<double>&, const Tiles&,
                                const double (&)[3]);
template void open_ends(Populations<float>&, const Tiles&, Boundary<float>&,
                        const std::vector<OpeningValue>&);
template void open_ends(Populations<double>&, const Tiles&, Boundary<double>&,
                        const std::vector<OpeningValue>&);

}  // namespace soleus
