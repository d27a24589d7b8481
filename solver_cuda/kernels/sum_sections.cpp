#include "solver_cuda/kernels/sum_sections.hpp"

#include "pipeline/base/parallel.hpp"

namespace soleus {

/// Everything lies in the nodes' own slots, stream by stream.
template <class L, class Real>
std::vector<SectionSum> sum_sections(const Populations<L, Real>& f, const LumenNodes& nodes,
                                     const Sections& sections) {
  std::vector<SectionSum> sums(sections.stretches());
  parallel_for(sums.size(), 1, [&](std::size_t k) {
    const auto first = static_cast<std::size_t>(sections.first[k]),
               last = static_cast<std::size_t>(sections.first[k + 1]);
    constexpr std::size_t ahead = 16;
    for (std::size_t n = first; n < last; ++n) {
      if (n + ahead < last)
        for (int i = 0; i < L::Q; ++i) __builtin_prefetch(&f.at(sections.nodes[n + ahead], i));
      const Node node = sections.nodes[n];
      if (!nodes.fluid(node)) continue;
      double drho = 0;
      for (int i = 0; i < L::Q; ++i) drho += double(f.at(node, i));
      sums[k].add(drho, double(sections.towards[n]));
    }
  });
  return sums;
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
