#include "postprocess/frames.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

#include "pipeline/base/files.hpp"

namespace soleus {

std::vector<StoredFrame> stored_frames(const std::filesystem::path& collection) {
  std::vector<StoredFrame> all;
  if (!std::filesystem::is_regular_file(collection)) return all;
  const std::string text = read_file(collection);
  static const std::regex frame("timestep=\"([^\"]*)\"[^>]*file=\"([^\"]*)\"");
  for (std::sregex_iterator m(text.begin(), text.end(), frame), end; m != end; ++m) {
    const std::filesystem::path file = collection.parent_path() / (*m)[2].str();
    if (std::filesystem::is_regular_file(file)) all.push_back({std::stod((*m)[1]), file});
  }
  return all;
}

std::vector<std::filesystem::path> sheet_series(const std::filesystem::path& solve_folder) {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(solve_folder))
    if (entry.path().extension() == ".pvd" && entry.path().stem().string().starts_with("sheet-"))
      all.push_back(entry.path());
  std::ranges::sort(all);
  return all;
}

std::size_t nearest_frame(const std::vector<StoredFrame>& frames, double time_s) {
  const auto away = [&](const StoredFrame& f) { return std::abs(f.time_s - time_s); };
  return std::size_t(std::ranges::min_element(frames, {}, away) - frames.begin());
}

}  // namespace soleus
