#include "segmentation/guarded_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <thread>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus::segmentation {
namespace {

constexpr std::size_t page_bytes = 4096;

/// A file without a name: written by the child, read by the parent.
struct SharedFile {
  int descriptor = memfd_create("soleus", 0);
  ~SharedFile() {
    if (descriptor >= 0) close(descriptor);
  }
};

struct SharedPage {
  char* text = static_cast<char*>(
      mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ~SharedPage() {
    if (text != MAP_FAILED) munmap(text, page_bytes);
  }
};

bool write_all(int descriptor, const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = write(descriptor, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += std::size_t(n);
  }
  return true;
}

std::string read_all(int descriptor) {
  std::string bytes(std::size_t(lseek(descriptor, 0, SEEK_END)), '\0');
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = pread(descriptor, bytes.data() + done, bytes.size() - done, off_t(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw ResourceError("Reading back the image from the import process failed.");
    done += std::size_t(n);
  }
  return bytes;
}

/// Child side: 0 bytes follow, 1 InputError as a JSON list of sentences, 2 the bytes could not be handed
/// over.
[[noreturn]] void child(const std::function<std::string(GuardedNote&)>& work, char* page, int descriptor) {
  for (const int signal : {SIGINT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE}) std::signal(signal, SIG_DFL);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const int null = open("/dev/null", O_WRONLY);  // the library's own complaints; ours travel through the file
  if (null >= 0) dup2(null, STDERR_FILENO), dup2(null, STDOUT_FILENO);
  int status = 0;
  std::string bytes;
  try {
    GuardedNote note(page);
    bytes = work(note);
  } catch (const InputError& error) {
    status = 1, bytes = nlohmann::json(error.messages()).dump();
  } catch (const std::exception& error) {
    status = 1, bytes = nlohmann::json(std::vector<std::string>{error.what()}).dump();
  }
  if (!write_all(descriptor, bytes)) status = 2;
  _exit(status);  // no destructors: they belong to the parent
}

int wait_for(pid_t process) {
  using namespace std::chrono_literals;
  int status = 0;
  for (auto pause = 1ms;; pause = std::min(pause * 2, 50ms)) {
    const pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended == process) return status;
    if (ended < 0 && errno != EINTR) throw ResourceError("Lost track of the image import process.");
    if (interrupted()) {
      kill(process, SIGKILL);
      waitpid(process, &status, 0);
      throw Interrupted();
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

void GuardedNote::set(const std::string& text) {
  std::strncpy(page_, text.c_str(), page_bytes - 1);
}

GuardedOutcome run_guarded(const std::function<std::string(GuardedNote&)>& work) {
  SharedFile file;
  SharedPage page;
  if (file.descriptor < 0 || page.text == MAP_FAILED)
    throw ResourceError(fmt::format("No memory to import an image: {}.", std::strerror(errno)));
  const pid_t process = fork();
  if (process < 0)
    throw ResourceError(fmt::format("Cannot start a process to import an image: {}.", std::strerror(errno)));
  if (process == 0) child(work, page.text, file.descriptor);

  const int status = wait_for(process);
  GuardedOutcome outcome{.bytes = read_all(file.descriptor), .note = page.text, .signal = 0};
  if (WIFSIGNALED(status)) {
    outcome.signal = WTERMSIG(status);
  } else if (WEXITSTATUS(status) == 1) {
    throw InputError(nlohmann::json::parse(outcome.bytes).get<std::vector<std::string>>());
  } else if (WEXITSTATUS(status) != 0) {
    throw ResourceError("Not enough memory to hand over the imported image.");
  }
  return outcome;
}

}  // namespace soleus::segmentation
