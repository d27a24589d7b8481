#include "postprocess/frames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {

std::vector<StoredFrame> stored_frames(const std::filesystem::path& collection) {
  const std::string text = read_file(collection);
  static const std::regex frame("timestep=\"([^\"]*)\"[^>]*file=\"([^\"]*)\"");
  std::vector<StoredFrame> all;
  for (std::sregex_iterator m(text.begin(), text.end(), frame), end; m != end; ++m)
    all.push_back({std::stod((*m)[1]), collection.parent_path() / (*m)[2].str()});
  if (all.empty()) throw InputError(fmt::format("{}: lists no frame.", collection.string()));
  return all;
}

std::size_t nearest_frame(const std::vector<StoredFrame>& frames, double time_s) {
  const auto away = [&](const StoredFrame& f) { return std::abs(f.time_s - time_s); };
  return std::size_t(std::ranges::min_element(frames, {}, away) - frames.begin());
}

}  // namespace soleus
