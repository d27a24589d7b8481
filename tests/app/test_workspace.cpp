#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pipeline/app/manifest.hpp"
#include "pipeline/app/workspace.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/hash.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;

class StageFolder : public testing::Test {
 protected:
  TemporaryFolder run;
  StageRecord record{"mesh", run.path / "mesh", R"({"edge":1})", {{"labels.nrrd", "abc"}}};

  void make(const std::string& text = "points") {
    produce(record, [&](const fs::path& out) { write_file(out / "lumen.vtp", text); });
  }
  std::string read() { return read_file(run.path / "mesh/lumen.vtp"); }
  std::vector<std::string> names_in_run_folder() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(run.path)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
};

TEST_F(StageFolder, IsUpToDateUntilSettingsInputsOrFilesChange) {
  EXPECT_EQ(state(record), StageState::missing);
  make();
  EXPECT_EQ(state(record), StageState::up_to_date);

  StageRecord other = record;
  other.settings = R"({"edge":2})";
  EXPECT_EQ(state(other), StageState::outdated);
  other = record;
  other.inputs["labels.nrrd"] = "def";
  EXPECT_EQ(state(other), StageState::outdated);

  write_file(run.path / "mesh/lumen.vtp", "POINTS");
  EXPECT_EQ(state(record), StageState::edited);
  EXPECT_EQ(edited_files(record), "lumen.vtp");
  fs::remove(run.path / "mesh/lumen.vtp");
  EXPECT_EQ(state(record), StageState::missing);
}

TEST_F(StageFolder, HoldsAManifestOfWhatItWasMadeFrom) {
  make("points");

  const auto json = nlohmann::json::parse(read_file(run.path / "mesh/manifest.json"));

  EXPECT_EQ(json["stage"], "mesh");
  EXPECT_EQ(json["program"], "soleus 0.1.0");
  EXPECT_EQ(json["settings"]["edge"], 1);
  EXPECT_EQ(json["settings_hash"], hash_text(R"({"edge":1})"));
  EXPECT_EQ(json["stage_hash"], stage_hash(record.settings, record.inputs));
  EXPECT_NE(json["stage_hash"], stage_hash(record.settings, {}));
  EXPECT_EQ(json["inputs"]["labels.nrrd"], "abc");
  EXPECT_EQ(json["files"][0]["name"], "lumen.vtp");
  EXPECT_EQ(json["files"][0]["bytes"], 6);
  EXPECT_EQ(json["files"][0]["hash"], hash_text("points"));
  EXPECT_GT(json["peak_memory_bytes"], 1e6);
  EXPECT_THAT(std::string(json["started"]), testing::MatchesRegex("2[0-9-]*T[0-9:]*Z"));
}

TEST_F(StageFolder, IsReplacedWhole) {
  make("old");
  produce(record, [&](const fs::path& out) { write_file(out / "other.vtp", "new"); });
  EXPECT_FALSE(fs::exists(run.path / "mesh/lumen.vtp"));
  EXPECT_TRUE(fs::exists(run.path / "mesh/other.vtp"));
  EXPECT_THAT(names_in_run_folder(), testing::ElementsAre("mesh"));
}

TEST_F(StageFolder, KeepsTheEarlierResultWhenTheStageFails) {
  make("old");
  EXPECT_THROW(produce(record,
                       [&](const fs::path& out) {
                         write_file(out / "lumen.vtp", "half");
                         throw NumericalError("diverged");
                       }),
               NumericalError);
  EXPECT_EQ(read(), "old");
  EXPECT_EQ(state(record), StageState::up_to_date);
  EXPECT_THAT(names_in_run_folder(), testing::ElementsAre("mesh"));
}

TEST_F(StageFolder, KeepsPicturesOfTheFailureAndNamesThem) {
  try {
    produce(record, [&](const fs::path& out) {
      write_file(out / "failure_open.png", "picture");
      throw InputError("the surface is open.");
    });
    FAIL() << "accepted";
  } catch (const InputError& e) {
    const std::string picture = (run.path / "mesh-failure_open.png").string();
    EXPECT_EQ(std::string(e.what()), "the surface is open. See " + picture + ".");
    EXPECT_TRUE(fs::exists(picture));
  }
  EXPECT_THAT(names_in_run_folder(), testing::ElementsAre("mesh-failure_open.png"));
}

TEST_F(StageFolder, TurnsLackOfMemoryIntoASentence) {
  try {
    produce(record, [](const fs::path&) { throw std::bad_alloc(); });
    FAIL() << "accepted";
  } catch (const ResourceError& e) {
    EXPECT_STREQ(e.what(), "the mesh stage needs more memory than this machine has; nothing of it was kept.");
  }
}

/// What is kept of a stage that throws after it wrote a checkpoint, and what the next one finds.
struct StageWithCheckpoint : StageFolder {
  StageWithCheckpoint() { record.checkpoint = "checkpoint.json"; }
  bool found = false;
  void fail() {
    EXPECT_THROW(produce(record,
                         [&](const fs::path& out) {
                           found = fs::exists(out / "checkpoint.json");
                           write_file(out / "checkpoint.json", "state");
                           throw std::bad_alloc();
                         }),
                 ResourceError);
  }
};

TEST_F(StageWithCheckpoint, GoesOnFromIt) {
  fail();
  EXPECT_FALSE(found);
  EXPECT_THAT(names_in_run_folder(), testing::ElementsAre(".mesh.partial"));
  fail();
  EXPECT_TRUE(found);
}

TEST_F(StageWithCheckpoint, BeginsAnewWithOtherSettingsOrInputs) {
  fail();
  record.settings = R"({"edge":2})";
  fail();
  EXPECT_FALSE(found);
  record.inputs["labels.nrrd"] = "def";
  fail();
  EXPECT_FALSE(found);
}

TEST_F(StageWithCheckpoint, LeavesItOutOfTheResult) {
  fail();
  produce(record, [](const fs::path& out) {
    EXPECT_TRUE(fs::exists(out / "checkpoint.json"));
    write_file(out / "checkpoint_3.bin", "state");
    write_file(out / "lumen.vtp", "points");
  });
  EXPECT_EQ(state(record), StageState::up_to_date);
  EXPECT_FALSE(fs::exists(record.folder / "checkpoint.json"));
  EXPECT_FALSE(fs::exists(record.folder / "checkpoint_3.bin"));
  EXPECT_EQ(load_manifest(record.folder)->files.size(), 1u);
}

TEST_F(StageWithCheckpoint, SaysThatItGoesOn) {
  try {
    produce(record, [](const fs::path& out) {
      write_file(out / "checkpoint.json", "state");
      throw std::bad_alloc();
    });
    FAIL() << "accepted";
  } catch (const ResourceError& e) {
    EXPECT_STREQ(e.what(),
                 "the mesh stage needs more memory than this machine has; the same command goes on from its "
                 "last checkpoint.");
  }
}

TEST_F(StageFolder, RemovesWhatAKilledRunLeft) {
  run.write(".mesh.partial/rubbish", "x");
  make();
  EXPECT_THAT(names_in_run_folder(), testing::ElementsAre("mesh"));
  EXPECT_FALSE(fs::exists(run.path / "mesh/rubbish"));
}

TEST(RunFolder, IsHeldByOneProgramAtATime) {
  const TemporaryFolder folder;
  {
    const RunFolderLock first(folder.path);
    EXPECT_THROW(RunFolderLock second(folder.path), ResourceError);
  }
  EXPECT_NO_THROW(RunFolderLock again(folder.path));
}

}  // namespace
}  // namespace soleus::test
