// Content hashes (XXH3, 128 bit) that decide whether a stage's result is up to date. Not cryptographic.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace soleus {

/// 32 hexadecimal digits.
std::string hash_text(std::string_view text);

/// Hash of a file's bytes, or of a folder's relative file names and bytes. Throws InputError when it cannot
/// be read.
std::string hash_path(const std::filesystem::path& path);

}  // namespace soleus
