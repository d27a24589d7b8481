// The stored frames of a run: which file holds what at which time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace soleus {

struct StoredFrame {
  double time_s = 0;
  std::filesystem::path file;
};

/// Those that a .pvd lists, in its order, and that are there; none where it is not there itself.
std::vector<StoredFrame> stored_frames(const std::filesystem::path& collection);
/// The collections of the sheets, such as cusps, as the solver names them; ascending.
std::vector<std::filesystem::path> sheet_series(const std::filesystem::path& solve_folder);
/// The place of the frame nearest to a time; there is one.
std::size_t nearest_frame(const std::vector<StoredFrame>& frames, double time_s);

}  // namespace soleus
