// What the program's symbol table says: the names of kernels, and where the __shared__ variables are.
#pragma once

#include <cstddef>
#include <span>

namespace soleus::cuda_emulation {

/// Readable name of a kernel for messages; valid until the program ends. Without a symbol table its address.
const char* kernel_name(const void* kernel);

/// Unsets the __shared__ variables of the calling thread, all but the dynamic shared memory. They are known
/// when the .cu files are linked into the program itself (not into a shared library) and its symbol table has
/// not been stripped.
void unset_static_shared_memory();

}  // namespace soleus::cuda_emulation
