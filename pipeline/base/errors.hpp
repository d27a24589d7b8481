// Errors that reach the user, one class per exit code. A message is a complete sentence that says what was
// found and what would be accepted; bugs of ours are assertions, not these.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace soleus {

enum class ExitCode { done = 0, bad_input = 2, numerical = 3, resource = 4, interrupted = 130 };

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode exit_code() const { return code_; }

 private:
  ExitCode code_;
};

/// The case, an image, a surface or an option is not acceptable. `messages` has one sentence per fault,
/// what() all of them.
class InputError : public Error {
 public:
  explicit InputError(const std::string& message) : InputError(std::vector<std::string>{message}) {}
  explicit InputError(std::vector<std::string> all);
  const std::vector<std::string>& messages() const { return messages_; }

 private:
  std::vector<std::string> messages_;
};

/// The computation failed (NaN, Mach number, density drift, folding).
class NumericalError : public Error {
 public:
  explicit NumericalError(const std::string& message) : Error(ExitCode::numerical, message) {}
};

/// The machine could not provide what is needed (disk, memory, device).
class ResourceError : public Error {
 public:
  explicit ResourceError(const std::string& message) : Error(ExitCode::resource, message) {}
};

/// The user pressed Ctrl-C or the scheduler sent SIGTERM.
class Interrupted : public Error {
 public:
  Interrupted() : Error(ExitCode::interrupted, "interrupted") {}
};

}  // namespace soleus
