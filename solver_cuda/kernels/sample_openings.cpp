#include "solver_cuda/kernels/sample_openings.hpp"

#include "solver_cuda/physics/moments.hpp"

namespace soleus {

template <class Real>
void sample_openings(Boundary<Real>& boundary, const Populations<Real>& f, const Tiles& tiles,
                     const Real (&force)[3]) {
  for (auto& cap : boundary.caps)
    for (auto& open : cap.nodes) {
      Real g[d3q19::Q];
      gather(f, tiles, open.node, g);
      open.inside = macro(g, force);
    }
}

template void sample_openings(Boundary<float>&, const Populations<float>&, const Tiles&, const float (&)[3]);
template void sample_openings(Boundary<double>&, const Populations<double>&, const Tiles&,
                              const double (&)[3]);

}  // namespace soleus
