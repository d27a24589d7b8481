#include <gtest/gtest.h>

#include "pipeline/app/stages.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

class StagePlan : public testing::Test {
 protected:
  /// Settings of a stage after `change` was made to a case.
  template <class Change>
  std::string settings(Stage stage, Change change) {
    Case c;
    c.geometry.shape.emplace().radius_m = 2e-3;
    c.openings.resize(1);
    c.openings[0].name = "inlet";
    change(c);
    for (const PlannedStage& p : plan(c, {.folder = folder.path}))
      if (p.stage == stage) return p.record().settings;
    return "no such stage";
  }
  std::string settings(Stage stage) {
    return settings(stage, [](Case&) {});
  }
  TemporaryFolder folder;
};

TEST_F(StagePlan, OfAnAnalyticCaseBeginsWithTheMesh) {
  Case c;
  c.geometry.shape.emplace();
  const auto stages = plan(c, {.folder = folder.path});
  ASSERT_EQ(stages.size(), 3u);
  EXPECT_EQ(stages[0].stage, Stage::mesh);
  EXPECT_EQ(stages[1].stage, Stage::solve);
  EXPECT_EQ(stages[2].stage, Stage::report);
}

TEST_F(StagePlan, OfAPhantomCaseHasAllStages) {
  Case c;
  c.image.emplace().phantom = "leg.yaml";
  c.segmentation.emplace();
  EXPECT_EQ(plan(c, {.folder = folder.path}).size(), 5u);
}

TEST_F(StagePlan, AChangedPressureMakesNoNewMesh) {
  const auto change = [](Case& c) { c.openings[0].pressure_pa = 100; };
  EXPECT_EQ(settings(Stage::mesh, change), settings(Stage::mesh));
  EXPECT_NE(settings(Stage::solve, change), settings(Stage::solve));
}

TEST_F(StagePlan, AChangedPlaceOrEdgeMakesANewMesh) {
  EXPECT_NE(settings(Stage::mesh,
                     [](Case& c) {
                       c.openings[0].near_m = Vec3{1, 2, 3};
                     }),
            settings(Stage::mesh));
  EXPECT_NE(settings(Stage::mesh, [](Case& c) { c.geometry.edge_length_m *= 2; }), settings(Stage::mesh));
}

TEST_F(StagePlan, ANewNameOfTheCaseMakesANewReportOnly) {
  const auto change = [](Case& c) { c.info.name = "other"; };
  for (const Stage stage : {Stage::mesh, Stage::solve}) EXPECT_EQ(settings(stage, change), settings(stage));
  EXPECT_NE(settings(Stage::report, change), settings(Stage::report));
}

TEST_F(StagePlan, InputsFollowTheFilesOfTheStageBefore) {
  Case c;
  c.geometry.shape.emplace().radius_m = 2e-3;
  const auto inputs = [&] { return plan(c, {.folder = folder.path})[1].record().inputs; };
  folder.write("mesh/lumen.vtp", "1");
  const auto before = inputs();
  folder.write("mesh/lumen.vtp", "2");
  EXPECT_NE(inputs(), before);
  folder.write("mesh/lumen.vtp", "1");
  EXPECT_EQ(inputs(), before);
}

}  // namespace
}  // namespace soleus::test
