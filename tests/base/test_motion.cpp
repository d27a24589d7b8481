// Motion from images: between its frames, between its nodes, on disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "pipeline/base/artifacts/motion.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

/// Axes turned about z, so that indices and coordinates cannot be taken for each other.
Grid turned_grid() {
  const double c = std::cos(0.4), s = std::sin(0.4);
  return {.size = {6, 5, 7},
          .spacing_m = {1e-3, 1.2e-3, 0.9e-3},
          .origin_m = {0.01, -0.02, 0.03},
          .axes = {{{c, s, 0}, {-s, c, 0}, {0, 0, 1}}}};
}

VectorField sampled(const Grid& g, auto&& displacement) {
  VectorField field(3 * g.voxels());
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) set_vector(field, g.index(i, j, k), displacement(g.point(i, j, k)));
  return field;
}

/// x -> x + m (x - c), linear in space.
struct Linear {
  Vec3 c{0.012, -0.018, 0.033};
  double size = 1;
  Vec3 operator()(const Vec3& x) const {
    const Vec3 d = x - c;
    return Vec3{-0.2 * d.x + 0.1 * d.z, 0.05 * d.x - 0.15 * d.y, 0.1 * d.z} * size;
  }
};

/// Frames whose displacement follows `course` over the cycle.
ImagedMotion motion_with(const std::vector<double>& times, double period_s, auto&& course) {
  ImagedMotion m{.period_s = period_s, .grid = turned_grid(), .frames = {}};
  for (const double t : times) {
    const VectorField forward = sampled(m.grid, Linear{.size = course(t)});
    m.frames.push_back({t, inverse(m.grid, forward), forward});
  }
  return m;
}

double sine(double t) {
  return std::sin(2 * std::numbers::pi * t);
}

TEST(ImagedMotion, IsExactForAFieldThatIsLinearInSpace) {
  const ImagedMotion m = motion_with({0.3, 0.6}, 1, sine);
  const Vec3 x = m.grid.point(2.3, 1.7, 4.4);

  const LocalMotion local = forward_at(m, frame_weights(m, 0.3), x);

  constexpr double roundoff_m = 1e-9;  // single precision of millimetres
  EXPECT_NEAR(norm(local.displacement_m - Linear{.size = sine(0.3)}(x)), 0, roundoff_m);
  EXPECT_NEAR(local.gradient[2].x, 0.1 * sine(0.3), 1e-5);
  EXPECT_NEAR(local.gradient[0].y, 0.05 * sine(0.3), 1e-5);
  EXPECT_NEAR(local.gradient[1].x, 0, 1e-5);
}

TEST(ImagedMotion, RestsAtTheEndsOfTheCycleAndRepeats) {
  const ImagedMotion m = motion_with({0.2, 0.5, 0.6}, 0.8, sine);

  for (const double t : {0.0, 0.8, 1.6, -0.8})
    for (const double w : frame_weights(m, t).value) EXPECT_NEAR(w, 0, 1e-12) << t;
  const FrameWeights early = frame_weights(m, 0.33), late = frame_weights(m, 0.33 + 3 * 0.8);
  for (std::size_t f = 0; f < 3; ++f) {
    EXPECT_NEAR(early.value[f], late.value[f], 1e-12);
    EXPECT_NEAR(early.rate_per_s[f], late.rate_per_s[f], 1e-10);
  }
}

TEST(ImagedMotion, HasTheRateOfItsOwnChange) {
  const ImagedMotion m = motion_with({0.2, 0.5, 0.6}, 0.8, sine);
  constexpr double dt = 1e-5;
  for (const double t : {0.1, 0.2, 0.55, 0.79}) {
    const FrameWeights before = frame_weights(m, t - dt), now = frame_weights(m, t),
                       after = frame_weights(m, t + dt);
    for (std::size_t f = 0; f < 3; ++f)
      EXPECT_NEAR((after.value[f] - before.value[f]) / (2 * dt), now.rate_per_s[f], 1e-3) << t;
  }
}

