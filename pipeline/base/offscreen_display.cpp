#include "pipeline/base/offscreen_display.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace soleus {
namespace {

/// Whether an X server answers at $DISPLAY. VTK would abort the process if none did. libX11 is there whenever
/// VTK renders; it is opened by hand so that this library needs no X headers.
bool display_answers() {
  void* x11 = ::dlopen("libX11.so.6", RTLD_NOW | RTLD_LOCAL);
  if (!x11) return false;
  const auto open_display = reinterpret_cast<void* (*)(const char*)>(::dlsym(x11, "XOpenDisplay"));
  const auto close_display = reinterpret_cast<int (*)(void*)>(::dlsym(x11, "XCloseDisplay"));
  void* display = open_display && close_display ? open_display(nullptr) : nullptr;
  if (display) close_display(display);
  return display != nullptr;
}

/// In the child: becomes Xvfb, which writes the number of its display to `number_pipe`.
[[noreturn]] void become_xvfb(int number_pipe, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // the parent ended before the line above
  ::setsid();  // a Ctrl-C in the terminal must not end the display while a picture is drawn
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(null, STDERR_FILENO);
  ::dup2(number_pipe, 3);
  // -noreset: else the server starts over when its last client leaves and refuses the next one meanwhile.
  ::execlp("Xvfb", "Xvfb", "-displayfd", "3", "-screen", "0", "1920x1200x24", "-nolisten", "tcp", "-noreset",
           nullptr);
  ::_exit(127);
}

/// The line that Xvfb writes when it is ready; empty if it ends or ten seconds pass.
std::string read_display_number(int pipe) {
  std::string number;
  for (pollfd ready{pipe, POLLIN, 0}; ::poll(&ready, 1, 10000) > 0;) {
    char c = 0;
    if (::read(pipe, &c, 1) != 1) return {};
    if (c == '\n') return number;
    number += c;
  }
  return {};
}

void stop(pid_t server) {
  ::kill(server, SIGTERM);
  ::waitpid(server, nullptr, 0);
}

}  // namespace

OffscreenDisplay::OffscreenDisplay() {
  const char* display = std::getenv("DISPLAY");
  if (display && *display && display_answers()) {
    available_ = true;
    return;
  }
  int ends[2];
  if (::pipe2(ends, 0) != 0) {
    reason_ = "no pipe could be made to start Xvfb.";
    return;
  }
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  const pid_t parent = ::getpid();
  server_ = ::fork();
  if (server_ == 0) become_xvfb(ends[1], parent);
  ::close(ends[1]);
  const std::string number = server_ > 0 ? read_display_number(ends[0]) : "";
  ::close(ends[0]);
  if (number.empty()) {
    reason_ = "no X display and Xvfb does not start; install it with 'apt-get install xvfb'.";
    if (server_ > 0) stop(server_);
    server_ = 0;
    return;
  }
  ::setenv("DISPLAY", (":" + number).c_str(), 1);
  available_ = true;
}

OffscreenDisplay::~OffscreenDisplay() {
  if (server_ <= 0) return;
  ::unsetenv("DISPLAY");
  stop(server_);
}

}  // namespace soleus
