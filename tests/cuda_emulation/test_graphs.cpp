// Graphs by stream capture.
#include <thread>

#include "emulated.hpp"

namespace soleus {
namespace {

__global__ void add(int value, int* to) {
  *to += value;
}

__global__ void twice(int* p) {
  *p *= 2;
}

__global__ void sum(const int* x, const int* y, int* to) {
  *to = *x + *y;
}

template <class... Arguments>
void run(cudaStream_t stream, void (*kernel)(Arguments...), std::type_identity_t<Arguments>... arguments) {
  const auto config = shape(1, 1, stream);
  ASSERT_EQ(cudaLaunchKernelEx(&config, kernel, arguments...), cudaSuccess);
}

class Graphs : public testing::Test {
 protected:
  void SetUp() override {
    cudaEventCreate(&fork);
    cudaEventCreate(&join);
  }
  void TearDown() override {
    cudaDeviceSynchronize();
    EXPECT_EQ(exec ? cudaGraphExecDestroy(exec) : cudaSuccess, cudaSuccess);
    EXPECT_EQ(graph ? cudaGraphDestroy(graph) : cudaSuccess, cudaSuccess);
    for (cudaEvent_t e : {fork, join}) cudaEventDestroy(e);
    for (cudaStream_t s : {a, b}) cudaStreamDestroy(s);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  }

  void begin(cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal) {
    ASSERT_EQ(cudaStreamBeginCapture(a, mode), cudaSuccess);
  }
  void end() {
    ASSERT_EQ(cudaStreamEndCapture(a, &graph), cudaSuccess);
    ASSERT_EQ(cudaGraphInstantiate(&exec, graph), cudaSuccess);
  }
  /// Ends a capture that has gone wrong.
  void expect_spoilt(cudaError_t error = cudaErrorStreamCaptureInvalidated) {
    EXPECT_EQ(cudaStreamEndCapture(a, &graph), error);
    EXPECT_EQ(graph, nullptr);
    cudaGetLastError();
  }
  int value(const Array<int>& array) {
    cudaDeviceSynchronize();
    return array.first();
  }

