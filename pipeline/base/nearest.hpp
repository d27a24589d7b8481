// "Did you mean ...?": the known word nearest to a misspelt one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace soleus {

/// The word of `known` that `word` was probably meant to be; empty if none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

/// " Did you mean 'x'?", or " Known KIND: a, b, c." when nothing is near.
std::string hint(std::string_view word, const std::vector<std::string>& known, std::string_view kind);

}  // namespace soleus