TEST(ImagedMotion, RateConvergesWithMoreFramesOfUnevenTimes) {
  const auto error = [](int n) {
    std::vector<double> times;
    for (int i = 1; i < n; ++i) times.push_back((i + 0.2 * (i % 2)) / n);
    const ImagedMotion m = motion_with(times, 1, sine);
    double largest = 0;
    for (double t = 0.003; t < 1; t += 0.01) {
      const FrameWeights w = frame_weights(m, t);
      double rate = 0;
      for (std::size_t f = 0; f < times.size(); ++f) rate += w.rate_per_s[f] * sine(times[f]);
      largest = std::max(largest, std::abs(rate - 2 * std::numbers::pi * std::cos(2 * std::numbers::pi * t)));
    }
    return largest;
  };
  const double order = std::log2(error(8) / error(16));
  RecordProperty("order", std::to_string(order));
  EXPECT_GE(order, 2);
}

TEST(ImagedMotion, MapsInvertEachOtherBetweenTheFrames) {
  const ImagedMotion m = motion_with({0.3, 0.6}, 1, sine);
  const FrameWeights w = frame_weights(m, 0.42);
  const Vec3 rest = m.grid.point(2.4, 2.1, 3.3);

  const Vec3 now = moved(m, w, rest);

  EXPECT_NEAR(norm(now + backward_at(m, w, now).displacement_m - rest), 0, 1e-8);
  EXPECT_GT(norm(now - rest), 1e-6);
}

TEST(ImagedMotion, VelocityIsThatOfTheMaterial) {
  const ImagedMotion m = motion_with({0.3, 0.6}, 1, sine);
  const Vec3 rest = m.grid.point(2.4, 2.1, 3.3);
  constexpr double t = 0.42, dt = 1e-3;

  const Vec3 velocity = velocity_at(m, frame_weights(m, t), moved(m, frame_weights(m, t), rest));

  const Vec3 before = moved(m, frame_weights(m, t - dt), rest),
             after = moved(m, frame_weights(m, t + dt), rest);
  EXPECT_NEAR(norm(velocity - (after - before) / (2 * dt)), 0, 1e-3 * norm(velocity));
}

TEST(ImagedMotion, IsReadBackAsItWasWritten) {
  const TemporaryFolder folder;
  const ImagedMotion m = motion_with({0.3, 0.6}, 1, sine);

  save(m, folder.path);
  const ImagedMotion again = load_motion(folder.path);

  EXPECT_EQ(again.period_s, m.period_s);
  EXPECT_EQ(again.grid.size, m.grid.size);
  EXPECT_EQ(again.grid.origin_m, m.grid.origin_m);
  EXPECT_EQ(again.grid.axes, m.grid.axes);
  ASSERT_EQ(again.frames.size(), 2u);
  for (int f = 0; f < 2; ++f) {
    EXPECT_EQ(again.frames[f].time_s, m.frames[f].time_s);
    EXPECT_EQ(again.frames[f].backward_m, m.frames[f].backward_m);
    EXPECT_EQ(again.frames[f].forward_m, m.frames[f].forward_m);
  }
}

TEST(ImagedMotion, RefusesADamagedFile) {
  const TemporaryFolder folder;
  save(motion_with({0.3, 0.6}, 1, sine), folder.path);
  const std::string bytes = read_file(folder.path / "motion_2.vti");
  write_file(folder.path / "motion_2.vti", bytes.substr(0, bytes.size() / 2));
  try {
    load_motion(folder.path);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("motion_2.vti' is not what motion.json says"));
  }
}

TEST(VectorField, InverseUndoesAStrongSqueeze) {
  const Grid g{.size = {24, 24, 6}, .spacing_m = {1e-3, 1e-3, 1e-3}, .origin_m = {-0.0115, -0.0115, 0}};
  const VectorField forward = sampled(g, [](const Vec3& x) {
    const double r2 = (x.x * x.x + x.y * x.y) / (4e-3 * 4e-3);
    return Vec3{x.x, x.y, 0} * (-0.6 * std::exp(-r2));
  });

  const VectorField backward = inverse(g, forward);

  for (std::size_t v = 0; v < g.voxels(); ++v) {
    const Vec3 x = g.point(int(v % 24), int(v / 24 % 24), int(v / 576));
    const Vec3 rest = x + vector_of(backward, v);
    EXPECT_NEAR(norm(rest + displacement_at(g, forward, rest).displacement_m - x), 0, 2e-7);
  }
}

}  // namespace
}  // namespace soleus::test
