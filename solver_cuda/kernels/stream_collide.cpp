#include "solver_cuda/kernels/stream_collide.hpp"

#include "solver_cuda/backend/cpu_sweep.hpp"

namespace soleus {

template <class L, class Real>
void stream_collide(Populations<L, Real>& f, const Tiles& tiles, const LumenNodes& nodes,
                    Boundary<L, Real>& boundary, const Relaxation<Real>& rates, Collision collision,
                    ImmersedFields<Real>* immersed) {
  const Sweep<L, Real> sweep{
      &f, &tiles, &nodes, &boundary, rates, f.next, collision, best_instruction_set(), immersed};
  parallel_bricks(*f.order, [&](std::size_t first, std::size_t last) { step_bricks(sweep, first, last); });
  f.next = f.next == Parity::even ? Parity::odd : Parity::even;
}

template void stream_collide(Populations<D3Q19, float>&, const Tiles&, const LumenNodes&,
                             Boundary<D3Q19, float>&, const Relaxation<float>&, Collision,
                             ImmersedFields<float>*);
template void stream_collide(Populations<D3Q19, double>&, const Tiles&, const LumenNodes&,
                             Boundary<D3Q19, double>&, const Relaxation<double>&, Collision,
                             ImmersedFields<double>*);
template void stream_collide(Populations<D3Q27, float>&, const Tiles&, const LumenNodes&,
                             Boundary<D3Q27, float>&, const Relaxation<float>&, Collision,
                             ImmersedFields<float>*);
template void stream_collide(Populations<D3Q27, double>&, const Tiles&, const LumenNodes&,
                             Boundary<D3Q27, double>&, const Relaxation<double>&, Collision,
                             ImmersedFields<double>*);

}  // namespace soleus
