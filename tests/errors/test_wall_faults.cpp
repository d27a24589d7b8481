// Faults of what presses on an elastic vein.
#include "tests/errors/cube_stl.hpp"
#include "tests/errors/faulty_run.hpp"

namespace soleus::test {
namespace {

class WallFault : public testing::Test {
 protected:
  TemporaryFolder folder;

  /// `wall`: keys of an elastic wall, on line 5 of the case.
  void expect(const std::string& wall, const std::string& sentence, const std::string& command = "validate") {
    expect_refusal(folder, "fluid:", "wall: {motion: tube_law, " + wall + "}\nfluid:", sentence, command);
  }
};

TEST_F(WallFault, TableThatIsNotPeriodic) {
  folder.write("push.csv", "time_s,factor\n0,0\n0.5,1\n1,0.8\n");
  expect("external_pressure: 50 mmHg, external_waveform: {kind: table, period: 1 s, file: push.csv}",
         "push.csv: the table begins with 0 and ends one period (1 s) later with 0.8; one that is repeated "
         "ends as it begins, within 1 % of its range.");
}

TEST_F(WallFault, TableOfAMuscleLongerThanItsPeriod) {
  folder.write("push.csv", "0,0\n0.5,1\n2,0\n");
  expect("muscles: [{name: soleus, waveform: {kind: table, period: 1 s, file: push.csv}}]",
         "push.csv: the table spans 2 s, but is to be repeated after period: 1 s; end the table by then, or "
         "write period: 2 s.");
}

TEST_F(WallFault, MuscleThatIsGivenTwice) {
  folder.write("soleus.stl", cube_stl(0));
  expect("muscles: [{name: soleus, regions: [{from: 1 mm, to: 3 mm}], surface: soleus.stl}]",
         "pipe.yaml:5: wall.muscles[0].name: the muscle's place is given more than once; give one of "
         "regions, surface and labels, or none of them for the whole vein.");
}

TEST_F(WallFault, MuscleThatCoversNoVein) {
  folder.write("soleus.stl", cube_stl(0, 50));
  expect("muscles: [{name: soleus, pressure: 180 mmHg, surface: soleus.stl}]",
         "pipe.yaml:5: wall.muscles: 'soleus' covers no vein: the nearest station is 82.4 mm outside; see "
         "that soleus.stl "
         "lies in the same LPS space as the lumen and is in mm, or use a larger edge than 5 mm.",
         "run");
}

TEST_F(WallFault, MuscleAlongABranchThatIsShorter) {
  expect("muscles: [{name: soleus, pressure: 180 mmHg, regions: [{from: 1 cm, to: 3 cm}]}]",
         "pipe.yaml:5: wall.muscles: 'soleus' covers no vein: branch 0 runs from 0.0 to 8.0 mm; use `from` "
         "and `to` "
         "within.",
         "run");
}

TEST_F(WallFault, MuscleThatIsNotClosed) {
  folder.write("soleus.stl", cube_stl(2));
  expect("muscles: [{name: soleus, pressure: 180 mmHg, surface: soleus.stl}]",
         "pipe.yaml:5: wall.muscles: 'soleus': soleus.stl is not a closed surface, so nothing lies inside; "
         "close its "
         "holes, or give the muscle by regions or labels.",
         "run");
}

TEST_F(WallFault, BranchThatIsNotThere) {
  expect("tube_law: {branches: [{branch: 4, vein: superficial}]}",
         "pipe.yaml:5: wall.tube_law.branches: the vein has no branch 4; its branches are in "
         "mesh/centerlines.vtp.",
         "run");
}

TEST_F(WallFault, BranchThatIsGivenTwice) {
  expect("tube_law: {branches: [{branch: 0}, {branch: 0}]}",
         "pipe.yaml:5: wall.tube_law.branches: branch 0 is given twice; give each branch once.");
}

TEST_F(WallFault, NegativePressureOfAStocking) {
  expect("stocking: {ankle: -20 mmHg, knee: 10 mmHg, ankle_height: 0 mm, knee_height: 8 mm}",
         "pipe.yaml:5: wall.stocking.ankle: '-20 mmHg' must be at least 0 mmHg.");
}

TEST_F(WallFault, StockingUpsideDown) {
  expect("stocking: {ankle: 20 mmHg, knee: 10 mmHg, ankle_height: 8 mm, knee_height: 0 mm}",
         "pipe.yaml:5: wall.stocking.knee_height: the knee lies below the ankle along `up`; exchange them, "
         "or turn `up` around.");
}

TEST_F(WallFault, MuscleOfARigidVein) {
  folder.write("pipe.yaml", edited(small_case, "fluid:", "wall: {muscles: [{name: soleus}]}\nfluid:"));
  const Outcome outcome = soleus(folder.path, {"validate", "pipe.yaml"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(
      sentences(outcome.err),
      "pipe.yaml:5: wall.muscles: acts on an elastic wall only; use motion: tube_law, or leave it out.\n");
}

TEST_F(WallFault, MotionFromImagesWithoutImages) {
  folder.write("pipe.yaml", edited(small_case, "fluid:", "wall: {motion: imaging}\nfluid:"));
  const Outcome outcome = soleus(folder.path, {"validate", "pipe.yaml"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(sentences(outcome.err),
            "pipe.yaml:5: wall: motion: imaging moves the lumen of an image, and the case has "
            "geometry.analytic; use image with image.contracted.\n");
}

TEST_F(WallFault, FlowThroughAValve) {
  folder.write("pipe.yaml",
               edited(small_case, "fluid:",
                      "openings: [{name: in, end: start, kind: flow, flow: 1 mL/s, passage: in}]\nfluid:"));
  const Outcome outcome = soleus(folder.path, {"validate", "pipe.yaml"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("only an opening of kind pressure may be a valve; use passage: both."),
            std::string::npos)
      << outcome.err;
}

}  // namespace
}  // namespace soleus::test
