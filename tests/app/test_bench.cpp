// `soleus bench`: what it measures, writes and compares. Speeds are not judged here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pipeline/base/files.hpp"
#include "tests/app/program.hpp"

namespace soleus::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(Bench, WritesEachLumenWithItsLimitAndMemory) {
  const TemporaryFolder folder;
  const Outcome done = soleus(
      folder.path, {"bench", "--shrink", "4", "--steps", "2", "--threads", "1", "--output", "bench.json"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const json rows = json::parse(read_file(folder.path / "bench.json"))["rows"];
  ASSERT_EQ(rows.size(), 6u);
  for (const json& r : rows) {
    EXPECT_GT(r["mlups"], 0) << r;
    EXPECT_GT(r["limit_mlups"], 0) << r;
    EXPECT_EQ(r["bytes_moved_per_cell"], 2 * 19 * 4) << r;
    EXPECT_NEAR(r["fraction_of_limit"].get<double>(),
                r["mlups"].get<double>() / r["limit_mlups"].get<double>(), 1e-9);
    EXPECT_GE(r["memory_bytes_per_cell"], r["populations_bytes_per_cell"]) << r;
  }
  EXPECT_EQ(rows[0]["lumen"], "box");
  EXPECT_EQ(rows[0]["fluid_cells"], 32 * 32 * 32);
  EXPECT_NEAR(rows[1]["fluid_cells"].get<double>(), 3.14159 * 7.75 * 7.75 * 128, 500);
  EXPECT_LT(rows[2]["fill_of_box"], 0.05) << "the tree is sparse";
  EXPECT_EQ(rows[3]["fluid_cells"], rows[4]["fluid_cells"]) << "rigid and moving are one lumen";
  EXPECT_THAT(done.out, HasSubstr("a step with a moving wall takes"));
  EXPECT_THAT(done.out, HasSubstr("a step with a compliant wall takes"));
}

TEST(Bench, ComparesWithAnEarlierRun) {
  const TemporaryFolder folder;
  const std::vector<std::string> small{"bench",   "--shrink", "8",         "--steps", "2",
                                       "--lumen", "box",      "--threads", "1"};
  std::vector<std::string> first = small, second = small;
  first.insert(first.end(), {"--output", "first.json"});
  second.insert(second.end(), {"--vs", "first.json"});
  ASSERT_EQ(soleus(folder.path, first).exit_code, 0);
  const Outcome done = soleus(folder.path, second);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("MLUPS x "));
  EXPECT_THAT(done.out, HasSubstr("memory x 1.00"));
}

TEST(Bench, RefusesAFileThatIsNoResult) {
  const TemporaryFolder folder;
  folder.write("other.json", "{\"rows\": [{\"lumen\": \"box\"}]}");
  const Outcome done = soleus(folder.path, {"bench", "--shrink", "8", "--steps", "2", "--lumen", "box",
                                            "--threads", "1", "--vs", "other.json"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("other.json is no result of 'soleus bench --output'"));
}

TEST(Bench, RefusesUnknownNames) {
  const TemporaryFolder folder;
  EXPECT_EQ(soleus(folder.path, {"bench", "--lumen", "aorta"}).exit_code, 2);
  EXPECT_EQ(soleus(folder.path, {"bench", "--collision", "bgk"}).exit_code, 2);
}

}  // namespace
}  // namespace soleus::test
