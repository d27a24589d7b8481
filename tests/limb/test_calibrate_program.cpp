// `soleus calibrate` as a user runs it: what it finds and writes, what it refuses.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "pipeline/base/files.hpp"
#include "tests/errors/faulty_run.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

/// Six movements after a short stand: a quarter of a second for each run.
const std::string leg = R"(case: {name: leg}
limb:
  protocol:
    - {kind: standing, duration: 5 s}
    - {kind: tiptoe, count: 4}
)";
const std::string fit = leg + R"(calibration:
  starts: 1
  measured:
    - {figure: ambulatory_pressure, value: 72 mmHg, uncertainty: 3 mmHg}
    - {figure: standing_pressure, value: 95 mmHg, uncertainty: 3 mmHg}
  parameters:
    - {name: muscles, keys: [limb.muscle_pressure], from: 30 mmHg, to: 200 mmHg}
)";

Outcome calibrate(const TemporaryFolder& folder, const std::string& text) {
  folder.write("leg.yaml", text);
  return soleus(folder.path, {"calibrate", "leg.yaml", "-o", "out"});
}

/// What it says of a case, which leaves nothing behind.
std::string refusal(const std::string& text) {
  const TemporaryFolder folder;
  const Outcome outcome = calibrate(folder, text);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_FALSE(fs::exists(folder.path / "out"));
  return sentences(outcome.err);
}
std::string refusal(const std::string& what, const std::string& by) {
  return refusal(edited(fit, what, by));
}

TEST(CalibrateProgram, WritesAFittedCaseThatTheLimbTakes) {
  const TemporaryFolder folder;
  const Outcome outcome = calibrate(folder, fit);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Ambulatory venous pressure AVP"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("muscles .* determined"));

  const json done = json::parse(read_file(folder.path / "out/calibration.json"));
  EXPECT_EQ(done["measurements"][0]["measured"], 72);
  EXPECT_LT(done["sum_of_squares"], done["sum_of_squares_before"]);
  EXPECT_EQ(done["parameters"][0]["unit"], "Pa");
  EXPECT_THAT(read_file(folder.path / "out/measurements.csv"),
              testing::StartsWith("figure,unit,measured,uncertainty,before,fitted,residual_in_uncertainties\n"
                                  "ambulatory_pressure,mmHg,72,3,"));
  EXPECT_THAT(read_file(folder.path / "out/parameters.csv"), HasSubstr("\nmuscles,limb.muscle_pressure,Pa,"));

  const Outcome limb = soleus(folder.path, {"limb", "out/fitted.yaml", "--no-plots", "-o", "limb"});
  ASSERT_EQ(limb.exit_code, 0) << limb.err;
  const json figures = json::parse(read_file(folder.path / "limb/figures.json"))["figures"];
  EXPECT_NEAR(figures["ambulatory_pressure"]["value"], done["measurements"][0]["fitted"], 1e-3);
}

