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

VeinMap two_branches() {
  VeinMap m{.branch = {0, 0, 3}, .abscissa_m = {0, 0.1 + 0.2, 0.5}, .time_s = {0, 1.0 / 3}};
  for (int k = 0; k < 6; ++k) {
    const auto v = static_cast<float>(k);
    m.area_m2.push_back(v), m.area_rate_m2_s.push_back(-v);
    m.pressure_pa.push_back(100 * v), m.flow_m3_s.push_back(1e-6F * v);
  }
  return m;
}

TEST(VeinMap, LoadsWhatWasSaved) {
  const TemporaryFolder folder;
  Flow flow = sample();
  flow.vein_map = two_branches();
  save(flow, folder.path);

  const VeinMap map = load_flow(folder.path).vein_map.value();

  EXPECT_EQ(map.branch, two_branches().branch);
  EXPECT_EQ(map.abscissa_m, two_branches().abscissa_m);
  EXPECT_EQ(map.time_s, two_branches().time_s);
  EXPECT_EQ(map.area_m2, two_branches().area_m2);
  EXPECT_EQ(map.area_rate_m2_s, two_branches().area_rate_m2_s);
  EXPECT_EQ(map.pressure_pa, two_branches().pressure_pa);
  EXPECT_EQ(map.flow_m3_s, two_branches().flow_m3_s);
}

TEST(VeinMap, DamagedSaysWhatToDo) {
  const TemporaryFolder folder;
  save(two_branches(), folder.path);
  std::filesystem::resize_file(folder.path / "vein_map.vti", 1000);
  try {
    load_vein_map(folder.path);
    FAIL() << "accepted";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), testing::EndsWith(
                              "vein_map.vti' is damaged or truncated; make it anew with the solve stage."));
  }
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
