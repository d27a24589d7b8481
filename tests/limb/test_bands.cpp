// The published bands of configs/validation/limb-bands.csv. What the file says is not
// met must not be met: the word is kept true in both directions.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/limb/scenarios.hpp"

namespace soleus::test {
namespace {

struct BandRow {
  std::string scenario, protocol, figure, against, met;
  double low = 0, high = 0;
};

std::vector<BandRow> bands() {
  std::vector<BandRow> all;
  std::ifstream in(std::string(SOLEUS_SOURCE) + "/configs/validation/limb-bands.csv");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#') || line.starts_with("case,")) continue;
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    all.push_back({cells.at(0), cells.at(1), cells.at(2), cells.at(5), cells.at(7), std::stod(cells.at(3)),
                   std::stod(cells.at(4))});
  }
  return all;
}

double value(const std::string& scenario, const BandRow& row) {
  const limb::Figures& f = figures_of(scenario, row.protocol == "walk" ? walk() : std::vector<Override>{});
  for (const limb::FigureRow& figure : limb::figure_rows())
    if (figure.key == row.figure) return (f.*figure.value).value() * figure.per_si;
  throw std::logic_error("no figure is called " + row.figure);
}

double compared(const BandRow& row) {
  const double own = value(row.scenario, row);
  if (row.against.empty()) return own;
  if (row.against.ends_with('*')) return own / value(row.against.substr(0, row.against.size() - 1), row);
  return own - value(row.against, row);
}

TEST(Bands, FileIsRead) {
  EXPECT_GE(bands().size(), 90u);
}

/// A test for each scenario, so that each is run once.
class Band : public testing::TestWithParam<std::string> {};

void expect_band(const BandRow& row) {
  const double ours = compared(row);
  const std::string what =
      fmt::format("{} {} {} {}: {:.4g}", row.scenario, row.protocol, row.figure, row.against, ours);
  if (row.met == "yes") {
    EXPECT_GE(ours, row.low) << what;
    EXPECT_LE(ours, row.high) << what;
  } else {
    EXPECT_TRUE(ours < row.low || ours > row.high) << what << " is met now; say so in limb-bands.csv";
  }
}

TEST_P(Band, IsMetWhereTheFileSaysSo) {
  int count = 0;
  for (const BandRow& row : bands())
    if (row.scenario == GetParam()) expect_band(row), ++count;
  EXPECT_GT(count, 0);
}

std::set<std::string> scenarios() {
  std::set<std::string> all;
  for (const BandRow& row : bands()) all.insert(row.scenario);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Published, Band, testing::ValuesIn(scenarios()), [](const auto& parameter) {
  std::string name = parameter.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

}  // namespace
}  // namespace soleus::test
