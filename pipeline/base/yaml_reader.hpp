// Reads a YAML file into a described struct (see fields.hpp). Every fault of the file is collected and thrown
// at once, each with file, line, key, value and what would be accepted.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/fields.hpp"

namespace soleus {

/// A value from the command line that replaces or adds one of the file: `solver.dx=0.4 mm`,
/// `openings.inlet.pressure=5 mmHg` (an item of a list by its number from 0, or by its name).
struct Override {
  std::string key;
  std::string value;
};
/// Throws InputError when `text` is not KEY=VALUE.
Override parse_override(std::string_view text);

class Reader : public Fields {
 public:
  /// Throws InputError with everything that was found wrong, if anything.
  virtual void finish() = 0;
};
std::unique_ptr<Reader> open_yaml(const std::filesystem::path& file, std::span<const Override> overrides);

/// A message of a stage that begins with a key of the file ("image.file: ..."), with the place of that key in
/// front: "calf.yaml:9: image.file: ...". Other messages stay as they are.
std::string with_place(const std::string& message, const std::filesystem::path& file,
                       std::span<const Override> overrides);

/// The same for each message of an error.
InputError with_places(const InputError& e, const std::filesystem::path& file,
                       std::span<const Override> overrides);

template <class T>
T read_yaml(const std::filesystem::path& file, std::span<const Override> overrides = {}) {
  T value{};
  const std::unique_ptr<Reader> reader = open_yaml(file, overrides);
  describe(*reader, value);
  reader->finish();
  return value;
}

}  // namespace soleus
