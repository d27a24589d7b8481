// The run folder: one subfolder per stage, each complete with a manifest or not there at all.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace soleus {

/// A stage as the run folder sees it: where its result lies and what decides whether that is up to date.
struct StageRecord {
  std::string name;                           // as users say it: "segment"
  std::filesystem::path folder;               // runs/calf/segmentation
  std::string settings;                       // canonical JSON
  std::map<std::string, std::string> inputs;  // artifact name -> content hash
  // File that a stopped run leaves in its folder when it can be gone on with; empty: never. What begins with
  // its stem is no part of the result.
  std::string checkpoint{};
};

enum class StageState { missing, outdated, edited, up_to_date };

/// `edited`: somebody changed the stage's files since it made them.
StageState state(const StageRecord& record);

/// Names of the files that make a stage `edited`.
std::string edited_files(const StageRecord& record);

/// Runs `work` in a folder aside, writes the manifest, and publishes the folder under its name in one step.
/// If `work` throws, the earlier result stays as it was; pictures failure*.png are kept in the run folder and
/// named in the message. What a stopped run of the same settings, inputs and program left aside with a
/// checkpoint, `work` finds in its folder.
void produce(const StageRecord& record, const std::function<void(const std::filesystem::path&)>& work);

/// Holds a run folder for one program at a time; let go with the object or the process.
class RunFolderLock {
 public:
  /// Throws InputError when the folder cannot be written, ResourceError when another program works in it.
  explicit RunFolderLock(const std::filesystem::path& folder);
  ~RunFolderLock();
  RunFolderLock(const RunFolderLock&) = delete;
  RunFolderLock& operator=(const RunFolderLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace soleus
