// Marks a function that runs on the host and, under nvcc, on the device too.
#pragma once

#ifdef __CUDACC__
#define SOLEUS_HD __host__ __device__
#else
#define SOLEUS_HD
#endif
