// Four doubles that are worked on at once, as a host does by packs of them.
#pragma once

#include <cstdint>

#include "pipeline/base/hd.hpp"
#include "solver_cuda/physics/elementary.hpp"

namespace soleus {

struct FourNumbers {
  double lane[4] = {};

  SOLEUS_HD double& operator[](int k) { return lane[k]; }
  SOLEUS_HD double operator[](int k) const { return lane[k]; }
  SOLEUS_HD FourNumbers& operator+=(const FourNumbers& b) {
    for (int k = 0; k < 4; ++k) lane[k] += b.lane[k];
    return *this;
  }
  SOLEUS_HD FourNumbers operator+(const FourNumbers& b) const {
    FourNumbers sum = *this;
    return sum += b;
  }
  SOLEUS_HD FourNumbers operator+(double b) const { return *this + FourNumbers{{b, b, b, b}}; }
  SOLEUS_HD FourNumbers operator*(const FourNumbers& b) const {
    FourNumbers product;
    for (int k = 0; k < 4; ++k) product[k] = lane[k] * b.lane[k];
    return product;
  }
  SOLEUS_HD FourNumbers operator*(double b) const { return *this * FourNumbers{{b, b, b, b}}; }
};

/// One where a bit is set, else nothing.
SOLEUS_HD inline void ones_of(FourNumbers& ones, std::uint64_t bits) {
  for (int k = 0; k < 4; ++k) ones[k] = double(static_cast<std::int32_t>(bits >> k & 1));
}
SOLEUS_HD inline void keep_larger_size(FourNumbers& largest, const FourNumbers& x) {
  for (int k = 0; k < 4; ++k) {
    const double size = x[k] < 0 ? -x[k] : x[k];
    largest[k] = size > largest[k] ? size : largest[k];
  }
}

/// The same of a pack of four.
template <class V>
SOLEUS_HD inline void ones_of(V& ones, std::uint64_t bits) {
  using Bits = typename BitsOf<V>::type;
  const Bits which = {1, 2, 4, 8};
  ones = (which & static_cast<std::int64_t>(bits)) != 0 ? V{} + 1 : V{};
}
template <class V>
SOLEUS_HD inline void keep_larger_size(V& largest, const V& x) {
  const V size = x < 0 ? -x : x;
  largest = size > largest ? size : largest;
}

}  // namespace soleus
