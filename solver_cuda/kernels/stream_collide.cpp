#include "solver_cuda/kernels/stream_collide.hpp"

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_clones.hpp"
#include "solver_cuda/backend/cpu_pack.hpp"
#include "solver_cuda/physics/cumulant.hpp"
#include "solver_cuda/physics/regularized.hpp"

namespace soleus {
namespace {

template <class Model>
struct Trt {
  template <class L, class V, class R>
  void collide(V (&f)[L::Q], const Relaxation<R>& p) const {
    collide_trt<L, Model>(f, p);
  }
};
template <class Model>
struct Regularized {
  template <class L, class V, class R>
  void collide(V (&f)[L::Q], const Relaxation<R>& p) const {
    collide_regularized<L, Model>(f, p);
  }
};

template <class Model>
struct Cumulant {
  template <class L, class V, class R>
  void collide(V (&f)[L::Q], const Relaxation<R>& p) const {
    collide_cumulant<L, Model>(f, p);
  }
};

/// What the compiler must inline into each instruction-set clone.
template <class L, class Real, class Operator>
inline void even_tile(Real* f, const std::uint8_t* rows, const Relaxation<Real>& rates, Operator op) {
  for (int row = 0; row < 64; ++row) {
    if (rows[row] == 0) continue;
    Pack<Real> g[L::Q];
    Real* at = f + row * tile_edge;
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) load(g[i], at + i * tile_nodes);
    op.template collide<L>(g, rates);
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) store(at + L::opposite(i) * tile_nodes, g[i]);
  }
}

template <class L, class Real, class Operator>
inline void odd_tile(Real* all, const std::array<std::int32_t, 27>& neighbours, const std::uint8_t* rows,
                     const Relaxation<Real>& rates, Operator op) {
  constexpr std::size_t tile_size = std::size_t(L::Q) * tile_nodes;
  for (int row = 0; row < 64; ++row) {
    if (rows[row] == 0) continue;
    Real *base[L::Q], *side[L::Q];
    Pack<Real> g[L::Q];
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) {  // slot i of x + c_i holds what arrives along opposite(i)
      const int y = row % 8 + L::cy(i), z = row / 8 + L::cz(i);
      const int yz = 3 * (y < 0 ? 0 : y > 7 ? 2 : 1) + 9 * (z < 0 ? 0 : z > 7 ? 2 : 1);
      const std::size_t within = std::size_t(i) * tile_nodes + 8 * ((y & 7) + 8 * (z & 7));
      base[i] = all + neighbours[1 + yz] * tile_size + within;
      side[i] = all + neighbours[1 + L::cx(i) + yz] * tile_size + within;
      load_shifted<Real>(g[L::opposite(i)], base[i], side[i], L::cx(i));
    }
    op.template collide<L>(g, rates);
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) store_shifted<Real>(base[i], side[i], g[i], L::cx(i));
  }
}

template <class L, class Real>
struct Range {
  Real* f;
  const Tiles* tiles;
  const LumenNodes* nodes;
  Relaxation<Real> rates;
  Parity parity;
};

template <class L, class Real, class Operator>
inline void tiles_of_one_thread(const Range<L, Real>& r, std::size_t first, std::size_t last, Operator op) {
  for (std::size_t k = first; k < last; ++k) {
    const int t = r.nodes->active_tiles[k];
    const std::uint8_t* rows = &r.nodes->fluid_rows[std::size_t(t) * 64];
    if (r.parity == Parity::even)
      even_tile<L>(r.f + std::size_t(t) * L::Q * tile_nodes, rows, r.rates, op);
    else
      odd_tile<L>(r.f, r.tiles->neighbours[t], rows, r.rates, op);
  }
}

template <class L, class Real, class Operator>
SOLEUS_CLONES void run(const Range<L, Real>& r, std::size_t first, std::size_t last, Operator op) {
  tiles_of_one_thread(r, first, last, op);
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
                    const Relaxation<Real>& rates, Collision collision) {
  const Range<L, Real> range{f.data(), &tiles, &nodes, rates, f.next};
  parallel_ranges(nodes.active_tiles.size(), 16, [&](std::size_t first, std::size_t last) {
    if (rates.rheology.model == RheologyModel::newtonian)
      run_with<Newtonian>(range, first, last, collision);
    else
      run_with<GeneralizedNewtonian>(range, first, last, collision);
  });
  f.next = f.next == Parity::even ? Parity::odd : Parity::even;
}

template void stream_collide(Populations<D3Q19, float>&, const Tiles&, const LumenNodes&,
                             const Relaxation<float>&, Collision);
template void stream_collide(Populations<D3Q19, double>&, const Tiles&, const LumenNodes&,
                             const Relaxation<double>&, Collision);
template void stream_collide(Populations<D3Q27, float>&, const Tiles&, const LumenNodes&,
                             const Relaxation<float>&, Collision);
template void stream_collide(Populations<D3Q27, double>&, const Tiles&, const LumenNodes&,
                             const Relaxation<double>&, Collision);

}  // namespace soleus
