// SOLEUS_CLONES in front of a function: one clone per instruction set in the same binary, chosen by the
// loader. GCC only: clang refuses target_clones together with flatten.
#pragma once

#if defined(__x86_64__) && defined(__OPTIMIZE__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define SOLEUS_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), flatten))
#else
#define SOLEUS_CLONES
#endif
