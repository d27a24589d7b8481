#include "solver_cuda/kernels/sample_openings.hpp"

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/moments.hpp"

namespace soleus {

template <class L, class Real>
void sample_openings(Boundary<L, Real>& boundary, const Populations<L, Real>& f, const Tiles& tiles,
                     const LumenNodes& nodes, const Real (&force)[3]) {
  constexpr std::size_t ahead = 8;
  for (auto& cap : boundary.caps)
    parallel_for(cap.nodes.size(), 256, [&](std::size_t k) {
      auto& open = cap.nodes[k];
      if (k + ahead < cap.nodes.size()) fetch(f, tiles, nodes, cap.nodes[k + ahead].node);
      Real g[L::Q];
      gather(f, tiles, nodes, open.node, g);
      open.inside = macro<L>(g, force);
    });
}

template void sample_openings(Boundary<D3Q19, float>&, const Populations<D3Q19, float>&, const Tiles&,
                              const LumenNodes&, const float (&)[3]);
template void sample_openings(Boundary<D3Q19, double>&, const Populations<D3Q19, double>&, const Tiles&,
                              const LumenNodes&, const double (&)[3]);
template void sample_openings(Boundary<D3Q27, float>&, const Populations<D3Q27, float>&, const Tiles&,
                              const LumenNodes&, const float (&)[3]);
template void sample_openings(Boundary<D3Q27, double>&, const Populations<D3Q27, double>&, const Tiles&,
                              const LumenNodes&, const double (&)[3]);

}  // namespace soleus
