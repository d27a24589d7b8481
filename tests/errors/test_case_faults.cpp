// Faults of the case file, each with the exact sentence on the terminal and the exit code.
#include <gmock/gmock.h>

#include "tests/errors/faulty_run.hpp"

namespace soleus::test {
namespace {

class CaseFault : public testing::Test {
 protected:
  TemporaryFolder folder;

  void expect(const std::string& what, const std::string& by, const std::string& sentence,
              const std::string& command = "validate") {
    expect_refusal(folder, what, by, sentence, command);
  }
};

TEST_F(CaseFault, MissingFile) {
  const Outcome outcome = soleus(folder.path, {"run", "nowhere.yaml"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err, "nowhere.yaml: no such file.\n");
}

TEST_F(CaseFault, NegativeViscosity) {
  expect("3.5 mPa s", "-3.5 mPa s", "pipe.yaml:5: fluid.viscosity: '-3.5 mPa s' must be above 0 mPa s.");
}

TEST_F(CaseFault, UnitMissing) {
  expect("radius: 2 mm", "radius: 2",
         "pipe.yaml:4: geometry.analytic.radius: '2' has no unit; write for example 8 mm or 0.8 cm (accepted "
         "units: m, mm, cm, um).");
}

TEST_F(CaseFault, UnitOfAnotherDimension) {
  expect("60 mL/min", "60 mL",
         "pipe.yaml:7: openings[0].flow: '60 mL' is not a flow; write for example 250 mL/min or 4 mL/s "
         "(accepted units: m3/s, "
         "mL/min, mL/s, L/min, mm3/s).");
}

TEST_F(CaseFault, UnknownKey) {
  expect("viscosity:", "viscosty:", "pipe.yaml:5: fluid.viscosty: unknown key. Did you mean 'viscosity'?");
}

/// The small case with its outlet in a vessel of a limb.
std::string in_limb(const std::string& vessel) {
  return edited(edited(small_case, "kind: pressure", "vessel: " + vessel), "output:", "limb: {}\noutput:");
}

TEST_F(CaseFault, VesselThatTheLimbDoesNotHave) {
  EXPECT_THAT(refusal_of(folder, "pipe.yaml", in_limb("knee"), "validate"),
              testing::StartsWith("pipe.yaml: openings: 'knee' is no vessel of the limb; it has "));
}

TEST_F(CaseFault, AllOpeningsInOneVessel) {
  const std::string twice = edited(
      in_limb("popliteal"), "kind: flow, flow: 60 mL/min, waveform: {ramp: 5 ms}", "vessel: popliteal");
  EXPECT_EQ(refusal_of(folder, "pipe.yaml", twice, "validate"),
            "pipe.yaml: openings: all of them lead to 'popliteal' of the limb, so that nothing drives blood "
            "through the lumen; lead one to another vessel.\n");
}

TEST_F(CaseFault, VeinBehindAnOpeningThatLeadsNowhere) {
  expect(
      "kind: pressure", "kind: pressure, beyond: 10 cm",
      "pipe.yaml:8: openings[1].beyond: only an opening that leads to a vessel of the limb has vein behind "
      "it; write vessel, for example vessel: popliteal, or leave it out.");
}

TEST_F(CaseFault, SqueezeOfALimbThatIsNotThere) {
  expect("fluid:", "wall: {motion: contraction, squeeze: limb}\nfluid:",
         "pipe.yaml:5: wall: squeeze: limb follows the muscles of the section limb, which the case has not; "
         "add it, or use squeeze: pulse.");
}

TEST_F(CaseFault, GravityBesideTheLimbsPosture) {
  const std::string both =
      edited(in_limb("popliteal"), "fluid:", "wall: {motion: tube_law, gravity: {level: 1 m}}\nfluid:");
  EXPECT_EQ(refusal_of(folder, "pipe.yaml", both, "validate"),
            "pipe.yaml:5: wall: gravity comes from the posture of the section limb; leave it out.\n");
}

TEST_F(CaseFault, MuscleWithAPressureBesideThatOfTheLimb) {
  const std::string both = edited(in_limb("popliteal"), "fluid:",
                                  "wall: {motion: tube_law, muscles: [{name: calf, drive: posterior_calf, "
                                  "pressure: 40 mmHg}]}\nfluid:");
  EXPECT_EQ(refusal_of(folder, "pipe.yaml", both, "validate"),
            "pipe.yaml:5: wall.muscles[0].drive: the limb gives the pressure; leave out pressure and "
            "waveform, or drive.\n");
}

TEST_F(CaseFault, VesselWithoutALimb) {
  expect("kind: pressure", "vessel: popliteal",
         "pipe.yaml:6: openings: a vessel is named, but the case has no section limb; add one, limb: {} is a "
         "healthy "
         "leg.");
}

TEST_F(CaseFault, LimbThatNoOpeningLeadsTo) {
  expect("output:", "limb: {}\noutput:",
         "pipe.yaml:10: limb: no opening leads to a vessel of it; write, for example, vessel: popliteal for "
         "one, or "
         "leave limb out.");
}

TEST_F(CaseFault, VesselAtAnOpeningThatImposesItsFlow) {
  const std::string both = edited(in_limb("popliteal"), "kind: flow,", "kind: flow, vessel: femoral,");
  EXPECT_EQ(refusal_of(folder, "pipe.yaml", both, "validate"),
            "pipe.yaml:7: openings[0].vessel: the limb gives the pressure; leave out kind and pressure, or "
            "vessel.\n");
}

TEST_F(CaseFault, UnknownSection) {
  expect("fluid:", "fluids:", "pipe.yaml:5: fluids: unknown key. Did you mean 'fluid'?");
}

TEST_F(CaseFault, UnknownChoice) {
  expect("kind: pressure", "kind: presure",
         "pipe.yaml:8: openings[1].kind: 'presure' is not one of pressure, flow, velocity, closed; did you "
         "mean 'pressure'?");
}

TEST_F(CaseFault, SlidingFaceOfAPipe) {
  expect(
      "fluid:", "wall: {faces: [{face: y_max, velocity: 1 0 0 mm/s}]}\nfluid:",
      "pipe.yaml:5: wall: faces: y_max is a face of geometry.analytic.shape: box, which the case has not.");
}

TEST_F(CaseFault, FaceThatMovesOutOfItself) {
  expect(
      "fluid:", "wall: {faces: [{face: y_max, velocity: 0 1 0 mm/s}]}\nfluid:",
      "pipe.yaml:5: wall.faces[0].velocity: a face moves along itself only; use motion: translation for "
      "walls "
      "that displace fluid.\n"
      "pipe.yaml:5: wall: faces: y_max is a face of geometry.analytic.shape: box, which the case has not.");
}

TEST_F(CaseFault, ObstaclesThatAreNotThere) {
  expect("fluid:", "wall: {motion: translation, part: obstacles, velocity: 1 0 0 mm/s}\nfluid:",
         "pipe.yaml:5: wall: part: obstacles moves the obstacles of an analytic box, and the case has none.");
}

TEST_F(CaseFault, AllAtOnce) {
  folder.write("pipe.yaml", edited(edited(small_case, "3.5 mPa s", "0 mPa s"), "dx: 0.5 mm", "dx: 0.5"));
  const Outcome outcome = soleus(folder.path, {"run", "pipe.yaml"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err,
            "pipe.yaml:5: fluid.viscosity: '0 mPa s' must be above 0 mPa s.\n"
            "pipe.yaml:9: solver.dx: '0.5' has no unit; write for example 8 mm or 0.8 cm (accepted units: m, "
            "mm, cm, um).\n");
}

TEST_F(CaseFault, TimeStepTooSmall) {
  expect("dx: 0.5 mm", "dx: 0.5 mm, dt: 1 us",
         "pipe.yaml:9: solver.dt = 1 us with solver.dx = 0.5 mm gives a relaxation time tau = 0.50004; "
         "0.5001 to 3 is stable. Use "
         "solver.dt = 2.524 us or solver.dx = 0.3147 mm.",
         "solve");
}

TEST_F(CaseFault, TimeStepTooLarge) {
  expect("dx: 0.5 mm", "dx: 0.5 mm, dt: 10 ms",
         "pipe.yaml:9: solver.dt = 1e+04 us lets blood at solver.max_velocity = 0.5 m/s move 10.000 cells "
         "per step; at most 0.15 is "
         "accurate. Use solver.dt <= 150 us.",
         "solve");
}

TEST_F(CaseFault, TimeStepTooLargeForFluidThatThin) {
  const std::string thin =
      edited(edited(small_case, "3.5 mPa s", "0.5 mPa s"), "dx: 0.5 mm", "dx: 0.5 mm, dt: 100 us");
  EXPECT_EQ(sentences(refusal_of(folder, "thin.yaml", thin, "solve")),
            "thin.yaml:9: solver.dt = 100 us lets blood at solver.max_velocity = 0.5 m/s move 0.100 cells "
            "per step; at "
            "most 0.0921 is stable at tau = 0.50057. Use solver.dt <= 84.91 us.\n");
}

TEST_F(CaseFault, FlowTooFastForTheTimeStepEndsTheRunWhereItShows) {
  folder.write("pipe.yaml", edited(small_case, "60 mL/min", "2000 mL/min"));
  const Outcome outcome = soleus(folder.path, {"solve", "pipe.yaml"});
  EXPECT_EQ(outcome.exit_code, 3);
  // Step, place and velocity belong to the method, the sentence to the user.
  EXPECT_THAT(sentences(outcome.err),
              testing::MatchesRegex("the lattice Mach number is 0\\.[0-9]+ \\(velocity 1\\.[0-9]+ m/s\\) at "
                                    "step [0-9]+ \\(t = 0\\.00[0-9]+ s\\) "
                                    "near \\([-0-9., ]+\\) mm; at most 0.4 is sound. Use a smaller time step "
                                    "\\(solver.dt = 50 us\\) or a "
                                    "finer lattice \\(solver.dx = 0.35 mm\\).\n"));
  EXPECT_FALSE(std::filesystem::exists(folder.path / "runs/pipe/solve"));
}

TEST_F(CaseFault, OpeningMatchesNoEndOfTheShape) {
  expect("end: start", "end: left",
         "pipe.yaml:6: openings: 'inlet' matches no end of the shape; set `end` (or `near`). Its ends: "
         "'start' at (0.0 0.0 -4.0) mm, "
         "'end' at (0.0 0.0 4.0) mm.",
         "mesh");
}

TEST_F(CaseFault, TravellingWaveThatDoesNotTravel) {
  expect(
      "fluid:", "wall: {motion: contraction, squeeze: travelling_wave, wave_length: 40 mm}\nfluid:",
      "pipe.yaml:5: wall.wave_speed: a travelling wave needs a speed other than 0 m/s, for example 20 mm/s.");
}

TEST_F(CaseFault, RegionsOfASqueezeThatMovesEverything) {
  for (const std::string squeeze :
       {"steady_rate, area_rate: 1 mm2/s", "travelling_wave, wave_length: 40 mm, wave_speed: 1 mm/s"})
    expect("fluid:",
           "wall: {motion: contraction, regions: [{from: 1 mm, to: 2 mm}], squeeze: " + squeeze + "}\nfluid:",
           "pipe.yaml:5: wall.regions: squeeze: " + squeeze.substr(0, squeeze.find(',')) +
               " moves the whole lumen; leave out regions, or use squeeze: pulse, limb or table.");
}

TEST_F(CaseFault, BloodThatGrowsThickerWhenSheared) {
  expect(
      "viscosity: 3.5 mPa s}", "viscosity: 3.5 mPa s, rheology: {model: casson, viscosity_low: 2 mPa s}}",
      "pipe.yaml:5: fluid.rheology: viscosity_low is below fluid.viscosity = 3.5 mPa s; blood grows thinner "
      "when sheared.");
}

TEST_F(CaseFault, RelaxationTimeOutOfRangeWhereBloodRests) {
  expect(
      "viscosity: 3.5 mPa s}",
      "viscosity: 3.5 mPa s, rheology: {model: carreau_yasuda, viscosity_low: 10 Pa s}}",
      "pipe.yaml:9: solver.dt = 100 us with solver.dx = 0.5 mm gives a relaxation time tau = 11.82075 where "
      "the fluid "
      "hardly moves; 0.5001 to 3 is stable. Use solver.dt = 22.08 us or solver.dx = 1.064 mm.",
      "solve");
}

TEST_F(CaseFault, CumulantsOfTooFewVelocities) {
  expect("solver: {", "solver: {collision: cumulant, ",
         "pipe.yaml:9: solver.collision: cumulant needs velocity_set: d3q27; on d3q19 use regularized.");
}

TEST_F(CaseFault, ContractionOfAShapeWithoutAStraightAxis) {
  expect(
      "shape: pipe, radius: 2 mm, length: 8 mm, direction: 0 0 1}",
      "shape: bent_pipe, radius: 2 mm, bend_radius: 10 mm, bend_angle: 90 deg}\nwall: {motion: contraction}",
      "pipe.yaml:5: wall: motion: contraction moves an analytic shape about its straight axis, which "
      "geometry.analytic.shape: bent_pipe does not have; use box, channel, pipe, tapered_pipe or sphere, or "
      "give "
      "the lumen as geometry.surface.");
}

TEST_F(CaseFault, MovingEndsOfALumenWithoutAnalyticEnds) {
  folder.write("lumen.stl", "solid");
  expect("analytic: {shape: pipe, radius: 2 mm, length: 8 mm, direction: 0 0 1}",
         "surface: lumen.stl\nwall: {motion: translation, part: closed_ends}",
         "pipe.yaml:5: wall: part: closed_ends moves the flat ends of an analytic shape, and the case has "
         "none; use "
         "part: all, or give the lumen as geometry.analytic.");
}

TEST_F(CaseFault, CudaBackendInAProgramWithoutCuda) {
  if (SOLEUS_BUILT_WITH_CUDA) GTEST_SKIP() << "this program was built with nvcc";
  folder.write("pipe.yaml", small_case);
  const Outcome outcome = soleus(folder.path, {"run", "pipe.yaml", "--backend", "cuda"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err,
            "--set: solver.backend: this program was built without CUDA; use cpu, or build it where nvcc is "
            "found.\n");
}

TEST_F(CaseFault, CudaBackendForWhatOnlyTheCpuDoes) {
  folder.write("box.yaml",
               "case: {name: box}\n"
               "geometry: {edge_length: 1 mm, analytic: {shape: box, size: 8 8 8 mm}}\n"
               "fluid: {density: 1000 kg/m3, viscosity: 3.5 mPa s}\n"
               "wall: {faces: [{face: y_max, slip: true}]}\n"
               "solver: {dx: 1 mm, end_time: 1 s, max_velocity: 10 mm/s}\n"
               "output: {force: wall}\n");
  const Outcome outcome = soleus(folder.path, {"run", "box.yaml", "--backend", "cuda"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_TRUE(outcome.err.ends_with(
      "box.yaml:4: wall.faces: faces that the fluid slips along need solver.backend: cpu.\n"
      "box.yaml:6: output.force: the force on the wall needs solver.backend: cpu.\n"))
      << outcome.err;
}

TEST_F(CaseFault, HalfStorageOnTheCpu) {
  folder.write("pipe.yaml", small_case);
  const Outcome outcome = soleus(folder.path, {"run", "pipe.yaml", "--set", "solver.precision=half_storage"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err,
            "--set: solver.precision: half_storage needs backend: cuda; on the cpu use single.\n");
}

TEST_F(CaseFault, StageThatTheCaseDoesNotHave) {
  folder.write("pipe.yaml", small_case);
  const Outcome outcome = soleus(folder.path, {"segment", "pipe.yaml"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(sentences(outcome.err), "this case has no segment stage; it has mesh, solve, report.\n");
}

TEST_F(CaseFault, StageToGoOnFromIsNotThere) {
  folder.write("pipe.yaml", small_case);
  const Outcome outcome = soleus(folder.path, {"run", "pipe.yaml", "--from", "report"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(sentences(outcome.err),
            "runs/pipe/mesh: there is no complete mesh result to go on from; leave out '--from report'.\n");
}

}  // namespace
}  // namespace soleus::test
