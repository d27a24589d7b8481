// The time step of a range of bricks on the CPU, compiled once per instruction set into the same binary.
#pragma once

#include <string>

#include "solver_cuda/choices.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/immersed_fields.hpp"

namespace soleus {

/// x86-64 microarchitecture levels: v3 has AVX2 and FMA, v4 AVX-512; `baseline` is what the build was asked
/// for.
enum class InstructionSet { baseline, v3, v4 };

/// The best one that this processor and this build have.
InstructionSet best_instruction_set();
std::string name(InstructionSet set);

template <class L, class Real>
struct Sweep {
  Populations<L, Real>* f;
  const Tiles* tiles;
  const LumenNodes* nodes;
  Boundary<L, Real>* boundary;
  Relaxation<Real> rates;
  Parity parity;
  Collision collision;
  InstructionSet instruction_set;
  ImmersedFields<Real>* immersed = nullptr;  // where there are sheets
  bool corrects = false;                     // links (kernels/correct_links.hpp), instead of a step
  const std::uint8_t* touched = nullptr;     // [tiles] by sheets; null without
};

/// Steps the bricks first <= k < last.
template <class L, class Real>
void step_bricks(const Sweep<L, Real>& sweep, std::size_t first, std::size_t last);

}  // namespace soleus
