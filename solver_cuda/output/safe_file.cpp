#include "solver_cuda/output/safe_file.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <string>

#include "pipeline/base/errors.hpp"

namespace soleus {

namespace fs = std::filesystem;

fs::path aside(const fs::path& file) {
  // Hidden, so that neither a reader's file list nor its pattern *.vtu meets a half-written file.
  std::string name = ".";
  name += file.filename().string();
  name += ".part";
  return file.parent_path() / name;
}

void give_up(const fs::path& file, int error_number) {
  std::error_code ignored;
  fs::remove(aside(file), ignored);
  if (error_number == ENOSPC || error_number == EDQUOT) {
    const fs::space_info space = fs::space(file.parent_path(), ignored);
    throw ResourceError(
        file.string() + ": disk full while writing; " +
        std::to_string(ignored ? 0 : space.available / 1000000) +
        " MB are left there. Free space, choose another --output folder, or write less (output.interval, "
        "output.fields, output.region).");
  }
  throw ResourceError(file.string() + ": cannot be written (" +
                      (error_number ? std::strerror(error_number) : "unknown error") +
                      "); a writable folder on a healthy disk is needed.");
}

void publish(const fs::path& file) {
  // fsync also reports what an earlier buffered write could not store.
  const int descriptor = ::open(aside(file).c_str(), O_RDONLY);
  if (descriptor < 0) give_up(file, errno);
  const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failed) give_up(file, failed);
  if (::rename(aside(file).c_str(), file.c_str()) != 0) give_up(file, errno);
}

void write_text(const fs::path& file, std::string_view text) {
  const int descriptor = ::open(aside(file).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) give_up(file, errno);
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int failed = errno;
      ::close(descriptor);
      give_up(file, failed);
    }
    text.remove_prefix(std::size_t(written));
  }
  if (::close(descriptor) != 0) give_up(file, errno);
  publish(file);
}

}  // namespace soleus
