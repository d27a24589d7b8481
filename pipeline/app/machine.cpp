#include "pipeline/app/machine.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include "pipeline/base/parallel.hpp"
#include "segmentation/segmentation.hpp"

namespace soleus {
namespace {

/// A field of a file like /proc/meminfo ("MemAvailable:  1234 kB") in bytes; 0 if not there.
double kilobytes_of(const char* file, const std::string& field) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(field + ":")) {
      std::istringstream rest(line.substr(field.size() + 1));
      double kilobytes = 0;
      rest >> kilobytes;
      return kilobytes * 1024;
    }
  return 0;
}

double number_in(const char* file, double otherwise) {
  std::ifstream in(file);
  double value = otherwise;
  return in >> value ? value : otherwise;
}

}  // namespace

double available_memory_bytes() {
  constexpr double unlimited = std::numeric_limits<double>::infinity();
  const double limit = number_in("/sys/fs/cgroup/memory.max", unlimited);
  const double left = limit - number_in("/sys/fs/cgroup/memory.current", 0);
  return std::min(kilobytes_of("/proc/meminfo", "MemAvailable"), left);
}

double peak_memory_bytes() {
  if (const double peak = kilobytes_of("/proc/self/status", "VmHWM"); peak > 0) return peak;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) * 1024;
}

void reset_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

int default_threads() {
  cpu_set_t allowed;
  return ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

void use_threads(int threads) {
  set_threads(threads);
  set_itk_threads(threads);
}

}  // namespace soleus
