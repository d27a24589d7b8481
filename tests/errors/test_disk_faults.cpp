// Output that cannot be written: read-only places and full disks.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <chrono>
#include <thread>

#include "tests/errors/faulty_run.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;

/// A small disk of its own; needs root.
class SmallDisk {
 public:
  SmallDisk(const fs::path& place, unsigned long flags, const char* options) : place_(place) {
    fs::create_directories(place);
    mounted_ = ::mount("tmpfs", place.c_str(), "tmpfs", flags, options) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }

 private:
  fs::path place_;
  bool mounted_;
};

class DiskFault : public testing::Test {
 protected:
  TemporaryFolder folder;
  void SetUp() override { folder.write("pipe.yaml", small_case); }
};

TEST_F(DiskFault, OutputFolderUnderAFile) {
  const Outcome outcome = soleus(folder.path, {"run", "pipe.yaml", "--output", "pipe.yaml/run"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err,
            "pipe.yaml/run: the output folder cannot be written (Not a directory); choose another one with "
            "--output.\n");
}

TEST_F(DiskFault, OutputFolderReadOnly) {
  const SmallDisk disk(folder.path / "disk", MS_RDONLY, "size=1m");
  if (!disk.mounted()) GTEST_SKIP() << "only root can mount the small disk of this test";
  const Outcome outcome = soleus(folder.path, {"run", "pipe.yaml", "--output", "disk"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err,
            "disk: the output folder cannot be written (Read-only file system); choose another one with "
            "--output.\n");
}

TEST_F(DiskFault, TooSmallForTheRunIsSaidBeforeIt) {
  const SmallDisk disk(folder.path / "disk", 0, "size=1m");
  if (!disk.mounted()) GTEST_SKIP() << "only root can mount the small disk of this test";
  const Outcome outcome =
      soleus(folder.path, {"solve", "pipe.yaml", "--output", "disk", "--set", "solver.end_time=1 s"});
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(
      sentences(outcome.err),
      testing::MatchesRegex(
          "the run will write .* and .* are free on the disk of disk; use a larger output.interval, fewer "
          "output.fields, or another disk with --output.\n"));
  EXPECT_TRUE(fs::exists(folder.path / "disk/mesh/manifest.json"));
  EXPECT_FALSE(fs::exists(folder.path / "disk/solve"));
}

TEST_F(DiskFault, FullDuringOutputLeavesNothingHalfWritten) {
  const SmallDisk disk(folder.path / "disk", 0, "size=32m");
  if (!disk.mounted()) GTEST_SKIP() << "only root can mount the small disk of this test";
  const Program program(folder.path, {"solve", "pipe.yaml", "--output", "disk", "--set",
                                      "solver.end_time=100 s", "--set", "output.interval=0.5 s"});
  for (int i = 0; i < 600 && program.output_so_far().find("steps") == std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::ofstream filler(folder.path / "disk/filler", std::ios::binary);
  for (const std::string block(4096, 'x'); filler.write(block.data(), 4096).flush();) {
  }

  const Outcome outcome = program.wait();

  EXPECT_EQ(outcome.exit_code, 4) << outcome.err;
  EXPECT_EQ(sentences(outcome.err),
            "disk: the disk is full; the solve stage was given up and nothing of it was kept. Free some "
            "space, or choose another "
            "disk with --output.\n");
  EXPECT_TRUE(fs::exists(folder.path / "disk/mesh/manifest.json"));
  EXPECT_FALSE(fs::exists(folder.path / "disk/solve"));
  EXPECT_FALSE(fs::exists(folder.path / "disk/.solve.partial"));
}

}  // namespace
}  // namespace soleus::test
