// Files and folders that appear only complete: written aside, flushed to the disk, renamed.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace soleus {

/// Replaces `file` by `content`, or leaves it as it was and throws ResourceError (disk full, not writable).
void write_file(const std::filesystem::path& file, std::string_view content);
/// The same for what `write` writes, piece by piece.
void write_file(const std::filesystem::path& file, const std::function<void(std::ostream&)>& write);

/// Throws InputError naming the file when it cannot be read.
std::string read_file(const std::filesystem::path& file);

/// Flushes everything in `partial` to the disk and gives it the name `complete`, in one step even if that
/// exists already.
void publish_folder(const std::filesystem::path& partial, const std::filesystem::path& complete);

/// Makes the folder and checks that a file can be made in it. Throws InputError that names it.
void make_writable_folder(const std::filesystem::path& folder);

/// Bytes that a user may still write to the disk that holds `folder`.
double free_bytes(const std::filesystem::path& folder);

}  // namespace soleus
