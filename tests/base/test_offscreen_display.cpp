#include <gtest/gtest.h>

#include <cstdlib>

#include "pipeline/base/offscreen_display.hpp"

namespace soleus {
namespace {

TEST(OffscreenDisplay, StartsOneWhereThereIsNoneAndTakesItAway) {
  ::setenv("DISPLAY", ":4711", 1);  // nobody answers there
  {
    const OffscreenDisplay display;
    if (!display.available()) GTEST_SKIP() << display.reason();
    EXPECT_STRNE(std::getenv("DISPLAY"), ":4711");

    const OffscreenDisplay second;  // uses the first
    EXPECT_TRUE(second.available());
  }
  EXPECT_EQ(std::getenv("DISPLAY"), nullptr);
}

TEST(OffscreenDisplay, SaysWhatToInstall) {
  const std::string path = std::getenv("PATH");
  ::unsetenv("DISPLAY");
  ::setenv("PATH", "/nowhere", 1);
  const OffscreenDisplay display;
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_FALSE(display.available());
  EXPECT_EQ(display.reason(),
            "no X display and Xvfb does not start; install it with 'apt-get install xvfb'.");
}

}  // namespace
}  // namespace soleus
