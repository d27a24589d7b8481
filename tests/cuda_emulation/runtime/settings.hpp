// Settings come from the environment and are read when they are used, so that a test can change them.
#pragma once

#include <cstdlib>

namespace soleus::cuda_emulation {

inline long setting(const char* name, long otherwise) {
  const char* text = std::getenv(name);
  return text && *text ? std::atol(text) : otherwise;
}

}  // namespace soleus::cuda_emulation
