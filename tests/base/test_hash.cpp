#include <gtest/gtest.h>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/hash.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

TEST(Hash, IsTheSameInEveryVersionAndOnEveryMachine) {
  // XXH3-128 of the empty string and of "soleus", from the xxhsum program.
  EXPECT_EQ(hash_text(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(hash_text("soleus"), "22d719c65236c3957bfb523419a676d2");
}

TEST(Hash, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder;
  const std::string large(3 << 20, 'x');  // more than one buffer
  EXPECT_EQ(hash_path(folder.write("large", large)), hash_text(large));
}

TEST(Hash, OfAFolderCountsNamesAndBytes) {
  const TemporaryFolder a, b;
  a.write("one", "1");
  a.write("sub/two", "2");
  b.write("sub/two", "2");
  b.write("one", "1");
  EXPECT_EQ(hash_path(a.path), hash_path(b.path));
  std::filesystem::rename(b.path / "one", b.path / "uno");
  EXPECT_NE(hash_path(a.path), hash_path(b.path));
}

TEST(Hash, NamesAFileThatCannotBeRead) {
  EXPECT_THROW(hash_path("nowhere"), InputError);
}

}  // namespace
}  // namespace soleus::test
