#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

class Parallel : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { set_threads(GetParam()); }
  void TearDown() override { set_threads(1); }
};

TEST_P(Parallel, VisitsEveryIndexOnce) {
  std::vector<std::atomic<int>> visits(1001);

  parallel_for(visits.size(), 1, [&](std::size_t i) { ++visits[i]; });

  for (const auto& count : visits) EXPECT_EQ(count, 1);
}

TEST_P(Parallel, PreparesEveryThreadThatWorks) {
  static thread_local bool prepared = false;
  prepared = false;
  set_threads(GetParam(), [] { prepared = true; });
  std::atomic<int> by_prepared = 0;

  parallel_for(1000, 1, [&](std::size_t) { by_prepared += prepared; });

  EXPECT_EQ(by_prepared, 1000);
}

TEST_P(Parallel, RunsManyShortLoops) {
  // A thread that wakes late finds its loop over, and must not take the next one's pieces for it.
  std::vector<int> counts(100, 0);
  for (int loop = 0; loop < 20'000; ++loop)
    parallel_for(counts.size(), 1, [&](std::size_t i) { ++counts[i]; });

  for (const int count : counts) EXPECT_EQ(count, 20'000);
}

TEST_P(Parallel, SumsToTheSameBits) {
  const double sum = parallel_sum(100'000, 0.0, [](std::size_t i) { return 1.0 / double(i + 1); });
  set_threads(1);

  EXPECT_EQ(sum, parallel_sum(100'000, 0.0, [](std::size_t i) { return 1.0 / double(i + 1); }));
}

TEST_P(Parallel, HandsTheExceptionOn) {
  const auto fail = [](std::size_t i) {
    if (i == 70) throw std::runtime_error("seventy");
  };

  EXPECT_THROW(parallel_for(100, 1, fail), std::runtime_error);
  EXPECT_NO_THROW(parallel_for(50, 1, fail)) << "the pool serves again";
}

INSTANTIATE_TEST_SUITE_P(Threads, Parallel, testing::Values(1, 2, 5));

}  // namespace
}  // namespace soleus
