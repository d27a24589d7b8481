#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/opening_config.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

TEST(WaveformFactor, OfASine) {
  const Waveform w{.kind = WaveformKind::sine, .offset = 1, .amplitude = 2, .period_s = 4};
  EXPECT_DOUBLE_EQ(factor(w, 0), 1);
  EXPECT_DOUBLE_EQ(factor(w, 1), 3);
  EXPECT_NEAR(factor(w, 3), -1, 1e-12);
}

TEST(WaveformFactor, RisesSmoothlyOverTheRamp) {
  const Waveform w{.ramp_s = 2};
  EXPECT_DOUBLE_EQ(factor(w, 0), 0);
  EXPECT_DOUBLE_EQ(factor(w, 1), 0.5);
  EXPECT_DOUBLE_EQ(factor(w, 2), 1);
  EXPECT_LT(factor(w, 0.01), 1e-3);
}

TEST(WaveformFactor, OfATableIsLinearAndRepeats) {
  Waveform w{.kind = WaveformKind::table};
  w.table_time_s = {0, 1, 3};
  w.table_factor = {0, 2, 0};
  EXPECT_DOUBLE_EQ(factor(w, 0.5), 1);
  EXPECT_DOUBLE_EQ(factor(w, 2), 1);
  EXPECT_DOUBLE_EQ(factor(w, 9), 0);
  w.period_s = 4;
  EXPECT_DOUBLE_EQ(factor(w, 4.5), 1);
  EXPECT_DOUBLE_EQ(factor(w, 3.5), 0);
}

TEST(WaveformTable, ReadsCsvWithNamesAndComments) {
  const TemporaryFolder folder;
  Waveform w{.kind = WaveformKind::table,
             .file = folder.write("w.csv", "time_s,factor\n# pump\n0, 0\r\n0.5,1\n\n1,0\n")};
  load_table(w);
  EXPECT_THAT(w.table_time_s, testing::ElementsAre(0, 0.5, 1));
  EXPECT_THAT(w.table_factor, testing::ElementsAre(0, 1, 0));
}

TEST(WaveformTable, NamesTheLineThatIsWrong) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& text) {
    Waveform w{.kind = WaveformKind::table, .file = folder.write("w.csv", text)};
    try {
      load_table(w);
    } catch (const InputError& e) {
      return std::string(e.what()).substr(folder.path.string().size() + 1);
    }
    return std::string("accepted");
  };
  EXPECT_EQ(message("0,0\n1;2\n"), "w.csv:2: '1;2' is not two numbers 'time in seconds, factor'.");
  EXPECT_EQ(message("0,0\n1,1\n1,2\n"), "w.csv:3: time 1 s does not come after 1 s; times must increase.");
  EXPECT_EQ(message("0,0\n"), "w.csv: a table needs at least two rows 'time in seconds, factor'.");
}

Waveform of(WaveformKind kind) {
  return {.kind = kind};
}

TEST(WaveformOfGait, PushesOffLateInStance) {
  const Waveform w = of(WaveformKind::gait);
  EXPECT_DOUBLE_EQ(period_s(w), 1);
  for (const double rest : {0.0, 0.05, 0.10, 0.55, 0.7, 0.99}) EXPECT_NEAR(factor(w, rest), 0, 1e-12) << rest;
  for (const double full : {0.45, 0.475, 0.499}) EXPECT_NEAR(factor(w, full), 1, 1e-9) << full;
  EXPECT_NEAR(factor(w, 0.275), 0.5, 1e-12);  // half way up
  EXPECT_NEAR(factor(w, 0.525), 0.5, 1e-12);
}

TEST(WaveformOfGait, LiftsTheFootAfterHeelStrikeAndInSwing) {
  Waveform w = of(WaveformKind::gait);
  w.muscle = GaitMuscle::foot_lift;
  EXPECT_NEAR(factor(w, 3.05), 1, 1e-9);
  EXPECT_NEAR(factor(w, 3.77), 0.5, 1e-9);
  for (const double rest : {3.0, 3.10, 3.3, 3.6, 3.95}) EXPECT_NEAR(factor(w, rest), 0, 1e-9) << rest;
}

TEST(WaveformOfGait, StandsShorterWhenRunning) {
  Waveform w = of(WaveformKind::gait);
  w.pace = Pace::running, w.cadence_per_min = 160;
  EXPECT_DOUBLE_EQ(period_s(w), 0.75);
  const auto at = [&](double part) { return factor(w, part * 0.75); };
  EXPECT_NEAR(at(0.625 * 0.475), 1, 1e-9);
  EXPECT_NEAR(at(0.625 * 0.275), 0.5, 1e-9);
  EXPECT_NEAR(at(0.375), 0, 1e-9);
  w.muscle = GaitMuscle::foot_lift;
  EXPECT_NEAR(at(0.375 + 0.625 / 0.4 * 0.17), 0.5, 1e-9);  // swing is longer
}

