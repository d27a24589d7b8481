// Long work says how far it is: a bar with rate and time left on a terminal, a plain line now and then in a
// log, and progress.json in the run folder when one is set. Also the place where Ctrl-C is noticed.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace soleus {

class Progress {
 public:
  /// `task` as the user reads it ("solve"), `total` in `unit` ("steps", "voxels", "slices").
  Progress(std::string_view task, double total, std::string_view unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Cheap enough for every step: shows at most four times a second (terminal) or every ten seconds (log).
  /// `note` is shown as it is, e.g. "t = 0.31 s, 24 MLUPS". Throws Interrupted when the user asked to stop.
  void update(double done, std::string_view note = {});
  /// The same for work that has to put something away before it stops: never throws Interrupted.
  void tell(double done, std::string_view note = {});

  /// Work that an earlier program has done: it counts neither for the rate nor for the time left.
  void begin_at(double done) { begun_at_ = done_ = done; }

  /// Folder that gets progress.json from now on, for all Progress objects; empty: none.
  static void report_to(const std::filesystem::path& folder);

 private:
  std::string task_, unit_;
  double total_ = 0, done_ = 0, begun_at_ = 0;
  std::chrono::steady_clock::time_point start_, shown_;
  std::string note_;
  bool terminal_ = false;
  void show(bool last);
};

/// Makes SIGINT and SIGTERM set a flag instead of killing the program.
void catch_interrupts();
bool interrupted();
/// Throws Interrupted if the user asked to stop.
void check_interrupt();

}  // namespace soleus
