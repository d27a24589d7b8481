// manifest.json of a stage's folder: what it was made from, by which program, at what cost, and what it
// holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace soleus {

struct ManifestFile {
  std::string name;  // relative to the stage's folder
  std::uintmax_t bytes = 0;
  std::string hash;
};

struct Manifest {
  std::string stage;
  std::string program;                        // name and version
  std::string settings;                       // JSON text
  std::map<std::string, std::string> inputs;  // artifact name -> content hash
  std::string started, finished;              // ISO 8601, UTC
  double wall_s = 0;
  double peak_memory_bytes = 0;
  std::vector<ManifestFile> files;
};

/// Hash of all that a stage made its result from: its settings and the files it took over.
std::string stage_hash(const std::string& settings, const std::map<std::string, std::string>& inputs);

inline constexpr int manifest_version = 1;
void save(const Manifest& manifest, const std::filesystem::path& folder);
/// Nothing if the folder holds no manifest of this version.
std::optional<Manifest> load_manifest(const std::filesystem::path& folder);

/// All files of a folder except manifest.json, with their hashes.
std::vector<ManifestFile> list_files(const std::filesystem::path& folder);
/// Names of the listed files that are gone or differ from what the manifest says. Files above 64 MB count by
/// size only, so that the check stays instant.
std::vector<std::string> changed_files(const Manifest& manifest, const std::filesystem::path& folder);

}  // namespace soleus
