#include <gtest/gtest.h>

#include <ostream>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;

TEST(WriteFile, ReplacesTheWholeFileAndLeavesNothingAside) {
  const TemporaryFolder folder;
  write_file(folder.path / "a.txt", "a long first text");
  write_file(folder.path / "a.txt", "short");
  EXPECT_EQ(read_file(folder.path / "a.txt"), "short");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1);
}

TEST(WriteFile, TakesWhatIsWrittenPieceByPiece) {
  const TemporaryFolder folder;
  write_file(folder.path / "a.txt", [](std::ostream& out) { out << "in " << 3 << " pieces"; });
  EXPECT_EQ(read_file(folder.path / "a.txt"), "in 3 pieces");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1);
}

TEST(WriteFile, LeavesTheOldFileWhenItCannotWrite) {
  const TemporaryFolder folder;
  write_file(folder.path / "a.txt", "old");
  fs::create_directory(folder.path / ".a.txt.partial");  // in the way of the new one
  EXPECT_THROW(write_file(folder.path / "a.txt", "new"), ResourceError);
  fs::create_directory(folder.path / ".a.txt.partial");
  EXPECT_THROW(write_file(folder.path / "a.txt", [](std::ostream& out) { out << "new"; }), ResourceError);
  EXPECT_EQ(read_file(folder.path / "a.txt"), "old");
}

TEST(PublishFolder, GivesAFolderItsName) {
  const TemporaryFolder folder;
  folder.write("partial/sub/x", "1");
  publish_folder(folder.path / "partial", folder.path / "complete");
  EXPECT_EQ(read_file(folder.path / "complete/sub/x"), "1");
  EXPECT_FALSE(fs::exists(folder.path / "partial"));
}

TEST(PublishFolder, ReplacesTheOldFolderWhole) {
  const TemporaryFolder folder;
  folder.write("complete/old", "1");
  folder.write("partial/new", "2");
  publish_folder(folder.path / "partial", folder.path / "complete");
  EXPECT_TRUE(fs::exists(folder.path / "complete/new"));
  EXPECT_FALSE(fs::exists(folder.path / "complete/old"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1);
}

TEST(WritableFolder, IsRefusedUnderAFile) {
  const TemporaryFolder folder;
  folder.write("file", "");
  try {
    make_writable_folder(folder.path / "file/run");
    FAIL() << "accepted";
  } catch (const InputError& e) {
    EXPECT_EQ(std::string(e.what()),
              (folder.path / "file/run").string() +
                  ": the output folder cannot be written (Not a directory); choose another one with "
                  "--output.");
  }
}

}  // namespace
}  // namespace soleus::test
