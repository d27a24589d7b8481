// Runs code that may abort the program (a library that asserts on odd input) in a child process.
#pragma once

#include <functional>
#include <string>

namespace soleus::segmentation {

/// One page shared with the parent: what the child is busy with, so that a crash can be blamed on it.
class GuardedNote {
 public:
  explicit GuardedNote(char* page) : page_(page) {}
  void set(const std::string& text);

 private:
  char* page_;
};

struct GuardedOutcome {
  std::string bytes;  // what the work returned
  std::string note;   // the last note
  int signal = 0;     // the signal that ended the child, 0 if it returned
};

/// Calls `work` in a child process and returns what it returned. An InputError of the work is thrown here;
/// any other exception too, as an InputError with its text. Throws Interrupted on Ctrl-C, ResourceError when
/// no process can be made.
GuardedOutcome run_guarded(const std::function<std::string(GuardedNote&)>& work);

}  // namespace soleus::segmentation
