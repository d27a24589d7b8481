#include "solver_cuda/kernels/fill_openings.hpp"

#include <bit>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/opening_rules.hpp"

namespace soleus {
namespace {

/// Fills what arrives at one node.
template <class L, class Real>
Exchange fill_open_node(Populations<L, Real>& f, const typename Boundary<L, Real>::OpenNode& open,
                        const Macro<Real>& outside, const Real (&inward)[3]) {
  Exchange all;
  for (int i = 1; i < L::Q; ++i) {
    if (!(open.directions >> i & 1)) continue;
    Real& at = f.at(open.node, i);  // what left through the opening
    const Real in = open_end<L>(i, outside);
    all += exchange<L>(i, outside, inward, in, at);
    at = in;
  }
  return all;
}

/// What fill_open_node() changes, into the cache.
template <class L, class Real>
void fetch_open_node(const Populations<L, Real>& f, const typename Boundary<L, Real>::OpenNode& open) {
  for (std::uint32_t left = open.directions; left != 0; left &= left - 1)
    __builtin_prefetch(&f.at(open.node, std::countr_zero(left)), 1);
}

/// Mean over the nodes when the step began.
template <class L, class Real>
Inside mean_inside(const typename Boundary<L, Real>::CapLinks& cap) {
  Inside sum;
  for (const auto& open : cap.nodes) sum += inside_at(open.inside, cap.inward);
  return mean(sum);
}

/// Adds the mass that is missing to the imposed flow, in the shape of the profile, and returns what was
/// added: nothing where the wall has closed the opening.
template <class L, class Real>
double correct_inflow(Populations<L, Real>& f, const typename Boundary<L, Real>::CapLinks& cap,
                      double missing) {
  double added = 0;
  for (const auto& open : cap.nodes)
    for (int i = 1; i < L::Q; ++i) {
      if (!(open.directions >> i & 1)) continue;
      const Real more = static_cast<Real>(missing) * inflow_through<L>(i, cap.inward, open.profile);
      f.at(open.node, i) += more;
      added += double(more);
    }
  return added;
}

template <class L, class Real>
void fill_cap(Populations<L, Real>& f, typename Boundary<L, Real>::CapLinks& cap, OpeningState& state,
              double factor, double drho) {
  constexpr std::size_t ahead = 8;
  const Inside inside = mean_inside<L, Real>(cap);
  open_valve(state, cap.way, inside.drho, drho);
  cap.mass_in = 0;
  if (state.shut) return;
  const double wanted = cap.flow * factor;
  Exchange all;
  for (std::size_t k = 0; k < cap.nodes.size(); ++k) {
    const auto& open = cap.nodes[k];
    if (k + ahead < cap.nodes.size()) fetch_open_node<L, Real>(f, cap.nodes[k + ahead]);
    const Macro<Real> outside =
        cap.imposes_flow
            ? outside_flow_opening(open.inside, cap.inward, open.profile * static_cast<Real>(wanted))
            : outside_pressure_opening(open.inside, cap.inward, static_cast<Real>(drho),
                                       static_cast<Real>(inside.inward),
                                       static_cast<Real>(through(state, inside)));
    all += fill_open_node<L, Real>(f, open, outside, cap.inward);
  }
  cap.mass_in = all.mass_in;
  if (!cap.imposes_flow) follow_flow(state, cap.way, inside, all);
  if (cap.imposes_flow) cap.mass_in += correct_inflow<L, Real>(f, cap, wanted - cap.mass_in);
}

}  // namespace

template <class L, class Real>
void fill_openings(Populations<L, Real>& f, Boundary<L, Real>& boundary,
                   const std::vector<OpeningValue>& values) {
  const bool pair_ends = f.next == Parity::even;
  parallel_for(boundary.caps.size(), 1, [&](std::size_t c) {
    OpeningState& state = boundary.openings[c];
    fill_cap<L, Real>(f, boundary.caps[c], state, values[c].factor, values[c].drho + state.end.answer);
    pass_on_waves(state.end, values[c].end, boundary.caps[c].mass_in, pair_ends);
  });
}

template void fill_openings(Populations<D3Q19, float>&, Boundary<D3Q19, float>&,
                            const std::vector<OpeningValue>&);
template void fill_openings(Populations<D3Q19, double>&, Boundary<D3Q19, double>&,
                            const std::vector<OpeningValue>&);
template void fill_openings(Populations<D3Q27, float>&, Boundary<D3Q27, float>&,
                            const std::vector<OpeningValue>&);
template void fill_openings(Populations<D3Q27, double>&, Boundary<D3Q27, double>&,
                            const std::vector<OpeningValue>&);

}  // namespace soleus
