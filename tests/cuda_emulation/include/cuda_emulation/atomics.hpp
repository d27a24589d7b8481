// Atomic functions and fences, for the types that CUDA has them for (there is no atomicMin of float, for
// example). All are relaxed, as in CUDA.
#pragma once

#include <atomic>
#include <concepts>
#include <type_traits>

namespace soleus::cuda_emulation {

template <class T, class... Others>
concept OneOf = (std::same_as<T, Others> || ...);
template <class T>
concept AtomicWord = OneOf<T, int, unsigned int>;
template <class T>
concept AtomicInteger = AtomicWord<T> || OneOf<T, unsigned long long>;
template <class T>
concept AtomicOrdered = AtomicInteger<T> || OneOf<T, long long>;

/// The type of the second argument: it converts to that of the first, as with the overloads of CUDA.
template <class T>
using Value = std::type_identity_t<T>;

/// Replaces *address by update(*address) in one step and returns what it was.
template <class T, class Update>
T replace(T* address, Update update) {
  T seen, wanted;
  __atomic_load(address, &seen, __ATOMIC_RELAXED);
  do wanted = update(seen);
  while (!__atomic_compare_exchange(address, &seen, &wanted, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return seen;
}

}  // namespace soleus::cuda_emulation

template <soleus::cuda_emulation::AtomicInteger T>
T atomicAdd(T* address, soleus::cuda_emulation::Value<T> val) {
  return __atomic_fetch_add(address, val, __ATOMIC_RELAXED);  // wraps around
}

template <soleus::cuda_emulation::OneOf<float, double> T>
T atomicAdd(T* address, soleus::cuda_emulation::Value<T> val) {
  return soleus::cuda_emulation::replace(address, [val](T old) { return old + val; });
}

template <soleus::cuda_emulation::AtomicWord T>
T atomicSub(T* address, soleus::cuda_emulation::Value<T> val) {
  return __atomic_fetch_sub(address, val, __ATOMIC_RELAXED);
}

template <soleus::cuda_emulation::AtomicOrdered T>
T atomicMin(T* address, soleus::cuda_emulation::Value<T> val) {
  return soleus::cuda_emulation::replace(address, [val](T old) { return val < old ? val : old; });
}

template <soleus::cuda_emulation::AtomicOrdered T>
T atomicMax(T* address, soleus::cuda_emulation::Value<T> val) {
  return soleus::cuda_emulation::replace(address, [val](T old) { return val > old ? val : old; });
}

template <soleus::cuda_emulation::AtomicOrdered T>
T atomicAnd(T* address, soleus::cuda_emulation::Value<T> val) {
  return __atomic_fetch_and(address, val, __ATOMIC_RELAXED);
}

template <soleus::cuda_emulation::AtomicOrdered T>
T atomicOr(T* address, soleus::cuda_emulation::Value<T> val) {
  return __atomic_fetch_or(address, val, __ATOMIC_RELAXED);
}

template <class T>
requires(soleus::cuda_emulation::AtomicInteger<T> || std::same_as<T, float>) T
    atomicExch(T* address, soleus::cuda_emulation::Value<T> val) {
  return soleus::cuda_emulation::replace(address, [val](T) { return val; });
}

template <soleus::cuda_emulation::AtomicInteger T>
T atomicCAS(T* address, soleus::cuda_emulation::Value<T> compare, soleus::cuda_emulation::Value<T> val) {
  __atomic_compare_exchange_n(address, &compare, val, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return compare;  // what was there
}

inline void __threadfence_block() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
inline void __threadfence() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
