#include "solver_cuda/backend/cpu_sweep.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "solver_cuda/backend/cpu_pack.hpp"
#include "solver_cuda/physics/operators.hpp"
#include "solver_cuda/physics/push.hpp"

// Optimised x86 builds by g++ hold the code three times. A region instead of an object file per instruction
// set: what inline functions of headers become must not hold instructions that the processor may lack.
// SOLEUS_ONE_INSTRUCTION_SET: only what the build asks for, for a test whose bits must not depend on the
// machine.
#if defined(__x86_64__) && defined(__OPTIMIZE__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(SOLEUS_ONE_INSTRUCTION_SET)
#define SOLEUS_INSTRUCTION_SETS 1
#include <immintrin.h>
#else
#define SOLEUS_INSTRUCTION_SETS 0
#endif

namespace soleus {
namespace {

// g++ 12 does not define __AVX2__ and the like in such a region.
#define SOLEUS_X86_64_LEVEL 1
namespace baseline {
#include "solver_cuda/backend/cpu_lanes.inl"
#include "solver_cuda/backend/cpu_pack_step.inl"
#include "solver_cuda/backend/cpu_packs_of_brick.inl"
#include "solver_cuda/backend/cpu_rows_correct.inl"
#include "solver_cuda/backend/cpu_rows_run.inl"
}  // namespace baseline

#if SOLEUS_INSTRUCTION_SETS
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
#undef SOLEUS_X86_64_LEVEL
#define SOLEUS_X86_64_LEVEL 3
namespace v3 {
#include "solver_cuda/backend/cpu_lanes.inl"
#include "solver_cuda/backend/cpu_pack_step.inl"
#include "solver_cuda/backend/cpu_packs_of_brick.inl"
#include "solver_cuda/backend/cpu_rows_correct.inl"
#include "solver_cuda/backend/cpu_rows_run.inl"
}  // namespace v3
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
#undef SOLEUS_X86_64_LEVEL
#define SOLEUS_X86_64_LEVEL 4
namespace v4 {
#include "solver_cuda/backend/cpu_lanes.inl"
#include "solver_cuda/backend/cpu_pack_step.inl"
#include "solver_cuda/backend/cpu_packs_of_brick.inl"
#include "solver_cuda/backend/cpu_rows_correct.inl"
#include "solver_cuda/backend/cpu_rows_run.inl"
}  // namespace v4
#pragma GCC pop_options
#endif

}  // namespace

InstructionSet best_instruction_set() {
#if SOLEUS_INSTRUCTION_SETS
  if (__builtin_cpu_supports("x86-64-v4")) return InstructionSet::v4;
  if (__builtin_cpu_supports("x86-64-v3")) return InstructionSet::v3;
#endif
  return InstructionSet::baseline;
}

std::string name(InstructionSet set) {
  if (set == InstructionSet::v4) return "x86-64-v4";
  if (set == InstructionSet::v3) return "x86-64-v3";
  return "baseline";
}

template <class L, class Real>
void step_bricks(const Sweep<L, Real>& s, std::size_t first, std::size_t last) {
#if SOLEUS_INSTRUCTION_SETS
  if (s.instruction_set == InstructionSet::v4) return v4::run_collision(s, first, last, s.collision);
  if (s.instruction_set == InstructionSet::v3) return v3::run_collision(s, first, last, s.collision);
#endif
  baseline::run_collision(s, first, last, s.collision);
}

template void step_bricks(const Sweep<D3Q19, float>&, std::size_t, std::size_t);
template void step_bricks(const Sweep<D3Q19, double>&, std::size_t, std::size_t);
template void step_bricks(const Sweep<D3Q27, float>&, std::size_t, std::size_t);
template void step_bricks(const Sweep<D3Q27, double>&, std::size_t, std::size_t);

}  // namespace soleus
