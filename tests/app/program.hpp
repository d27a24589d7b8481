// Runs the real program, as a user would.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/base/temporary_folder.hpp"

namespace soleus::test {

struct Outcome {
  int exit_code = -1;  // 128 + signal if it was killed
  std::string out, err;
};

/// The program started with `arguments` in `folder`; its output goes to files there.
class Program {
 public:
  Program(const std::filesystem::path& folder, std::vector<std::string> arguments) : folder_(folder) {
    arguments.insert(arguments.begin(), SOLEUS_PROGRAM);
    child_ = ::fork();
    if (child_ != 0) return;
    std::filesystem::current_path(folder);
    ::dup2(::open("out.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDOUT_FILENO);
    ::dup2(::open("err.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    ::execv(SOLEUS_PROGRAM, argv.data());
    ::_exit(127);
  }

  void interrupt() const { ::kill(child_, SIGINT); }
  void kill() const { ::kill(child_, SIGKILL); }
  std::string output_so_far() const { return text("err.txt"); }

  Outcome wait() const {
    int status = 0;
    ::waitpid(child_, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text("out.txt"),
            text("err.txt")};
  }

 private:
  std::string text(const char* name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::filesystem::path folder_;
  pid_t child_ = -1;
};

inline Outcome soleus(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  return Program(folder, std::move(arguments)).wait();
}

/// As gtest takes names of parameters.
inline std::string as_test_name(std::string text) {
  for (char& c : text)
    if (c == '-' || c == ' ') c = '_';
  return text;
}

/// A pipe of 8 mm with a few steps of flow: the whole program in about a second.
inline const std::string small_case = R"(case: {name: pipe}
geometry:
  edge_length: 0.8 mm
  analytic: {shape: pipe, radius: 2 mm, length: 8 mm, direction: 0 0 1}
fluid: {density: 1060 kg/m3, viscosity: 3.5 mPa s}
openings:
  - {name: inlet, end: start, kind: flow, flow: 60 mL/min, waveform: {ramp: 5 ms}}
  - {name: outlet, end: end, kind: pressure}
solver: {dx: 0.5 mm, end_time: 2 ms}
output: {interval: 1 ms}
)";

}  // namespace soleus::test
