// SOLEUS_CLONES in front of a function: one clone per instruction set in the same binary, chosen by the
// loader. GCC only: clang refuses target_clones together with flatten. SOLEUS_ONE_INSTRUCTION_SET: no clones,
// for a test whose bits must not depend on the machine.
#pragma once

#if defined(__x86_64__) && defined(__OPTIMIZE__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(SOLEUS_ONE_INSTRUCTION_SET)
#define SOLEUS_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), flatten))
#else
#define SOLEUS_CLONES
#endif
