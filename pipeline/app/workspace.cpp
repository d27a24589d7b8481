#include "pipeline/app/workspace.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>

#include "pipeline/app/build_info.hpp"
#include "pipeline/app/machine.hpp"
#include "pipeline/app/manifest.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/join.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

/// Moves pictures of what went wrong to the run folder; a sentence that names them, or nothing.
std::string keep_pictures(const fs::path& partial, const StageRecord& record) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(partial, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("failure") || entry.path().extension() != ".png") continue;
    const fs::path kept = record.folder.parent_path() / fmt::format("{}-{}", record.name, name);
    fs::rename(entry.path(), kept, ignored);
    if (!ignored) names.push_back(kept.string());
  }
  return names.empty() ? "" : fmt::format(" See {}.", join(names));
}

/// Libraries report a full disk in many ways, or not at all; the disk itself does not lie.
bool disk_full(const fs::path& folder) {
  constexpr double nothing_left_bytes = 64 * 1024;
  return free_bytes(folder) < nothing_left_bytes;
}

/// Where a stage works.
fs::path aside(const StageRecord& record) {
  return record.folder.parent_path() / fmt::format(".{}.partial", record.folder.filename().string());
}

bool has_checkpoint(const StageRecord& record, const fs::path& folder) {
  return !record.checkpoint.empty() && fs::exists(folder / record.checkpoint);
}

/// `name`: of a file in the stage's folder.
bool of_checkpoint(const StageRecord& record, const std::string& name) {
  const std::string stem = fs::path(record.checkpoint).stem().string();
  return !stem.empty() && (name.starts_with(stem) || name.starts_with("." + stem));
}

/// When nothing can be lost any more.
void remove_checkpoint(const StageRecord& record) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(record.folder))
    if (of_checkpoint(record, entry.path().filename().string())) files.push_back(entry.path());
  std::error_code ignored;
  for (const fs::path& file : files) fs::remove(file, ignored);
}

/// Made, or begun, by this program from what the stage is made from now.
bool fits(const Manifest& manifest, const StageRecord& record) {
  return manifest.program == program_version() && manifest.settings == record.settings &&
         manifest.inputs == record.inputs;
}

/// Whether an earlier run that was stopped there would have made the same.
bool can_go_on(const StageRecord& record, const fs::path& partial) {
  if (!has_checkpoint(record, partial)) return false;
  const auto begun = load_manifest(partial);
  return begun && fits(*begun, record);
}

std::string what_was_kept(bool goes_on) {
  return goes_on ? "the same command goes on from its last checkpoint" : "nothing of it was kept";
}

[[noreturn]] void throw_disk_full(const StageRecord& record, bool goes_on = false) {
  throw ResourceError(fmt::format(
      "{}: the disk is full; the {} stage was given up and {}. Free some space, or choose another disk with "
      "--output.",
      record.folder.parent_path().string(), record.name, what_was_kept(goes_on)));
}

/// The error of a failed stage as the user is to see it, with the pictures named.
[[noreturn]] void rethrow(const StageRecord& record, const std::string& pictures, bool full, bool goes_on) {
  try {
    throw;
  } catch (const Interrupted&) {
    if (goes_on) spdlog::info("{}: stopped; {}", record.name, what_was_kept(goes_on));
    throw;
  } catch (const InputError& e) {
    std::vector<std::string> messages = e.messages();
    messages.back() += pictures;
    throw InputError(std::move(messages));
  } catch (const NumericalError& e) {
    throw NumericalError(std::string(e.what()) + pictures);
  } catch (const std::bad_alloc&) {
    throw ResourceError(fmt::format("the {} stage needs more memory than this machine has; {}.", record.name,
                                    what_was_kept(goes_on)));
  } catch (const std::exception&) {
    if (full) throw_disk_full(record, goes_on);
    throw;
  }
}

}  // namespace

StageState state(const StageRecord& record) {
  const auto manifest = load_manifest(record.folder);
  if (!manifest) return StageState::missing;
  for (const ManifestFile& f : manifest->files)
    if (!fs::exists(record.folder / f.name)) return StageState::missing;
  if (!changed_files(*manifest, record.folder).empty()) return StageState::edited;
  return fits(*manifest, record) ? StageState::up_to_date : StageState::outdated;
}

std::string edited_files(const StageRecord& record) {
  return join(changed_files(*load_manifest(record.folder), record.folder));
}

void produce(const StageRecord& record, const std::function<void(const fs::path&)>& work) {
  const fs::path partial = aside(record);
  if (!can_go_on(record, partial)) fs::remove_all(partial);
  make_writable_folder(partial);
  Manifest manifest;
  manifest.stage = record.name;
  manifest.program = program_version();
  manifest.settings = record.settings;
  manifest.inputs = record.inputs;
  manifest.started = utc_now();
  const auto start = std::chrono::steady_clock::now();
  reset_peak_memory();
  try {
    if (!record.checkpoint.empty()) save(manifest, partial);
    work(partial);
    manifest.files = list_files(partial);
    std::erase_if(manifest.files, [&](const ManifestFile& f) { return of_checkpoint(record, f.name); });
    manifest.finished = utc_now();
    manifest.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    manifest.peak_memory_bytes = peak_memory_bytes();
    save(manifest, partial);
    if (disk_full(partial)) throw_disk_full(record, has_checkpoint(record, partial));
    publish_folder(partial, record.folder);
    remove_checkpoint(record);
  } catch (...) {
    const bool full = disk_full(partial);
    const std::string pictures = keep_pictures(partial, record);
    const bool goes_on = has_checkpoint(record, partial);
    std::error_code ignored;
    if (!goes_on) fs::remove_all(partial, ignored);
    rethrow(record, pictures, full, goes_on);
  }
}

RunFolderLock::RunFolderLock(const fs::path& folder) {
  make_writable_folder(folder);
  const fs::path lock = folder / ".lock";
  file_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0)
    throw InputError(fmt::format("{}: the output folder cannot be written; choose another one with --output.",
                                 folder.string()));
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(file_);
  throw ResourceError(fmt::format(
      "{}: another soleus is working in this folder; wait for it, or choose another one with --output.",
      folder.string()));
}

RunFolderLock::~RunFolderLock() {
  ::close(file_);
}

}  // namespace soleus
