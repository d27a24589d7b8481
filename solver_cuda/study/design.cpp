#include "solver_cuda/study/design.hpp"

#include <boost/random/sobol.hpp>
#include <cmath>
#include <random>

namespace soleus::study {

Points full_factorial(std::span<const int> counts) {
  Points all{{}};
  for (const int count : counts) {
    Points longer;
    for (const auto& point : all)
      for (int i = 0; i < count; ++i) {
        longer.push_back(point);
        longer.back().push_back(count == 1 ? 0.5 : double(i) / (count - 1));
      }
    all = std::move(longer);
  }
  return all;
}

Points sobol(int count, std::size_t dimensions) {
  constexpr int bits = 64;
  Points all(static_cast<std::size_t>(count), std::vector<double>(dimensions));
  boost::random::sobol next(dimensions);
  for (auto& point : all)
    for (double& x : point) x = std::ldexp(double(next()), -bits);
  return all;
}

Points latin_hypercube(int count, std::size_t dimensions, std::uint64_t seed) {
  // The generator's numbers are the same everywhere; the distributions and std::shuffle are not.
  constexpr int bits = 53;
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return std::ldexp(double(random() >> (64 - bits)), -bits); };
  Points all(static_cast<std::size_t>(count), std::vector<double>(dimensions));
  for (std::size_t k = 0; k < dimensions; ++k) {
    std::vector<int> stratum(std::size_t(count), 0);
    for (int i = 0; i < count; ++i) {
      const auto j = std::size_t(random() % std::uint64_t(i + 1));
      stratum[std::size_t(i)] = stratum[j];
      stratum[j] = i;
    }
    for (std::size_t i = 0; i < all.size(); ++i) all[i][k] = (stratum[i] + uniform()) / count;
  }
  return all;
}

}  // namespace soleus::study
