#include "solver_cuda/kernels/reflect_walls.hpp"

#include "pipeline/base/parallel.hpp"

namespace soleus {

template <class L, class Real>
void reflect_walls(Populations<L, Real>& f, const Boundary<Real>& boundary) {
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

template void reflect_walls(Populations<D3Q19, float>&, const Boundary<float>&);
template void reflect_walls(Populations<D3Q19, double>&, const Boundary<double>&);
template void reflect_walls(Populations<D3Q27, float>&, const Boundary<float>&);
template void reflect_walls(Populations<D3Q27, double>&, const Boundary<double>&);

}  // namespace soleus
