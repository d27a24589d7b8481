#include "pipeline/base/progress.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

using Clock = std::chrono::steady_clock;

// A signal handler can reach nothing but a global. The signal may come to any thread, and any thread may ask;
// a volatile sig_atomic_t would do within one thread only.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler must not wait for a lock");

extern "C" void request_stop(int signal) {
  stop_requested = true;
  // A second Ctrl-C ends the program at once, for a library call that never returns.
  std::signal(signal, SIG_DFL);
}

struct Report {
  std::mutex mutex;
  std::filesystem::path folder;
};
Report& report() {
  static Report state;
  return state;
}

double seconds(Clock::duration d) {
  return std::chrono::duration<double>(d).count();
}

/// "48 s", "3 min 20 s", "2 h 05 min"
std::string readable(double s) {
  const long whole = std::lround(s);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

/// "1850", "1.85 million"
std::string readable_count(double n) {
  return n < 1e6 ? fmt::format("{:.0f}", n) : fmt::format("{:.3g} million", n / 1e6);
}

std::string readable_rate(double per_s) {
  return per_s < 10 ? fmt::format("{:.2g}", per_s) : readable_count(per_s);
}

constexpr double terminal_interval_s = 0.25;
constexpr double first_line_s = 1.5, line_interval_s = 10;

}  // namespace

Progress::Progress(std::string_view task, double total, std::string_view unit)
    : task_(task),
      unit_(unit),
      total_(total),
      start_(Clock::now()),
      shown_(start_),
      terminal_(::isatty(STDERR_FILENO)) {
  check_interrupt();
}

Progress::~Progress() {
  const bool seen = shown_ != start_;
  if (seen && std::uncaught_exceptions() == 0) show(true);
  if (terminal_ && seen) std::fputs("\r\033[K", stderr);
}

void Progress::update(double done, std::string_view note) {
  check_interrupt();
  tell(done, note);
}

void Progress::tell(double done, std::string_view note) {
  done_ = done;
  const auto now = Clock::now();
  const double due = terminal_ ? terminal_interval_s : shown_ == start_ ? first_line_s : line_interval_s;
  if (seconds(now - shown_) < due) return;
  note_ = note;
  shown_ = now;
  show(false);
}

void Progress::show(bool last) {
  const double elapsed = seconds(Clock::now() - start_);
  const double fraction = total_ > 0 ? std::clamp(done_ / total_, 0.0, 1.0) : 0;
  const double rate = elapsed > 0 ? (done_ - begun_at_) / elapsed : 0;
  const double left = last || rate <= 0 ? 0 : (total_ - done_) / rate;
  const std::string counted = fmt::format("{} of {} {}, {} {}/s", readable_count(done_),
                                          readable_count(total_), unit_, readable_rate(rate), unit_);
  const std::string note = note_.empty() ? "" : ", " + note_;
  if (last) {
    spdlog::info("{}: {} {} in {}", task_, readable_count(done_ - begun_at_), unit_, readable(elapsed));
  } else if (terminal_) {
    constexpr int width = 24;
    const int filled = int(fraction * width);
    std::fputs(fmt::format("\r\033[K{:<12} [{}{}] {:3.0f} %  {}{}, {} left", task_, std::string(filled, '#'),
                           std::string(width - filled, '.'), 100 * fraction, counted, note, readable(left))
                   .c_str(),
               stderr);
    std::fflush(stderr);
  } else {
    spdlog::info("{}: {:.0f} %, {}{}, {} left", task_, 100 * fraction, counted, note, readable(left));
  }

  const std::lock_guard lock(report().mutex);
  if (report().folder.empty()) return;
  const nlohmann::json json = {{"task", task_},  {"done", done_},      {"total", total_},
                               {"unit", unit_},  {"per_second", rate}, {"elapsed_s", elapsed},
                               {"left_s", left}, {"note", note_}};
  // Renamed into place so that a reader never sees half of it; best effort, a full disk must not end the run
  // here.
  const auto file = report().folder / "progress.json", aside = report().folder / ".progress.json.partial";
  std::ofstream(aside) << json.dump(1) << "\n";
  std::error_code ignored;
  std::filesystem::rename(aside, file, ignored);
}

void Progress::report_to(const std::filesystem::path& folder) {
  const std::lock_guard lock(report().mutex);
  report().folder = folder;
}

void catch_interrupts() {
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
}

bool interrupted() {
  return stop_requested;
}

void check_interrupt() {
  if (interrupted()) throw Interrupted();
}

}  // namespace soleus
