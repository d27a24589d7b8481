// `soleus limb` as a user runs it: what it writes, how long it takes, what it refuses.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "pipeline/base/files.hpp"
#include "tests/errors/faulty_run.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string cases = std::string(SOLEUS_SOURCE) + "/configs/limb/";
const std::string minute = R"(case: {name: minute}
limb:
  protocol:
    - {kind: standing, duration: 50 s}
    - {kind: tiptoe, count: 10}
)";

/// What `soleus limb` says of a case whose limb is `limb`.
std::string refusal(const std::string& limb) {
  const TemporaryFolder folder;
  folder.write("leg.yaml", "case: {name: leg}\nlimb:\n" + limb);
  const Outcome outcome = soleus(folder.path, {"limb", "leg.yaml", "--no-plots"});
  EXPECT_EQ(outcome.exit_code, 2);
  return sentences(outcome.err);
}

TEST(LimbProgram, WritesSeriesFiguresAndTable) {
  const TemporaryFolder folder;
  folder.write("leg.yaml", minute);
  const Outcome outcome = soleus(folder.path, {"limb", "leg.yaml", "--no-plots", "-o", "out"});

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::HasSubstr("Ambulatory venous pressure AVP"));
  const json figures = json::parse(read_file(folder.path / "out/figures.json"));
  EXPECT_EQ(figures["figures"]["ambulatory_pressure"]["unit"], "mmHg");
  EXPECT_LT(std::abs(figures["relative_volume_drift"].get<double>()), 1e-9);
  EXPECT_GE(figures["reflux"].size(), 13u);
  const std::string csv = read_file(folder.path / "out/limb.csv");
  EXPECT_THAT(csv, testing::HasSubstr("popliteal_flow_m3_s,popliteal_opening"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 601);
}

TEST(LimbProgram, PlanOfALumenShowsWhatTheLimbAloneDoesBeforeThereIsAMesh) {
  const TemporaryFolder folder;
  const std::string calf = std::string(SOLEUS_SOURCE).append("/configs/demo/calf.yaml");
  const Outcome plan = soleus(folder.path, {"run", calf, "--dry-run"});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out, testing::ContainsRegex("limb alone: 'popliteal[^']*' \\(popliteal\\).* mmHg"));
}

