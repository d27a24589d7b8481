#include "pipeline/base/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <vector>

#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

std::string hex(const XXH128_hash_t& h) {
  return fmt::format("{:016x}{:016x}", h.high64, h.low64);
}

std::string hash_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: cannot be opened for reading.", file.string()));
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), std::streamsize(buffer.size())), in.gcount() > 0)
    XXH3_128bits_update(state.get(), buffer.data(), std::size_t(in.gcount()));
  if (in.bad()) throw InputError(fmt::format("{}: reading failed.", file.string()));
  return hex(XXH3_128bits_digest(state.get()));
}

}  // namespace

std::string hash_text(std::string_view text) {
  return hex(XXH3_128bits(text.data(), text.size()));
}

std::string hash_path(const fs::path& path) {
  if (!fs::is_directory(path)) return hash_file(path);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::string all;
  for (const auto& file : files)
    all += file.lexically_relative(path).generic_string() + '\0' + hash_file(file) + '\n';
  return hash_text(all);
}

}  // namespace soleus
