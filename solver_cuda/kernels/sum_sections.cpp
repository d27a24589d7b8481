#include "solver_cuda/kernels/sum_sections.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "pipeline/base/parallel.hpp"

namespace soleus {

void sort_by_place(Sections& sections, const RowOrder& order) {
  std::vector<std::size_t> at(sections.rows.size());
  std::iota(at.begin(), at.end(), std::size_t{0});
  std::ranges::sort(
      at, {}, [&](std::size_t k) { return std::pair(order.row[std::size_t(sections.rows[k].row)], k); });
  const Sections before = sections;
  for (std::size_t k = 0; k < at.size(); ++k) {
    sections.rows[k] = before.rows[at[k]];
    std::copy_n(before.towards.begin() + std::ptrdiff_t(at[k]) * tile_edge, tile_edge,
                sections.towards.begin() + std::ptrdiff_t(k) * tile_edge);
  }
}

/// Everything lies in the nodes' own slots, stream by stream.
template <class L, class Real>
std::vector<SectionSum> sum_sections(const Populations<L, Real>& f, const LumenNodes& nodes,
                                     const Sections& sections) {
  constexpr std::size_t parts = 64;
  const std::size_t count = sections.rows.size();
  std::vector<std::vector<SectionSum>> sums(parts);
  parallel_for(parts, 1, [&](std::size_t part) {
    sums[part].resize(sections.stretches);
    for (std::size_t k = count * part / parts; k < count * (part + 1) / parts; ++k) {
      const RowOfStretch& of = sections.rows[k];
      const auto row = static_cast<std::size_t>(of.row);
      double drho[tile_edge] = {};
      for (int i = 0; i < L::Q; ++i) {
        const Real* own = f.stream(i) + f.order->row[row];
        for (int x = 0; x < tile_edge; ++x) drho[x] += double(own[x]);
      }
      for (unsigned left = of.nodes & nodes.fluid_rows[row]; left != 0; left &= left - 1) {
        const auto x = static_cast<std::size_t>(std::countr_zero(left));
        sums[part][std::size_t(of.stretch)].add(drho[x], double(sections.towards[k * tile_edge + x]));
      }
    }
  });
  for (std::size_t part = 1; part < parts; ++part)
    for (std::size_t k = 0; k < sections.stretches; ++k) sums[0][k] += sums[part][k];
  return std::move(sums[0]);
}

template std::vector<SectionSum> sum_sections(const Populations<D3Q19, float>&, const LumenNodes&,
                                              const Sections&);
template std::vector<SectionSum> sum_sections(const Populations<D3Q19, double>&, const LumenNodes&,
                                              const Sections&);
template std::vector<SectionSum> sum_sections(const Populations<D3Q27, float>&, const LumenNodes&,
                                              const Sections&);
template std::vector<SectionSum> sum_sections(const Populations<D3Q27, double>&, const LumenNodes&,
                                              const Sections&);

}  // namespace soleus