  cudaStream_t a = independent_stream(), b = independent_stream();
  const Array<int> p{std::vector<int>{1}}, q{std::vector<int>{1}};
  cudaEvent_t fork = nullptr, join = nullptr;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
};

TEST_F(Graphs, ReplayEqualsDirectLaunches) {
  begin();
  run(a, add, 3, p);
  run(a, twice, p);
  end();
  EXPECT_EQ(value(p), 1);  // recorded, not done
  for (int i = 0; i < 4; ++i) ASSERT_EQ(cudaGraphLaunch(exec, a), cudaSuccess);
  for (int i = 0; i < 4; ++i) {
    run(b, add, 3, q);
    run(b, twice, q);
  }
  EXPECT_EQ(value(p), 16 + 3 * 30);
  EXPECT_EQ(value(p), value(q));
}

TEST_F(Graphs, CopiesReadTheHostWhenReplayed) {
  int in = 5, out = 0;
  begin();
  cudaMemcpyAsync(p, &in, sizeof(int), cudaMemcpyHostToDevice, a);
  run(a, twice, p);
  cudaMemcpyAsync(&out, p, sizeof(int), cudaMemcpyDeviceToHost, a);
  cudaMemsetAsync(q, 0, sizeof(int), a);
  end();
  cudaGraphLaunch(exec, a);
  EXPECT_EQ(out, 0);
  cudaStreamSynchronize(a);
  EXPECT_EQ(out, 10);
  in = 6;
  cudaGraphLaunch(exec, a);
  cudaStreamSynchronize(a);
  EXPECT_EQ(out, 12);
  EXPECT_EQ(value(q), 0);
}

TEST_F(Graphs, ForkAndJoinWithEvents) {
  begin();
  run(a, add, 1, p);
  cudaEventRecord(fork, a);
  ASSERT_EQ(cudaStreamWaitEvent(b, fork), cudaSuccess);
  run(b, sum, p, p, q);
  run(b, twice, q);
  ASSERT_EQ(cudaEventRecord(join, b), cudaSuccess);
  ASSERT_EQ(cudaStreamWaitEvent(a, join), cudaSuccess);
  run(a, sum, p, q, p);
  end();
  cudaGraphLaunch(exec, a);
  EXPECT_EQ(value(q), 8);
  EXPECT_EQ(value(p), 10);
}

TEST_F(Graphs, MissingDependencyShows) {
  begin();
  cudaEventRecord(fork, a);
  cudaStreamWaitEvent(b, fork);
  run(a, add, 1, p);
  run(b, sum, p, p, q);  // reads p, and waits for nothing that writes it
  cudaEventRecord(join, b);
  cudaStreamWaitEvent(a, join);
  end();
  cudaGraphLaunch(exec, a);
  EXPECT_EQ(value(q), 2);  // would be 4 in the order of recording
}

TEST_F(Graphs, LaunchesOfOneGraphDoNotOverlap) {
  begin();
  run(a, add, 1, p);
  end();
  cudaGraphLaunch(exec, a);
  cudaGraphLaunch(exec, b);
  cudaStreamSynchronize(b);
  EXPECT_EQ(p.first(), 3);
}

TEST_F(Graphs, OutliveWhatTheyWereMadeOf) {
  begin();
  run(a, add, 1, p);
  end();
  EXPECT_EQ(cudaGraphDestroy(graph), cudaSuccess);
  graph = nullptr;
  cudaGraphLaunch(exec, a);
  EXPECT_EQ(cudaGraphExecDestroy(exec), cudaSuccess);
  EXPECT_EQ(cudaGraphLaunch(exec, a), cudaErrorInvalidValue);
  EXPECT_EQ(cudaGraphExecDestroy(exec), cudaErrorInvalidValue);
  exec = nullptr;
  cudaGetLastError();
  EXPECT_EQ(value(p), 2);
}

TEST_F(Graphs, UnjoinedStreamIsAnError) {
  begin();
  cudaEventRecord(fork, a);
  cudaStreamWaitEvent(b, fork);
  run(b, add, 1, p);
  expect_spoilt(cudaErrorStreamCaptureUnjoined);
  EXPECT_EQ(cudaStreamSynchronize(b), cudaSuccess);  // b is free again
}

TEST_F(Graphs, UnsafeCallsSpoilTheCapture) {
  int* r = nullptr;
  const auto spoils = [&](auto call) {
    begin();
    run(a, add, 1, p);
    EXPECT_EQ(call(), cudaErrorStreamCaptureUnsupported);
    cudaStreamCaptureStatus status{};
    cudaStreamIsCapturing(a, &status);
    EXPECT_EQ(status, cudaStreamCaptureStatusInvalidated);
    EXPECT_EQ(cudaMemsetAsync(p, 0, 4, a), cudaErrorStreamCaptureInvalidated);
    expect_spoilt();
    cudaStreamIsCapturing(a, &status);
    EXPECT_EQ(status, cudaStreamCaptureStatusNone);
  };
  spoils([&] { return cudaMalloc(&r, 4); });
  spoils([&] { return cudaFree(p); });
  spoils([&] { return cudaMallocHost(&r, 4); });
  spoils([&] { return cudaStreamSynchronize(a); });
  spoils([&] { return cudaStreamSynchronize(b); });
  spoils([&] { return cudaDeviceSynchronize(); });
  spoils([&] { return cudaEventQuery(fork); });
  spoils([&] { return cudaMallocAsync(&r, 4, a); });
  int host = 0;
  spoils([&] { return cudaMemcpy(&host, p, 4, cudaMemcpyDeviceToHost); });
  EXPECT_EQ(value(p), 1);
}

TEST_F(Graphs, RelaxedAndThreadLocalCapturesForbidLess) {
  int* r = nullptr;
  begin(cudaStreamCaptureModeRelaxed);
  EXPECT_EQ(cudaMalloc(&r, 4), cudaSuccess);
  end();
  EXPECT_EQ(cudaFree(r), cudaSuccess);
  cudaGraphExecDestroy(exec);
  cudaGraphDestroy(graph);

  begin(cudaStreamCaptureModeThreadLocal);
  std::thread([&] { EXPECT_EQ(cudaMalloc(&r, 4), cudaSuccess); }).join();
  end();
  EXPECT_EQ(cudaFree(r), cudaSuccess);
}

TEST_F(Graphs, LegacyStreamMayNotSlipIn) {
  cudaStream_t blocking = nullptr;
  cudaStreamCreate(&blocking);
  ASSERT_EQ(cudaStreamBeginCapture(blocking, cudaStreamCaptureModeRelaxed), cudaSuccess);
  EXPECT_EQ(cudaMemsetAsync(p, 0, 4), cudaErrorStreamCaptureImplicit);
  EXPECT_EQ(cudaStreamEndCapture(blocking, &graph), cudaErrorStreamCaptureInvalidated);
  EXPECT_EQ(cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeRelaxed), cudaErrorStreamCaptureUnsupported);
  cudaStreamDestroy(blocking);
  cudaGetLastError();
}

TEST_F(Graphs, EventsStayOnTheirSideOfTheCapture) {
  cudaEventRecord(fork, b);
  begin();
  EXPECT_EQ(cudaStreamWaitEvent(a, fork), cudaErrorStreamCaptureIsolation);  // work outside
  expect_spoilt();

  begin();
  cudaEventRecord(fork, a);
  EXPECT_EQ(cudaEventSynchronize(fork), cudaErrorCapturedEvent);
  end();
  EXPECT_EQ(cudaStreamWaitEvent(b, fork), cudaErrorCapturedEvent);
  cudaGetLastError();
}

TEST_F(Graphs, CaptureEndsWhereItBegan) {
  EXPECT_EQ(cudaStreamEndCapture(a, &graph), cudaErrorIllegalState);
  begin();
  EXPECT_EQ(cudaStreamBeginCapture(a, cudaStreamCaptureModeGlobal), cudaErrorIllegalState);
  cudaEventRecord(fork, a);
  cudaStreamWaitEvent(b, fork);
  EXPECT_EQ(cudaStreamEndCapture(b, &graph), cudaErrorStreamCaptureUnmatched);
  expect_spoilt();
  begin();
  std::thread([&] { EXPECT_EQ(cudaStreamEndCapture(a, &graph), cudaErrorStreamCaptureWrongThread); }).join();
  expect_spoilt();
}

}  // namespace
}  // namespace soleus
