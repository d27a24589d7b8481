// A passive scalar: its amount in each node, and the measure by which it is divided to give a concentration.
//
// Interpolated walls, moving walls and the compressibility of the lattice make the volume that a node holds
// on the scalar's own lattice differ a little from one cell. Therefore two scalars move side by side by the
// same rules: the amount, and a measure that begins as one cell per node and enters through openings as such.
// Their ratio is the concentration: wherever the amount is C times the measure it stays so, bit for bit for C
// = 1, while walls, still or moving, let nothing of either through.
#pragma once

#include <array>
#include <vector>

#include "solver_cuda/physics/scalar.hpp"
#include "solver_cuda/state/cells.hpp"

namespace soleus {

/// What stays the same during a run, lattice units.
template <class Real>
struct ScalarRules {
  ScalarRates<Real> rates{};
  Real inflow = 0;  // concentration of what flows in
  Real source = 0;  // growth of the concentration per step
};

struct ScalarTotals {
  double amount = 0, measure = 0;  // [cells]
  SOLEUS_HD ScalarTotals& operator+=(const ScalarTotals& o) {
    amount += o.amount, measure += o.measure;
    return *this;
  }
};

template <class Real>
struct Scalar : ScalarRules<Real> {
  Populations<D3Q7, Real> amount, measure;  // not shifted; both arrive in the fluid's own order of steps
  struct AtOpening {
    Real amount, measure;
  };
  std::vector<std::vector<AtOpening>> openings{};  // [caps][nodes] when the step begins
  std::vector<double> entered{};                   // [caps] amount since the start [cells]

  explicit Scalar(const RowOrder& order, const ScalarRules<Real>& rules = {})
      : ScalarRules<Real>(rules), amount(order), measure(order) {}
};

/// Its populations at some nodes, taken out of a lattice that the host cannot reach.
template <class Real>
struct ScalarCells {
  Cells<D3Q7, Real> amount, measure;
};

}  // namespace soleus
