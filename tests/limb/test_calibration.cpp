// The limb's numbers by their keys, and fits of the limb to figures that it has made itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/base/yaml_reader.hpp"
#include "pipeline/base/yaml_writer.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/limb/units.hpp"
#include "solver_cuda/study/identifiability.hpp"
#include "solver_cuda/study/limb_numbers.hpp"
#include "solver_cuda/study/problem.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {

/// A case of `soleus limb`, without what else a case may have.
struct CaseName {
  std::string name, description;
};
struct LimbCase {
  CaseName info;
  limb::LimbConfig limb;
};
void describe(Fields& f, CaseName& c) {
  f.text({"name", ""}, c.name);
  f.text({"description", ""}, c.description);
}
void describe(Fields& f, LimbCase& c) {
  f.section({"case", ""}, c.info);
  f.section({"limb", ""}, c.limb);
}

namespace {

using limb::mmhg;
using study::CalibrationConfig, study::Measured;

LimbCase scenario(const std::string& name) {
  return read_yaml<LimbCase>(std::string(SOLEUS_SOURCE) + "/configs/limb/" + name + ".yaml");
}

limb::LimbConfig with(const limb::LimbConfig& c, const std::string& key, double value) {
  return study::with_numbers(c, std::vector<std::string>{key}, std::vector<double>{value});
}

TEST(LimbNumbers, AreFoundByTheKeysOfTheCase) {
  limb::LimbConfig c = scenario("deep-reflux-moderate").limb;
  c.protocol = {{.kind = limb::PhaseKind::standing}, {.kind = limb::PhaseKind::tiptoe, .pressure_pa = 1000}};
  EXPECT_EQ(study::limb_number(c, "limb.muscle_pressure").si, 20.0e3);
  EXPECT_EQ(study::limb_number(c, "limb.muscle_pressure").dimension, Dimension::pressure);
  EXPECT_EQ(study::limb_number(c, "limb.paths.femoral.leak").si, 0.3);
  EXPECT_EQ(study::limb_number(c, "limb.paths.femoral.leak").limits.max, 1);
  EXPECT_EQ(study::limb_number(c, "limb.veins.foot.capacity").si, 1);  // not in the case
  EXPECT_EQ(study::limb_number(c, "limb.protocol.1.pressure").si, 1000);
  EXPECT_TRUE(study::limb_number(c, "limb.protocol.1.count").whole);
  EXPECT_FALSE(study::limb_number(c, "limb.calf_volume").si);
}

TEST(LimbNumbers, TakeOtherValuesAndOnlyThose) {
  const limb::LimbConfig healthy;
  EXPECT_EQ(with(healthy, "limb.hyperaemia", 3).hyperaemia, 3);
  EXPECT_EQ(with(healthy, "limb.calf_volume", 2e-3).calf_volume_m3, 2e-3);
  const limb::LimbConfig leaky = with(healthy, "limb.paths.popliteal.leak", 0.2);
  ASSERT_EQ(leaky.paths.size(), 1u);
  EXPECT_EQ(leaky.paths[0].name, limb::Path::popliteal);
  EXPECT_EQ(leaky.paths[0].leak, 0.2);
  EXPECT_EQ(leaky.paths[0].resistance, 1);
  const limb::LimbConfig again = with(leaky, "limb.paths.popliteal.leak", 0.3);
  EXPECT_EQ(again.paths.size(), 1u);
  EXPECT_EQ(again.paths[0].leak, 0.3);
}

TEST(LimbNumbers, AddedAsInHealthChangeNothing) {
  const limb::Network usual = limb::adult_leg({}),
                      same = limb::adult_leg(with({}, "limb.paths.popliteal.leak", 0.001));
  for (std::size_t k = 0; k < usual.connections.size(); ++k) {
    EXPECT_EQ(usual.connections[k].valve.leak, same.connections[k].valve.leak);
    EXPECT_EQ(usual.connections[k].resistance_pa_s_m3, same.connections[k].resistance_pa_s_m3);
  }
}

TEST(FittedCase, ReadsBackAsTheSameLimb) {
  const TemporaryFolder folder;
  LimbCase s = scenario("deep-reflux-severe");
  s.limb.stocking.emplace();
  s.limb.protocol = limb::protocol({});
  s.limb.protocol[2].waveform.emplace().kind = WaveformKind::gait;
  s.limb.protocol[2].pressure_pa = 17 * mmhg;
  const auto back = read_yaml<LimbCase>(folder.write("limb.yaml", as_yaml(s)));
  EXPECT_EQ(as_yaml(back), as_yaml(s));
  EXPECT_EQ(back.limb.paths.size(), s.limb.paths.size());
  EXPECT_NEAR(*back.limb.protocol[2].pressure_pa, 17 * mmhg, 1e-9 * 17 * mmhg);
}

/// Figures of twenty seconds of a protocol: a run takes a tenth of a second.
study::Problem twin(const CalibrationConfig& c) {
  limb::LimbConfig leg;
  leg.protocol = {{.kind = limb::PhaseKind::standing, .duration_s = 8},
                  {.kind = limb::PhaseKind::tiptoe, .count = 6},
                  {.kind = limb::PhaseKind::standing, .duration_s = 6}};
  study::Problem p = problem(c, leg);
  p.simulation = {.sample_s = 0.02, .settle_s = 100};
  return p;
}

/// Measurements become what the model gives with the truth.
void measure_truth(study::Problem& p, const std::vector<double>& truth) {
  const study::Figures made = measure(p, limb_with(p, truth));
  for (std::size_t i = 0; i < made.size(); ++i) p.measurements[i].value = made[i].value();
}

const CalibrationConfig pump{
    .measured = {{Measured::ambulatory_pressure, "50 mmHg", "2 mmHg"},
                 {Measured::forward_per_movement, "10 mL", "0.5 mL"},
                 {Measured::popliteal_peak, "0.5 m/s", "0.05 m/s"}},
    .parameters = {{"muscles", {"limb.muscle_pressure"}, "50 mmHg", "250 mmHg", ""},
                   {"resistance", {"limb.paths.popliteal.resistance"}, "0.5", "10", "1"}},
    .starts = 1,
    .samples = 0};

/// A search ends at 1e-4 of a range or 1e-3 uncertainties, which is below 0.1 % of either here; the tolerance
/// is ten times that.
TEST(Twin, ParametersThatMadeTheFiguresAreFoundToOnePercent) {
  study::Problem p = twin(pump);
  const std::vector<double> truth{100 * mmhg, 2.5};
  measure_truth(p, truth);
  const study::Fit f = fit(model(p), fit_parameters(p), fit_data(p), {.starts = 1});
  EXPECT_NEAR(f.values[0] / truth[0], 1, 0.01);
  EXPECT_NEAR(f.values[1] / truth[1], 1, 0.01);
  EXPECT_GT(f.misfit_before, 100);
  EXPECT_LT(f.misfit, 0.01);
  for (const study::Identified& one : study::identify(f.jacobian).parameters)
    EXPECT_EQ(one.verdict, study::Verdict::determined);
}

TEST(Twin, WhatNoFigureDependsOnIsNotIdentifiable) {
  CalibrationConfig c = pump;
  c.measured = {{Measured::standing_pressure, "90 mmHg", "2 mmHg"},
                {Measured::atrium_pressure, "4 mmHg", "1 mmHg"}};
  c.parameters = {{"filling", {"limb.filling_pressure"}, "0 mmHg", "15 mmHg", ""},
                  {"strength", {"limb.muscle_pressure"}, "50 mmHg", "250 mmHg", ""}};
  study::Problem p = twin(c);
  measure_truth(p, {9 * mmhg, 150 * mmhg});
  const study::Fit f = fit(model(p), fit_parameters(p), fit_data(p), {.starts = 1, .least_step = 1e-2});
  const auto found = study::identify(f.jacobian).parameters;
  EXPECT_NEAR(f.values[0], 9 * mmhg, 0.2 * mmhg);
  EXPECT_EQ(found[0].verdict, study::Verdict::determined);
  EXPECT_EQ(found[1].verdict, study::Verdict::not_at_all);
}

TEST(Problem, ComparesFiguresInTheirOwnUnits) {
  const study::Problem p = twin(pump);
  EXPECT_EQ(p.measurements[0].figure->key, "ambulatory_pressure");
  EXPECT_DOUBLE_EQ(p.measurements[0].value, 50 * mmhg);
  EXPECT_DOUBLE_EQ(p.measurements[1].uncertainty, 0.5e-6);
  EXPECT_EQ(p.parameters[0].fit.start, 20.0e3);  // of the case
  EXPECT_EQ(p.parameters[1].fit.start, 1);
}

TEST(Problem, SeveralKeysTakeTheSameValue) {
  CalibrationConfig c = pump;
  c.parameters[1].keys.emplace_back("limb.paths.femoral.resistance");
  const limb::LimbConfig leg = limb_with(twin(c), std::vector<double>{1e4, 3});
  ASSERT_EQ(leg.paths.size(), 2u);
  EXPECT_EQ(leg.paths[0].resistance, 3);
  EXPECT_EQ(leg.paths[1].resistance, 3);
  EXPECT_EQ(leg.muscle_pressure_pa, 1e4);
}

TEST(Measured, EveryNameIsAFigureOfTheLimb) {
  const auto rows = limb::figure_rows();
  for (const std::string_view name : study::measured_names)
    EXPECT_NE(std::ranges::find(rows, name, &limb::FigureRow::key), rows.end()) << name;
}

}  // namespace
}  // namespace soleus::test
