#include "solver_cuda/kernels/correct_links.hpp"

#include "solver_cuda/backend/cpu_sweep.hpp"

namespace soleus {

template <class L, class Real>
void make_room_for_corrections(Boundary<L, Real>& boundary) {
  boundary.wall_push = boundary.push;
  boundary.push.resize(boundary.shares.size());
}

template <class L, class Real>
void correct_links(Boundary<L, Real>& boundary, Populations<L, Real>& f, const Tiles& tiles,
                   const LumenNodes& nodes, const Relaxation<Real>& rates, Collision collision) {
  const Sweep<L, Real> sweep{&f,  &tiles, &nodes, &boundary, rates, f.next, collision, best_instruction_set(),
                             true};
  parallel_bricks(*f.order, [&](std::size_t first, std::size_t last) { step_bricks(sweep, first, last); });
}

template void make_room_for_corrections(Boundary<D3Q19, float>&);
template void make_room_for_corrections(Boundary<D3Q19, double>&);
template void make_room_for_corrections(Boundary<D3Q27, float>&);
template void make_room_for_corrections(Boundary<D3Q27, double>&);
template void correct_links(Boundary<D3Q19, float>&, Populations<D3Q19, float>&, const Tiles&,
                            const LumenNodes&, const Relaxation<float>&, Collision);
template void correct_links(Boundary<D3Q19, double>&, Populations<D3Q19, double>&, const Tiles&,
                            const LumenNodes&, const Relaxation<double>&, Collision);
template void correct_links(Boundary<D3Q27, float>&, Populations<D3Q27, float>&, const Tiles&,
                            const LumenNodes&, const Relaxation<float>&, Collision);
template void correct_links(Boundary<D3Q27, double>&, Populations<D3Q27, double>&, const Tiles&,
                            const LumenNodes&, const Relaxation<double>&, Collision);

}  // namespace soleus