/// The section limb of a fitted case in a case that has a lumen, as docs/limb.md says.
TEST(CalibrateProgram, SectionOfAFittedCaseStandsInACaseWithALumen) {
  const TemporaryFolder folder;
  ASSERT_EQ(calibrate(folder,
                      edited(fit,
                             "parameters:\n    - {name: muscles, keys: [limb.muscle_pressure], from: 30 "
                             "mmHg, to: 200 mmHg}",
                             "parameters:\n    - {keys: [limb.paths.popliteal.resistance], from: 1, to: 3}"))
                .exit_code,
            0);
  const std::string fitted = read_file(folder.path / "out/fitted.yaml");
  std::string text =
      edited(small_case, "kind: flow, flow: 60 mL/min, waveform: {ramp: 5 ms}", "vessel: femoral");
  text = edited(text, "kind: pressure", "vessel: popliteal") + fitted.substr(fitted.find("limb:"));
  folder.write("pipe.yaml", text);
  const Outcome outcome = soleus(folder.path, {"validate", "pipe.yaml"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST(CalibrateProgram, SaysThatAFitRestsOnABound) {
  const TemporaryFolder folder;
  const Outcome outcome = calibrate(folder, edited(fit, "from: 30 mmHg", "from: 140 mmHg"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr("muscles rests on its lower bound, 140 mmHg: the measurements ask for less."));
  EXPECT_THAT(outcome.out, HasSubstr("Ambulatory venous pressure AVP: the fitted limb is "));
  const json done = json::parse(read_file(folder.path / "out/calibration.json"));
  EXPECT_EQ(done["parameters"][0]["on_bound"], "lower");
}

TEST(CalibrateProgram, SaysWhatTheDataDoNotDetermine) {
  const TemporaryFolder folder;
  std::string text =
      edited(fit, "    - {figure: ambulatory_pressure, value: 72 mmHg, uncertainty: 3 mmHg}\n", "");
  text = edited(text, "value: 95 mmHg", "value: 93 mmHg");
  const Outcome outcome = calibrate(folder, text);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr("muscles is not identifiable: over its whole range all measurements together "
                        "change by "));
}

TEST(CalibrationFaults, NoSectionCalibration) {
  EXPECT_EQ(
      refusal(leg),
      "leg.yaml: calibration: this section is missing; it says what was measured and which parameters may be "
      "fitted, see configs/limb/calibration.yaml.\n");
}

TEST(CalibrationFaults, NoLimb) {
  EXPECT_THAT(
      refusal("case: {name: leg}\n" + fit.substr(fit.find("calibration:"))),
      HasSubstr(
          "leg.yaml:2: calibration: the case has no section limb to fit; add one, limb: {} is a healthy "
          "leg.\n"));
}

TEST(CalibrationFaults, FigureUnknown) {
  EXPECT_THAT(
      refusal("figure: ambulatory_pressure", "figure: ambulatory_presure"),
      testing::AllOf(HasSubstr("leg.yaml:9: calibration.measured[0].figure: 'ambulatory_presure' is not one "
                               "of venous_volume, "),
                     HasSubstr("did you mean 'ambulatory_pressure'?\n")));
}

TEST(CalibrationFaults, ValueOutOfPhysiologicalRange) {
  EXPECT_EQ(refusal("value: 72 mmHg", "value: 720 mmHg"),
            "leg.yaml:9: calibration.measured[0].value: '720 mmHg' is out of the physiological range of "
            "ambulatory_pressure; at least 0 mmHg and at most 160 mmHg are accepted.\n");
}

TEST(CalibrationFaults, ValueInAnotherUnit) {
  EXPECT_EQ(refusal("value: 72 mmHg", "value: 72 mL"),
            "leg.yaml:9: calibration.measured[0].value: '72 mL' is not a pressure; write for example 12 mmHg "
            "or 1.6 "
            "kPa (accepted units: Pa, kPa, mmHg, cmH2O).\n");
}

TEST(CalibrationFaults, UncertaintyOfZero) {
  EXPECT_EQ(
      refusal("uncertainty: 3 mmHg", "uncertainty: 0 mmHg"),
      "leg.yaml:9: calibration.measured[0].uncertainty: '0 mmHg' must be above zero; it is how far a second "
      "measurement would lie from the first.\n");
}

TEST(CalibrationFaults, FigureMeasuredTwice) {
  EXPECT_EQ(refusal("figure: standing_pressure", "figure: ambulatory_pressure"),
            "leg.yaml:10: calibration.measured[1].figure: 'ambulatory_pressure' stands in this list twice; "
            "put what "
            "both say into one.\n");
}

TEST(CalibrationFaults, FigureThatTheProtocolDoesNotGive) {
  EXPECT_EQ(
      refusal("figure: ambulatory_pressure, value: 72 mmHg, uncertainty: 3 mmHg",
              "figure: venous_volume, value: 110 mL, uncertainty: 8 mL"),
      "leg.yaml:9: calibration.measured[0].figure: the protocol of the case does not give 'venous_volume' "
      "(Venous volume VV); change limb.protocol to what was done with the person, or leave the figure "
      "out.\n");
}

TEST(CalibrationFaults, NoMeasurement) {
  EXPECT_EQ(
      refusal(leg +
              "calibration:\n  measured: []\n  parameters:\n    - {keys: [limb.breath], from: 0 mmHg, to: "
              "9 mmHg}\n"),
      "leg.yaml:7: calibration.measured: no measurement is given; write for example - {figure: "
      "venous_volume, "
      "value: 110 mL, uncertainty: 8 mL}.\n");
}

TEST(CalibrationFaults, ParameterUnknown) {
  EXPECT_EQ(refusal("limb.muscle_pressure", "limb.muscle_presure"),
            "leg.yaml:12: calibration.parameters[0].keys: 'limb.muscle_presure' is no number of the section "
            "limb; did "
            "you mean 'limb.muscle_pressure'?\n");
}

TEST(CalibrationFaults, ParameterThatCounts) {
  EXPECT_EQ(
      refusal("limb.muscle_pressure", "limb.protocol.1.count"),
      "leg.yaml:12: calibration.parameters[0].keys: 'limb.protocol.1.count' is a whole number; only what "
      "changes smoothly is fitted.\n");
}

TEST(CalibrationFaults, BoundsReversed) {
  EXPECT_EQ(refusal("from: 30 mmHg, to: 200 mmHg", "from: 200 mmHg, to: 30 mmHg"),
            "leg.yaml:12: calibration.parameters[0].to: '30 mmHg' is not above from ('200 mmHg'); write the "
            "smaller "
            "bound as from.\n");
}

TEST(CalibrationFaults, BoundThatTheKeyDoesNotTake) {
  EXPECT_EQ(refusal("[limb.muscle_pressure], from: 30 mmHg, to: 200 mmHg",
                    "[limb.paths.popliteal.leak], from: 0.001, to: 2"),
            "leg.yaml:12: calibration.parameters[0].to: limb.paths.popliteal.leak does not take '2'; at "
            "least 0 "
            "and at most 1 is accepted.\n");
}

TEST(CalibrationFaults, StartOutsideTheBounds) {
  EXPECT_EQ(
      refusal("to: 200 mmHg", "to: 200 mmHg, start: 250 mmHg"),
      "leg.yaml:12: calibration.parameters[0].start: '250 mmHg' lies outside the bounds '30 mmHg' and '200 "
      "mmHg'.\n");
}

TEST(CalibrationFaults, KeysOfDifferentKinds) {
  EXPECT_EQ(refusal("[limb.muscle_pressure]", "[limb.muscle_pressure, limb.hyperaemia]"),
            "leg.yaml:12: calibration.parameters[0].keys: 'limb.hyperaemia' is a number and "
            "'limb.muscle_pressure' a "
            "pressure; keys of one parameter take the same value.\n");
}

TEST(CalibrationFaults, MoreParametersThanMeasurements) {
  const std::string two =
      "    - {keys: [limb.breath], from: 0 mmHg, to: 9 mmHg}\n    - {keys: [limb.height], from: 1.5 "
      "m, to: 2 m}\n";
  EXPECT_EQ(
      refusal(fit + two),
      "leg.yaml:11: calibration.parameters: 3 parameters cannot be fitted to 2 measurements; give as many "
      "measurements, or let one parameter have several keys.\n");
}

TEST(CalibrationFaults, AllAtOnce) {
  const std::string all =
      refusal(edited(edited(fit, "value: 72 mmHg", "value: 72"), "to: 200 mmHg", "to: 20 mmHg"));
  EXPECT_THAT(all, HasSubstr("calibration.measured[0].value: '72' has no unit;"));
  EXPECT_THAT(all, HasSubstr("calibration.parameters[0].to: '20 mmHg' is not above from"));
}

TEST(CalibrationFaults, AreFoundByValidate) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal_of(folder, "leg.yaml", edited(fit, "value: 72 mmHg", "value: 720 mmHg"), "validate"),
              HasSubstr("is out of the physiological range"));
}

}  // namespace
}  // namespace soleus::test
