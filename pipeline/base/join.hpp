// Words in a row, "a, b, c".
#pragma once

#include <string>
#include <string_view>

namespace soleus {

// Not fmt::join: with GCC 12 that warns of an overflow inside fmt 9.
template <class Words>
std::string join(const Words& words, std::string_view between = ", ") {
  std::string all;
  for (const auto& word : words) {
    if (!all.empty()) all.append(between);
    all.append(word);
  }
  return all;
}

}  // namespace soleus
