// Files that are complete or absent: written aside, flushed to disk, renamed.
#pragma once

#include <filesystem>
#include <string_view>

namespace soleus {

/// The name under which `file` is written before it is complete.
std::filesystem::path aside(const std::filesystem::path& file);

/// Flushes aside(file) to disk and gives it its name. Throws ResourceError, and removes the half, when the
/// disk is full.
void publish(const std::filesystem::path& file);

/// Removes aside(file) and throws the ResourceError for `error_number` (errno; 0: unknown).
[[noreturn]] void give_up(const std::filesystem::path& file, int error_number);

/// Replaces `file` by `text` in one step.
void write_text(const std::filesystem::path& file, std::string_view text);

}  // namespace soleus
