// Streams and events: nothing runs before it is needed, and only what is needed runs.
#include <chrono>

#include "emulated.hpp"

namespace soleus {
namespace {

__global__ void store(int value, int* to) {
  *to = value;
}

__global__ void add(int value, int* to) {
  *to += value;
}

__global__ void copy_plus(const int* from, int value, int* to) {
  *to = *from + value;
}

template <class... Arguments>
void run(cudaStream_t stream, void (*kernel)(Arguments...), std::type_identity_t<Arguments>... arguments) {
  const auto config = shape(1, 1, stream);
  ASSERT_EQ(cudaLaunchKernelEx(&config, kernel, arguments...), cudaSuccess);
}

class Streams : public testing::Test {
 protected:
  void SetUp() override { cudaEventCreateWithFlags(&event, cudaEventDisableTiming); }
  void TearDown() override {
    cudaDeviceSynchronize();
    cudaEventDestroy(event);
    cudaStreamDestroy(a);
    cudaStreamDestroy(b);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  }

  cudaStream_t a = independent_stream(), b = independent_stream();
  const Array<int> p{std::vector<int>{0}}, q{std::vector<int>{0}};
  cudaEvent_t event = nullptr;
};

TEST_F(Streams, WorkOfAStreamIsDoneInOrder) {
  run(a, store, 1, p);
  run(a, add, 2, p);
  run(a, copy_plus, p, 10, q);
  cudaStreamSynchronize(a);
  EXPECT_EQ(q.first(), 13);
}

TEST_F(Streams, MissingSynchronisationShowsStaleData) {
  int host = 7;
  run(a, store, 1, p);
  ASSERT_EQ(cudaMemcpyAsync(&host, p, sizeof(int), cudaMemcpyDeviceToHost, a), cudaSuccess);
  EXPECT_EQ(host, 7);  // read too early
  cudaStreamSynchronize(a);
  EXPECT_EQ(host, 1);
}

TEST_F(Streams, SourceChangedTooEarlyShows) {
  int host = 1;
  cudaMemcpyAsync(p, &host, sizeof(int), cudaMemcpyHostToDevice, a);
  host = 2;  // before the copy is done
  cudaStreamSynchronize(a);
  EXPECT_EQ(p.first(), 2);
}

TEST_F(Streams, BlockingCopyDoesNotWaitForIndependentStreams) {
  run(a, store, 1, p);
  EXPECT_EQ(p.first(), 0);
  cudaStreamSynchronize(a);
  EXPECT_EQ(p.first(), 1);
}

TEST_F(Streams, MissingEventShowsStaleData) {
  run(a, store, 1, p);
  run(b, copy_plus, p, 10, q);
  cudaStreamSynchronize(b);
  EXPECT_EQ(q.first(), 10);
}

TEST_F(Streams, EventOrdersStreams) {
  run(a, store, 1, p);
  ASSERT_EQ(cudaEventRecord(event, a), cudaSuccess);
  run(a, store, 5, p);  // after the event
  ASSERT_EQ(cudaStreamWaitEvent(b, event), cudaSuccess);
  run(b, copy_plus, p, 10, q);
  cudaStreamSynchronize(b);
  EXPECT_EQ(q.first(), 11);
}

TEST_F(Streams, WaitMeansTheLastRecordBeforeIt) {
  cudaEventRecord(event, a);
  run(a, store, 1, p);
  cudaEventRecord(event, a);
  cudaStreamWaitEvent(b, event);
  run(a, store, 5, p);
  cudaEventRecord(event, a);
  run(b, copy_plus, p, 10, q);
  cudaStreamSynchronize(b);
  EXPECT_EQ(q.first(), 11);
}

TEST_F(Streams, DeviceSynchronizeTakesTheYoungestStreamFirst) {
  run(a, store, 1, p);
  run(b, copy_plus, p, 10, q);  // a missing dependency, in the order of issue
  cudaDeviceSynchronize();
  EXPECT_EQ(q.first(), 10);
}

TEST_F(Streams, LegacyStreamWaitsForBlockingStreamsAndTheyForIt) {
  cudaStream_t blocking = nullptr, other = nullptr;
  ASSERT_EQ(cudaStreamCreate(&blocking), cudaSuccess);
  ASSERT_EQ(cudaStreamCreate(&other), cudaSuccess);
  run(blocking, store, 1, p);
  EXPECT_EQ(p.first(), 1);

  run(blocking, store, 2, p);
  run(nullptr, copy_plus, p, 10, q);
  run(other, copy_plus, q, 100, p);
  cudaStreamSynchronize(other);
  EXPECT_EQ(p.first(), 112);
  cudaStreamDestroy(blocking);
  cudaStreamDestroy(other);
}

TEST_F(Streams, MemsetIsInTheLegacyStreamAndDoesNotWait) {
  cudaMemset(p, 1, sizeof(int));
  run(a, copy_plus, p, 10, q);  // not ordered after the memset
  cudaStreamSynchronize(a);
  EXPECT_EQ(q.first(), 10);
}

TEST_F(Streams, QueriesMakeProgress) {
  EXPECT_EQ(cudaEventQuery(event), cudaSuccess);  // never recorded
  run(a, store, 1, p);
  run(a, add, 1, p);
  cudaEventRecord(event, a);
  int queries = 0;
  while (cudaEventQuery(event) == cudaErrorNotReady) ++queries;
  EXPECT_EQ(queries, 3);
  EXPECT_EQ(cudaStreamQuery(a), cudaSuccess);
  run(a, add, 1, p);
  EXPECT_EQ(cudaStreamQuery(a), cudaErrorNotReady);
  EXPECT_EQ(cudaStreamQuery(a), cudaSuccess);
  EXPECT_EQ(p.first(), 3);
}

TEST_F(Streams, EventSynchronizeDoesWhatIsBeforeTheEvent) {
  run(a, store, 1, p);
  cudaEventRecord(event, a);
  run(a, store, 2, p);
  cudaEventSynchronize(event);
  EXPECT_EQ(p.first(), 1);
}

TEST_F(Streams, TimedEventsGiveATime) {
  cudaEvent_t start = nullptr, end = nullptr;
  cudaEventCreate(&start);
  cudaEventCreate(&end);
  float ms = -1;
  EXPECT_EQ(cudaEventElapsedTime(&ms, start, end), cudaErrorInvalidResourceHandle);  // not recorded
  cudaGetLastError();
  cudaEventRecord(start, a);
  run(a, store, 1, p);
  cudaEventRecord(end, a);
  EXPECT_EQ(cudaEventElapsedTime(&ms, start, end), cudaErrorNotReady);
  cudaStreamSynchronize(a);
  EXPECT_EQ(cudaEventElapsedTime(&ms, start, end), cudaSuccess);
  EXPECT_GT(ms, 0);
  cudaEventRecord(event, a);
  EXPECT_EQ(cudaEventElapsedTime(&ms, start, event), cudaErrorInvalidResourceHandle);  // without time
  cudaGetLastError();
  cudaEventDestroy(start);
  cudaEventDestroy(end);
}

TEST_F(Streams, HostFunctionsTakeTheirTurn) {
  struct Seen {
    int* from;
    int value = 0;
  };
  int host = 0;
  Seen seen{&host};
  run(a, store, 3, p);
  cudaMemcpyAsync(&host, p, sizeof(int), cudaMemcpyDeviceToHost, a);
  ASSERT_EQ(cudaLaunchHostFunc(
                a, [](void* s) { static_cast<Seen*>(s)->value = *static_cast<Seen*>(s)->from; }, &seen),
            cudaSuccess);
  EXPECT_EQ(seen.value, 0);
  cudaStreamSynchronize(a);
  EXPECT_EQ(seen.value, 3);
}

TEST_F(Streams, FreeWaitsForTheDevice) {
  int* r = nullptr;
  cudaMalloc(&r, sizeof(int));
  run(a, store, 1, p);
  cudaFree(r);
  EXPECT_EQ(p.first(), 1);
}

TEST_F(Streams, WorkOfADestroyedStreamIsStillDone) {
  cudaStream_t c = independent_stream();
  run(c, store, 1, p);
  EXPECT_EQ(cudaStreamDestroy(c), cudaSuccess);
  EXPECT_EQ(cudaStreamSynchronize(c), cudaErrorInvalidResourceHandle);
  EXPECT_EQ(cudaStreamDestroy(c), cudaErrorInvalidResourceHandle);
  cudaGetLastError();
  EXPECT_EQ(p.first(), 0);
  cudaDeviceSynchronize();
  EXPECT_EQ(p.first(), 1);
}

TEST_F(Streams, QueueIsFinite) {
  for (int i = 0; i < 3000; ++i) run(a, add, 1, p);
  const int done = p.first();  // does not wait for the stream
  EXPECT_GE(done, 1976);
  EXPECT_LT(done, 3000);
  cudaStreamSynchronize(a);
  EXPECT_EQ(p.first(), 3000);
}

TEST_F(Streams, SeedChangesWhichStreamGoesFirst) {
  std::vector<int> seen;
  for (int i = 0; i < 20; ++i) {
    const Setting seed("CUDA_EMULATION_SEED", std::to_string(i + 1).c_str());
    run(a, store, 1, p);
    run(b, store, 2, p);
    cudaDeviceSynchronize();
    seen.push_back(p.first());
  }
  EXPECT_NE(std::count(seen.begin(), seen.end(), 1), 0);
  EXPECT_NE(std::count(seen.begin(), seen.end(), 2), 0);
}

TEST(StreamsDeathTest, HostFunctionMayNotTouchDeviceMemory) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto touch = [] {
    const Array<int> p(1);
    cudaLaunchHostFunc(
        nullptr, [](void* d) { *static_cast<int*>(d) = 1; }, p);
    cudaDeviceSynchronize();
  };
  EXPECT_DEATH(touch(), "host code touched device memory");
}

}  // namespace
}  // namespace soleus
