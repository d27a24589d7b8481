#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <map>
#include <sstream>
#include <thread>

#include "pipeline/app/sweep.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

/// This very program with other arguments. Everything that needs memory is made before the fork.
pid_t start(const Process& p) {
  make_writable_folder(p.log.parent_path());
  std::vector<std::string> words{"soleus"};
  words.insert(words.end(), p.arguments.begin(), p.arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string log = p.log.string();
  const pid_t child = ::fork();
  if (child < 0)
    throw ResourceError(fmt::format("a run of the sweep cannot be started: {}.", std::strerror(errno)));
  if (child > 0) return child;
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  ::execv("/proc/self/exe", argv.data());
  ::_exit(127);
}

std::string last_line(const std::filesystem::path& file) {
  std::istringstream in(read_file(file));
  std::string last;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) last = line;
  return last;
}

std::string reason_of(int status, const Process& p) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const std::string how = WIFEXITED(status) ? fmt::format("exit code {}", WEXITSTATUS(status))
                                            : fmt::format("signal {}", WTERMSIG(status));
  return fmt::format("{} ({}; {})", last_line(p.log), how, p.log.string());
}

/// The processes that run, stopped with the object.
struct Children {
  std::map<pid_t, std::size_t> running;
  Children() = default;
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    for (const auto& [child, ignored] : running) ::kill(child, SIGTERM);
    for (const auto& [child, ignored] : running) ::waitpid(child, nullptr, 0);
  }
};

}  // namespace

void run_processes(const std::vector<Process>& all, int jobs,
                   const std::function<void(std::size_t, const std::string&)>& done) {
  constexpr auto between_looks = std::chrono::milliseconds(20);
  Children children;
  std::size_t next = 0;
  while (next < all.size() || !children.running.empty()) {
    check_interrupt();
    if (next < all.size() && int(children.running.size()) < jobs) {
      children.running.emplace(start(all[next]), next);
      ++next;
      continue;
    }
    for (auto it = children.running.begin(); it != children.running.end();) {
      int status = 0;
      if (::waitpid(it->first, &status, WNOHANG) == 0) {
        ++it;
        continue;
      }
      const std::size_t i = it->second;
      it = children.running.erase(it);
      done(i, reason_of(status, all[i]));
    }
    std::this_thread::sleep_for(between_looks);
  }
}

}  // namespace soleus
