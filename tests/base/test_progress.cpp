#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/progress.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

TEST(Progress, WritesItsJsonWithinTwoSeconds) {
  const TemporaryFolder folder;
  Progress::report_to(folder.path);
  {
    Progress progress("solve", 100, "steps");
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1900); ++i) {
      progress.update(25, "t = 0.25 s");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const auto json = nlohmann::json::parse(read_file(folder.path / "progress.json"));
    EXPECT_EQ(json["task"], "solve");
    EXPECT_EQ(json["done"], 25);
    EXPECT_EQ(json["note"], "t = 0.25 s");
    EXPECT_GT(json["left_s"], json["elapsed_s"]);
  }
  Progress::report_to({});
}

TEST(Progress, CountsForItsRateOnlyWhatItSawDone) {
  const TemporaryFolder folder;
  Progress::report_to(folder.path);
  {
    Progress progress("solve", 1000, "steps");
    progress.begin_at(900);
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1900)) {
      progress.update(910);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const auto json = nlohmann::json::parse(read_file(folder.path / "progress.json"));
    EXPECT_NEAR(double(json["per_second"]) * double(json["elapsed_s"]), 10, 1e-6);
    EXPECT_NEAR(double(json["left_s"]), 9 * double(json["elapsed_s"]), 1e-6 * double(json["left_s"]));
  }
  Progress::report_to({});
}

TEST(Progress, NoticesAnInterrupt) {
  catch_interrupts();
  Progress progress("solve", 100, "steps");
  EXPECT_NO_THROW(progress.update(1));
  std::raise(SIGINT);
  EXPECT_THROW(progress.update(2), Interrupted);
}

}  // namespace
}  // namespace soleus::test
