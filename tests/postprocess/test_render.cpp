// Pictures of a run's fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/offscreen_display.hpp"
#include "postprocess/frames.hpp"
#include "postprocess/render.hpp"
#include "tests/postprocess/picture.hpp"
#include "tests/postprocess/synthetic_fields.hpp"
#include "tests/postprocess/synthetic_run.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

class Rendering : public ::testing::TestWithParam<View> {
 protected:
  fs::path folder = fs::temp_directory_path() / ("soleus_render_" + std::to_string(::getpid()));
  Flow flow = breathing_flow({});
  fs::path solve = folder / "solve";
  void SetUp() override { write_fields(CurvedVein{}, folder); }  // 0, 0.25, ... 1 s
  void TearDown() override { fs::remove_all(folder); }
};
INSTANTIATE_TEST_SUITE_P(Views, Rendering, ::testing::Values(View::wall, View::valve, View::flow),
                         [](const auto& p) { return std::string(view_names[std::size_t(p.param)]); });

TEST_P(Rendering, ShowsTheStoredInstantNearestToATime) {
  EXPECT_THAT(times_of(flow, solve, GetParam()), ::testing::ElementsAre(0, 0.25, 0.5, 0.75, 1));
  const OffscreenDisplay display;
  if (!display.available()) GTEST_SKIP() << "SKIPPED: no picture, " << display.reason();
  render(flow, solve, GetParam(), 0.3, folder / "picture.png");
  const Picture picture = look_at(folder / "picture.png");
  EXPECT_EQ(picture.width, 1600);
  EXPECT_EQ(picture.height, 900);
  EXPECT_GT(picture.coloured, 0.03);
  EXPECT_GE(picture.hues, 2);
  EXPECT_EQ(picture.texts.at("program"), "soleus 0.1.0");
}

TEST_P(Rendering, RefusesARunThatHasNotStoredIt) {
  flow.wall_series.clear();
  EXPECT_THROW(times_of(flow, solve, GetParam()), InputError);
}

TEST(StoredFrames, AreThoseOfTheCollection) {
  const fs::path folder = fs::temp_directory_path() / ("soleus_frames_" + std::to_string(::getpid()));
  write_fields(CurvedVein{}, folder);
  const std::vector<StoredFrame> all = stored_frames(folder / "solve/wall.pvd");
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[2].file, folder / "solve/wall_00002.vtp");
  EXPECT_EQ(nearest_frame(all, 0.3), 1U);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace soleus
