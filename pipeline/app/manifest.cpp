#include "pipeline/app/manifest.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/hash.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

constexpr std::string_view file_name = "manifest.json";
constexpr std::uintmax_t largest_hashed_again = 64 << 20;

}  // namespace

std::string stage_hash(const std::string& settings, const std::map<std::string, std::string>& inputs) {
  return hash_text(json{{"settings", settings}, {"inputs", inputs}}.dump());
}

void save(const Manifest& m, const fs::path& folder) {
  json files = json::array();
  for (const ManifestFile& f : m.files)
    files.push_back({{"name", f.name}, {"bytes", f.bytes}, {"hash", f.hash}});
  const json j = {{"version", manifest_version},
                  {"stage", m.stage},
                  {"program", m.program},
                  {"started", m.started},
                  {"finished", m.finished},
                  {"wall_s", m.wall_s},
                  {"peak_memory_bytes", m.peak_memory_bytes},
                  {"stage_hash", stage_hash(m.settings, m.inputs)},
                  {"settings_hash", hash_text(m.settings)},
                  {"settings", json::parse(m.settings)},
                  {"inputs", m.inputs},
                  {"files", files}};
  write_file(folder / file_name, j.dump(2) + "\n");
}

std::optional<Manifest> load_manifest(const fs::path& folder) {
  if (!fs::exists(folder / file_name)) return std::nullopt;
  try {
    const json j = json::parse(read_file(folder / file_name));
    if (j.at("version") != manifest_version) return std::nullopt;
    Manifest m;
    m.stage = j.at("stage");
    m.program = j.at("program");
    m.started = j.at("started");
    m.finished = j.at("finished");
    m.wall_s = j.at("wall_s");
    m.peak_memory_bytes = j.at("peak_memory_bytes");
    m.settings = nlohmann::json(j.at("settings")).dump();  // sorted keys: the canonical text again
    m.inputs = j.at("inputs").get<std::map<std::string, std::string>>();
    for (const json& f : j.at("files")) m.files.push_back({f.at("name"), f.at("bytes"), f.at("hash")});
    return m;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::vector<ManifestFile> list_files(const fs::path& folder) {
  std::vector<ManifestFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).generic_string();
    if (entry.is_regular_file() && name != file_name)
      files.push_back({name, entry.file_size(), hash_path(entry.path())});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

std::vector<std::string> changed_files(const Manifest& manifest, const fs::path& folder) {
  std::vector<std::string> changed;
  for (const ManifestFile& f : manifest.files) {
    const fs::path file = folder / f.name;
    const bool same = fs::exists(file) && fs::file_size(file) == f.bytes &&
                      (f.bytes > largest_hashed_again || hash_path(file) == f.hash);
    if (!same) changed.push_back(f.name);
  }
  return changed;
}

}  // namespace soleus
