// Where to look in a box of parameters: points in the unit cube. REFERENCES: Sobol, USSR Comput. Math. Math.
// Phys. 7, 86 (1967), with the direction numbers of Joe & Kuo (2008), by Boost.Random; McKay, Beckman &
// Conover, Technometrics 21, 239 (1979), Latin hypercubes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace soleus::study {

/// Points [point][dimension], each coordinate in [0, 1].
using Points = std::vector<std::vector<double>>;

/// Every combination of `counts[k]` values from 0 to 1 of each dimension, the last one running fastest; a
/// dimension with one value has it in the middle.
Points full_factorial(std::span<const int> counts);

/// The first points of the sequence after its origin: 2^m - 1 of them and the origin fill each of 2^m strata
/// of every dimension once.
Points sobol(int count, std::size_t dimensions);

/// Each of `count` strata of every dimension has one point, at a random place in it. The same seed gives the
/// same points on every machine.
Points latin_hypercube(int count, std::size_t dimensions, std::uint64_t seed);

}  // namespace soleus::study
