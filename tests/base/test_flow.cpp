#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/artifacts/flow.hpp"
#include "pipeline/base/errors.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

Flow sample() {
  Flow flow;
  flow.openings = {"inlet", "outlet"};
  flow.series.time_s = {0, 0.5, 1};
  flow.series.columns = {{"flow_inlet_m3_s", {1e-6, 2e-6, 1.0 / 3}}, {"lumen_volume_m3", {1, 2, 3}}};
  flow.cycle_s = 1;
  flow.numbers = {{"dx_m", 5e-4}};
  flow.texts = {{"backend", "cpu"}};
  flow.volume_series = "volume.pvd";
  return flow;
}

TEST(FlowArtifact, LoadsWhatWasSaved) {
  const TemporaryFolder folder;
  save(sample(), folder.path);

  const Flow flow = load_flow(folder.path);

  EXPECT_EQ(flow.openings, sample().openings);
  EXPECT_EQ(flow.series.time_s, sample().series.time_s);
  EXPECT_NEAR(flow.series.columns.at("flow_inlet_m3_s")[2], 1.0 / 3, 1e-9);
  EXPECT_EQ(flow.numbers, sample().numbers);
  EXPECT_EQ(flow.texts, sample().texts);
  EXPECT_EQ(flow.volume_series, "volume.pvd");
}

TEST(FlowArtifact, OfAnotherVersionSaysWhatToDo) {
  const TemporaryFolder folder;
  save(sample(), folder.path);
  folder.write("flow.json", R"({"version": 99})");
  try {
    load_flow(folder.path);
    FAIL() << "accepted";
  } catch (const InputError& e) {
    EXPECT_THAT(
        e.what(),
        testing::EndsWith("flow.json: version 99, this program reads version 1; run the solve stage again."));
  }
}

TEST(FlowArtifact, RefusesABrokenSeries) {
  const TemporaryFolder folder;
  save(sample(), folder.path);
  folder.write("series.csv", "time_s,a\n0,1\n1\n");
  EXPECT_THROW(load_flow(folder.path), InputError);
}

TEST(FlowArtifact, RefusesColumnsOfAnotherLength) {
  const TemporaryFolder folder;
  Flow flow = sample();
  flow.series.columns["short"] = {1};
  EXPECT_THROW(save(flow, folder.path), InputError);
}

}  // namespace
}  // namespace soleus::test