TEST(WaveformPulses, HaveTimesOfTheirOwn) {
  EXPECT_DOUBLE_EQ(period_s(of(WaveformKind::tiptoe)), 2);
  EXPECT_DOUBLE_EQ(period_s(of(WaveformKind::plantar_flexion)), 1);
  EXPECT_DOUBLE_EQ(period_s(of(WaveformKind::intermittent_compression)), 20);
  EXPECT_DOUBLE_EQ(period_s(of(WaveformKind::sustained)), 0);
  const Waveform sleeve = of(WaveformKind::intermittent_compression);
  EXPECT_DOUBLE_EQ(factor(sleeve, 20.6), 1);
  EXPECT_DOUBLE_EQ(factor(sleeve, 23.4), 1);
  EXPECT_DOUBLE_EQ(factor(sleeve, 25), 0);
}

TEST(WaveformPulses, TakeGivenTimes) {
  const Waveform w{
      .kind = WaveformKind::tiptoe, .period_s = 5, .rise_s = 1, .hold_s = 2, .fall_s = 0.5, .delay_s = 3};
  EXPECT_DOUBLE_EQ(factor(w, 2.9), 0);
  EXPECT_NEAR(factor(w, 3.5), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(factor(w, 5.9), 1);
  EXPECT_NEAR(factor(w, 6.25), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(factor(w, 7), 0);
  EXPECT_NEAR(factor(w, 8.5), 0.5, 1e-12);
}

TEST(WaveformSustained, StaysUnlessItIsHeldForATime) {
  Waveform w = of(WaveformKind::sustained);
  EXPECT_NEAR(factor(w, 0.25), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(factor(w, 1e4), 1);
  w.hold_s = 2;
  EXPECT_DOUBLE_EQ(factor(w, 2.4), 1);
  EXPECT_NEAR(factor(w, 2.75), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(factor(w, 1e4), 0);
}

TEST(WaveformOfMuscles, AreSmoothPeriodicAndBetween0And1) {
  std::vector<Waveform> all;
  for (const WaveformKind kind : {WaveformKind::tiptoe, WaveformKind::plantar_flexion,
                                  WaveformKind::intermittent_compression, WaveformKind::gait})
    all.push_back(of(kind));
  for (const Pace pace : {Pace::walking, Pace::running})
    for (const GaitMuscle muscle : {GaitMuscle::push_off, GaitMuscle::foot_lift})
      all.push_back({.kind = WaveformKind::gait, .pace = pace, .muscle = muscle});
  for (const Waveform& w : all) {
    const double T = period_s(w), h = 1e-5 * T;
    double least = 1, most = 0, before = 0, slope_jump = 0;
    for (int k = 0; k <= 100000; ++k) {
      const double f = factor(w, T + k * h), slope = (factor(w, T + (k + 1) * h) - f) / (h / T);
      least = std::min(least, f), most = std::max(most, f);
      slope_jump = std::max(slope_jump, std::abs(slope - before)), before = slope;
      if (k % 1000 == 0) {
        EXPECT_NEAR(f, factor(w, 3 * T + k * h), 1e-9);
      }
    }
    EXPECT_DOUBLE_EQ(least, 0);
    EXPECT_NEAR(most, 1, 1e-9);
    EXPECT_LT(slope_jump, 0.5) << static_cast<int>(w.kind);  // the steepest edge has a slope of 63
  }
}

TEST(WaveformTable, ThatIsRepeatedMustBePeriodic) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& text) {
    Waveform w{.kind = WaveformKind::table, .period_s = 2, .file = folder.write("w.csv", text)};
    try {
      load_table(w);
    } catch (const InputError& e) {
      return std::string(e.what()).substr(folder.path.string().size() + 1);
    }
    return std::string("accepted");
  };
  EXPECT_EQ(message("0,0\n1,1\n2,0.009\n"), "accepted");
  EXPECT_EQ(message("0,0\n1,1\n1.5,1\n"), "accepted");
  EXPECT_EQ(message("0,0\n1,1\n2,0.02\n"),
            "w.csv: the table begins with 0 and ends one period (2 s) later with 0.02; one that is repeated "
            "ends as it begins, within 1 % of its range.");
  EXPECT_EQ(message("1,0\n2,1\n4,0\n"),
            "w.csv: the table spans 3 s, but is to be repeated after period: 2 s; end the table by then, or "
            "write period: 3 s.");
}

TEST(WaveformSection, RefusesPulsesLongerThanTheirPeriod) {
  const TemporaryFolder folder;
  try {
    read_yaml<Waveform>(folder.write("w.yaml", "kind: tiptoe\nperiod: 1 s\n"));
    FAIL() << "accepted";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(),
                testing::EndsWith("w.yaml:2: period: rise + hold + fall = 1.2 s do not fit into one "
                                  "period of 1 s."));
  }
}

TEST(OpeningSection, NeedsItsPlace) {
  const TemporaryFolder folder;
  try {
    read_yaml<OpeningConfig>(folder.write("o.yaml", "name: inlet\n"));
    FAIL() << "accepted";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), testing::EndsWith(
                              "o.yaml:1: name: an opening needs its place: near (a point) or, for analytic "
                              "shapes, end."));
  }
}

}  // namespace
}  // namespace soleus::test