TEST(LimbProgram, ComparesCases) {
  const TemporaryFolder folder;
  const Outcome outcome =
      soleus(folder.path, {"limb", "-o", "out", "--no-plots", "--set", "limb.protocol=[{kind: standing}]",
                           "--compare", cases + "ten-tiptoes.yaml", cases + "stocking.yaml"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::ContainsRegex("ten-tiptoes +stocking +healthy"));
  EXPECT_TRUE(fs::exists(folder.path / "out/stocking/figures.json"));
}

TEST(LimbProgram, ComparesOnlyCasesWithNamesOfTheirOwn) {
  const TemporaryFolder folder;
  folder.write("a.yaml", minute), folder.write("b.yaml", minute);
  const Outcome outcome = soleus(folder.path, {"limb", "--compare", "a.yaml", "b.yaml"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(sentences(outcome.err),
            "b.yaml: case.name: two compared cases are named 'minute'; give each its own name.\n");
}

TEST(LimbProgram, DrawsWhereThereIsADisplay) {
  const TemporaryFolder folder;
  folder.write("leg.yaml", minute);
  const Outcome outcome = soleus(folder.path, {"limb", "leg.yaml", "-o", "out"});
  EXPECT_EQ(outcome.exit_code, 0);
  if (outcome.err.find("no plots") != std::string::npos) GTEST_SKIP() << outcome.err;
  for (const char* picture : {"calf_volume", "pressures", "flows", "calf_veins"})
    EXPECT_GT(fs::file_size(folder.path / "out" / (std::string(picture) + ".png")), 20000u) << picture;
}

TEST(LimbProgram, SaysThatRunHasNoLumen) {
  const TemporaryFolder folder;
  EXPECT_EQ(sentences(refusal_of(folder, "leg.yaml", minute, "run")),
            "leg.yaml:2: limb: this case has a limb but no lumen to compute flow in; `soleus limb` runs it, "
            "or add one "
            "of image, geometry.labels, geometry.surface and geometry.analytic.\n");
}

TEST(LimbProgram, NeedsALimb) {
  const TemporaryFolder folder;
  EXPECT_EQ(sentences(refusal_of(folder, "pipe.yaml", small_case, "limb")),
            "pipe.yaml: limb: this section is missing; write 'limb: {}' for a healthy leg.\n");
}

TEST(LimbFaults, ProtocolUnknown) {
  EXPECT_EQ(
      refusal("  protocol:\n    - {kind: tip_toe, count: 10}\n"),
      "leg.yaml:4: limb.protocol[0].kind: 'tip_toe' is not one of supine, leg_raised, sitting, standing, "
      "tilt, "
      "tiptoe, dorsiflexion, walk, run, pneumatic_pump, cuff_deflation, valsalva; did you mean 'tiptoe'?\n");
}

TEST(LimbFaults, PostureAngleMissing) {
  EXPECT_EQ(
      refusal("  protocol:\n    - {kind: tilt}\n"),
      "leg.yaml:4: limb.protocol[0].kind: tilt needs the angle of the body above the horizontal; write for "
      "example angle: 60 deg.\n");
}

TEST(LimbFaults, AngleOfAnotherPosture) {
  EXPECT_EQ(
      refusal("  protocol:\n    - {kind: standing, angle: 60 deg}\n"),
      "leg.yaml:4: limb.protocol[0].angle: only kind: tilt has an angle; remove it or write kind: tilt.\n");
}

TEST(LimbFaults, CountOfAPosture) {
  EXPECT_THAT(refusal("  protocol:\n    - {kind: standing, count: 3}\n"),
              testing::HasSubstr("a posture has no count, pressure or waveform"));
}

TEST(LimbFaults, TwoVeinsOfOneName) {
  EXPECT_EQ(refusal("  veins: [{name: soleus, capacity: 2}, {name: soleus, stiffness: 2}]\n"),
            "leg.yaml:3: limb.veins: two veins are named 'soleus'; put what they say into one.\n");
}

TEST(LimbFaults, TwoPathsOfOneName) {
  EXPECT_EQ(refusal("  paths: [{name: popliteal, leak: 0.1}, {name: popliteal, leak: 0.2}]\n"),
            "leg.yaml:3: limb.paths: two paths are named 'popliteal'; put what they say into one.\n");
}

TEST(LimbFaults, CollateralWithTheNameOfAPath) {
  EXPECT_EQ(
      refusal("  collaterals: [{name: femoral, from: popliteal, to: iliac}]\n"),
      "leg.yaml:3: limb.collaterals: two ways of the blood are named 'femoral'; give each collateral its own "
      "name.\n");
}

TEST(LimbFaults, CollateralToItsOwnStart) {
  EXPECT_THAT(refusal("  collaterals: [{name: loop, from: iliac, to: iliac}]\n"),
              testing::HasSubstr("a collateral leads from one vein to another; give two different ones."));
}

TEST(LimbFaults, ValveOfTheIliacPath) {
  EXPECT_THAT(refusal("  paths: [{name: iliac, leak: 0.5}]\n"),
              testing::HasSubstr("the iliac path has no valve; give leak and valve_area to another"));
}

TEST(LimbFaults, ValuesOutOfRange) {
  EXPECT_EQ(refusal("  height: 17.5 m\n"),
            "leg.yaml:3: limb.height: '17.5 m' must be at least 1000 mm and at most 2300 mm.\n");
  EXPECT_EQ(refusal("  paths: [{name: popliteal, leak: 1.5}]\n"),
            "leg.yaml:3: limb.paths[0].leak: '1.5' must be at least 0 and at most 1.\n");
  EXPECT_EQ(refusal("  muscle_pressure: 20\n").substr(0, 33), "leg.yaml:3: limb.muscle_pressure:");
}

}  // namespace
}  // namespace soleus::test
