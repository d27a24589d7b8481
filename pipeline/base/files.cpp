#include "pipeline/base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

/// An open file descriptor, closed with the object.
struct Descriptor {
  int fd;
  explicit Descriptor(int opened) : fd(opened) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

[[noreturn]] void fail(const fs::path& path, std::string_view verb) {
  if (errno == ENOSPC || errno == EDQUOT)
    throw ResourceError(
        fmt::format("{}: cannot {}: disk full; free space, choose another --output folder or write less "
                    "(output.interval, output.fields).",
                    path.string(), verb));
  throw ResourceError(fmt::format("{}: cannot {}: {}.", path.string(), verb, std::strerror(errno)));
}

void flush_to_disk(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0) fail(path, "be opened");
  // Some file systems cannot flush folders (EINVAL); that loses durability, not correctness.
  if (::fsync(file.fd) != 0 && errno != EINVAL) fail(path, "be written to the disk");
}

/// Writes `content` to `aside`; errors name `path`, which it will become.
void write_all(const fs::path& aside, const fs::path& path, std::string_view content) {
  const Descriptor file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.fd < 0) fail(path, "be created");
  while (!content.empty()) {
    const ssize_t n = ::write(file.fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(path, "be written");
    content.remove_prefix(std::size_t(n));
  }
  if (::fsync(file.fd) != 0) fail(path, "be written to the disk");
}

/// write(aside), and the rename.
template <class Write>
void write_aside(const fs::path& file, const Write& write) {
  const fs::path aside = file.parent_path() / fmt::format(".{}.partial", file.filename().string());
  try {
    write(aside);
    if (std::rename(aside.c_str(), file.c_str()) != 0) fail(file, "be written");
  } catch (...) {
    std::error_code ignored;
    fs::remove(aside, ignored);
    throw;
  }
}

}  // namespace

void write_file(const fs::path& file, std::string_view content) {
  write_aside(file, [&](const fs::path& aside) { write_all(aside, file, content); });
}

void write_file(const fs::path& file, const std::function<void(std::ostream&)>& write) {
  write_aside(file, [&](const fs::path& aside) {
    errno = 0;
    std::ofstream out(aside, std::ios::binary);
    if (!out) fail(file, "be created");
    try {
      write(out);
    } catch (const Error&) {
      throw;
    } catch (const std::exception&) {  // a library's own, of a stream that takes no more
      fail(file, "be written");
    }
    out.close();
    if (!out) fail(file, "be written");
    flush_to_disk(aside);
  });
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw InputError(
        fmt::format("{}: {}.", file.string(), fs::exists(file) ? "cannot be read" : "no such file"));
  std::string content{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw InputError(fmt::format("{}: cannot be read.", file.string()));
  return content;
}

void publish_folder(const fs::path& partial, const fs::path& complete) {
  for (const auto& entry : fs::recursive_directory_iterator(partial)) flush_to_disk(entry.path());
  flush_to_disk(partial);
  if (!fs::exists(complete)) {
    if (std::rename(partial.c_str(), complete.c_str()) != 0) fail(complete, "be created");
  } else if (::renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, complete.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(partial);  // now the old one
  } else {
    // File systems without an atomic exchange: there is an instant with the old folder only under its other
    // name.
    const fs::path old = complete.parent_path() / fmt::format(".{}.old", complete.filename().string());
    fs::remove_all(old);
    if (std::rename(complete.c_str(), old.c_str()) != 0) fail(complete, "be replaced");
    if (std::rename(partial.c_str(), complete.c_str()) != 0) fail(complete, "be created");
    fs::remove_all(old);
  }
  flush_to_disk(complete.parent_path().empty() ? fs::path(".") : complete.parent_path());
}

void make_writable_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error && !fs::is_directory(folder)) error = std::make_error_code(std::errc::not_a_directory);
  if (!error && ::access(folder.c_str(), W_OK | X_OK) != 0)
    error = std::error_code(errno, std::generic_category());
  if (error)
    throw InputError(
        fmt::format("{}: the output folder cannot be written ({}); choose another one with --output.",
                    folder.string(), error.message()));
}

double free_bytes(const fs::path& folder) {
  struct statvfs info {};
  if (::statvfs(folder.c_str(), &info) != 0) fail(folder, "be examined");
  return double(info.f_bavail) * double(info.f_frsize);
}

}  // namespace soleus
