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
