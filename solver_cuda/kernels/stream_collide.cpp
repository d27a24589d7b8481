#include "solver_cuda/kernels/stream_collide.hpp"

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_clones.hpp"
#include "solver_cuda/kernels/tile_step.hpp"
#include "solver_cuda/physics/operators.hpp"

namespace soleus {
namespace {

template <class L, class Real>
struct Range {
  Real* f;
  const Tiles* tiles;
  const LumenNodes* nodes;
  const Boundary<L, Real>* boundary;
  Relaxation<Real> rates;
  Parity parity;
};

template <class L, class Real, class Operator>
SOLEUS_CLONES void run(const Range<L, Real>& r, std::size_t first, std::size_t last, Operator op) {
  for (std::size_t k = first; k < last; ++k) {
    const int tile = r.nodes->active_tiles[k];
    step_tile(TileSlots<L, Real>(r.f, *r.tiles, tile), r.parity, &r.nodes->fluid_rows[std::size_t(tile) * 64],
              r.boundary->tiles[k], *r.boundary, r.rates, op);
  }
}

template <class Model, class L, class Real>
void run_with(const Range<L, Real>& r, std::size_t first, std::size_t last, Collision collision) {
  if (collision == Collision::trt) run(r, first, last, Trt<Model>{});
  if (collision == Collision::regularized) run(r, first, last, Regularized<Model>{});
  if constexpr (L::Q == D3Q27::Q)
    if (collision == Collision::cumulant) run(r, first, last, Cumulant<Model>{});
}

}  // namespace

template <class L, class Real>
void stream_collide(Populations<L, Real>& f, const Tiles& tiles, const LumenNodes& nodes,
                    const Boundary<L, Real>& boundary, const Relaxation<Real>& rates, Collision collision) {
  const Range<L, Real> range{f.data(), &tiles, &nodes, &boundary, rates, f.next};
  parallel_ranges(nodes.active_tiles.size(), 16, [&](std::size_t first, std::size_t last) {
    if (rates.rheology.model == RheologyModel::newtonian)
      run_with<Newtonian>(range, first, last, collision);
    else
      run_with<GeneralizedNewtonian>(range, first, last, collision);
  });
  f.next = f.next == Parity::even ? Parity::odd : Parity::even;
}

template void stream_collide(Populations<D3Q19, float>&, const Tiles&, const LumenNodes&,
                             const Boundary<D3Q19, float>&, const Relaxation<float>&, Collision);
template void stream_collide(Populations<D3Q19, double>&, const Tiles&, const LumenNodes&,
                             const Boundary<D3Q19, double>&, const Relaxation<double>&, Collision);
template void stream_collide(Populations<D3Q27, float>&, const Tiles&, const LumenNodes&,
                             const Boundary<D3Q27, float>&, const Relaxation<float>&, Collision);
template void stream_collide(Populations<D3Q27, double>&, const Tiles&, const LumenNodes&,
                             const Boundary<D3Q27, double>&, const Relaxation<double>&, Collision);

}  // namespace soleus
