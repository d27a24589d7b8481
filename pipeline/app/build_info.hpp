// What this program is and what it was built with.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace soleus {

/// "soleus 0.1.0"
std::string program_version();

/// Pairs of name and value: version, commit, compiler, build type, libraries.
std::vector<std::pair<std::string, std::string>> build_info();

}  // namespace soleus
