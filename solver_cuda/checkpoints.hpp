// The state of a run on disk, from which a later one goes on with the same bits.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>

namespace soleus {

/// Where a run stands when it is saved.
struct CheckpointPlace {
  std::int64_t step = 0;
  double time_s = 0;
};

/// Two files beside the run's results: checkpoint_STEP.bin holds the state, checkpoint.json names it with its
/// hash and is replaced after it. At every instant there is a whole one, or none.
class Checkpoints {
 public:
  /// `of_run`: what tells the run from others, a line of text.
  Checkpoints(std::filesystem::path folder, double interval_s, std::string of_run);

  /// One is to be written: so much time has passed since the last, or the user asked to stop.
  bool due() const;
  /// Where it cannot be written, the run goes on without it and says so; ResourceError where the user asked
  /// to stop.
  void save(const CheckpointPlace& at, const std::function<void(std::ostream&)>& write);
  /// Instead of save(), where the state is not fit for it.
  void leave_out() { saved_ = std::chrono::steady_clock::now(); }
  /// Reads the state that an earlier run left here, if it did. One of another run or a damaged one is told of
  /// and passed over; InputError where it cannot be read.
  void load(const std::function<void(std::istream&)>& read);

 private:
  std::filesystem::path folder_;
  double interval_s_;
  std::string of_run_;
  std::filesystem::path last_;  // state file, empty: none
  std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();

  std::filesystem::path note() const;
  void write(const CheckpointPlace& at, const std::function<void(std::ostream&)>& write);
  /// All but the last one.
  void clear() const;
};

}  // namespace soleus
