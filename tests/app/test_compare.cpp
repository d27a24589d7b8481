// soleus compare, preview and render from the outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "pipeline/base/files.hpp"
#include "tests/app/program.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;

class CompareRuns : public testing::Test {
 protected:
  TemporaryFolder folder;
  void SetUp() override { folder.write("pipe.yaml", small_case); }
};

/// Half of the flow, of a case with another name.
TEST_F(CompareRuns, ShowsWhatAChangeDoes) {
  ASSERT_EQ(soleus(folder.path, {"run", "pipe.yaml"}).exit_code, 0);
  folder.write("half.yaml", std::regex_replace(small_case, std::regex("name: pipe"), "name: half"));
  const Outcome half = soleus(folder.path, {"run", "half.yaml", "--set", "openings.inlet.flow=10 mL/min"});
  ASSERT_EQ(half.exit_code, 0) << half.err;
  const Outcome shown = soleus(folder.path, {"compare", "runs/pipe", "runs/half", "-o", "out"});
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, ContainsRegex("last cycle +pipe +half +difference +usual"));
  EXPECT_THAT(shown.out, HasSubstr("Time-averaged wall shear stress"));
  EXPECT_THAT(read_file(folder.path / "out/comparison.csv"), HasSubstr("figure,of,label,unit"));
  EXPECT_THAT(read_file(folder.path / "out/summary.txt"), HasSubstr("not advice"));
  EXPECT_TRUE(fs::exists(folder.path / "out/wall_difference_half.vtp"));
}

TEST_F(CompareRuns, RenderRefusesWhatIsNotThere) {
  const Outcome no_run = soleus(folder.path, {"render", "pipe.yaml"});
  EXPECT_EQ(no_run.exit_code, 2);
  EXPECT_THAT(no_run.err, HasSubstr("runs/pipe: no finished run (solve/flow.json is missing)"));
  ASSERT_EQ(soleus(folder.path, {"run", "pipe.yaml"}).exit_code, 0);
  const Outcome late = soleus(folder.path, {"render", "runs/pipe", "--time", "9 s"});
  EXPECT_EQ(late.exit_code, 2);
  EXPECT_THAT(late.err, HasSubstr("--time 9 s: the run has stored 0 s to"));
}

TEST_F(CompareRuns, RefusesWhatIsNoRun) {
  const Outcome shown = soleus(folder.path, {"compare", "nothing", "here"});
  EXPECT_EQ(shown.exit_code, 2);
  EXPECT_THAT(shown.err, HasSubstr("nothing: no finished run (solve/flow.json is missing)"));
}

TEST_F(CompareRuns, PreviewRefusesACaseWithoutAValveAndRepairsThatAreNone) {
  const Outcome without = soleus(folder.path, {"preview", "pipe.yaml", "--repair", "banding"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, HasSubstr("the case has no valve that could be repaired"));
  const std::string demo = fs::path(SOLEUS_SOURCE) / "configs/demo/valve-reflux.yaml";
  const Outcome unknown = soleus(folder.path, {"preview", demo, "--repair", "glue"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("'glue' is not one of none, internal_valvuloplasty"));
  EXPECT_FALSE(fs::exists(folder.path / "runs"));
}

}  // namespace
}  // namespace soleus::test
