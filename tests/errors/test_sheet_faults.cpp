// Faults of thin sheets in the fluid.
#include "tests/errors/faulty_run.hpp"

namespace soleus::test {
namespace {

class SheetFault : public testing::Test {
 protected:
  TemporaryFolder folder;

  /// `sheets`: on line 5 of the case.
  void expect(const std::string& sheets, const std::string& sentence,
              const std::string& command = "validate") {
    expect_refusal(folder, "fluid:", "sheets: [" + sheets + "]\nfluid:", sentence, command);
  }
};

TEST_F(SheetFault, DiscWithoutARadius) {
  expect("{name: leaflet, form: {kind: disc, edge_length: 1 mm}}",
         "pipe.yaml:5: sheets[0].form.radius: a disc, sphere or tube needs it: write a value above zero, for "
         "example 8 mm.");
}

TEST_F(SheetFault, TubeWithoutALength) {
  expect("{name: leaflet, form: {kind: tube, radius: 4 mm, edge_length: 1 mm}}",
         "pipe.yaml:5: sheets[0].form.size: a tube needs its length, above zero, for example 40 0 0 mm.");
}

TEST_F(SheetFault, NormalAlongItsFirstSide) {
  expect("{name: leaflet, form: {kind: rectangle, size: 4 4 0 mm, normal: 1 0 0, edge_length: 1 mm}}",
         "pipe.yaml:5: sheets[0].form.along: it must not be parallel to `normal`, and neither may be 0 0 0.");
}

TEST_F(SheetFault, TwoOfOneName) {
  expect(
      "{name: leaflet, form: {kind: disc, radius: 1 mm, edge_length: 1 mm}}, "
      "{name: leaflet, form: {kind: disc, radius: 1 mm, edge_length: 1 mm}}",
      "pipe.yaml:5: sheets: two sheets are named 'leaflet'; give each its own name.");
}

TEST_F(SheetFault, NameThatIsNoFileName) {
  expect("{name: a/b, form: {kind: disc, radius: 1 mm, edge_length: 1 mm}}",
         "pipe.yaml:5: sheets[0].name: 'a/b' becomes part of the name of a file; write it without '/'.");
}

TEST_F(SheetFault, NothingInTheBoxWhereItIsHeld) {
  expect(
      "{name: leaflet, form: {kind: disc, radius: 1 mm, edge_length: 1 mm, held: box, held_min: 5 5 5 mm, "
      "held_max: 6 6 6 mm}}",
      "pipe.yaml:5: sheets: 'leaflet' is to be held at its box, where it has no points.", "run");
}

TEST_F(SheetFault, LighterThanTheFluid) {
  expect(
      "{name: leaflet, form: {kind: disc, radius: 1 mm, edge_length: 1 mm}, material: {density: 900 kg/m3}}",
      "pipe.yaml:5: sheets: 'leaflet' has material.density = 900 kg/m3, less than the fluid's; a sheet must "
      "weigh at least as much: 1060 kg/m3 or more.",
      "run");
}

TEST_F(SheetFault, StifferThanTheTimeStepResolves) {
  expect_refusal(folder, "solver: {",
                 "sheets: [{name: leaflet, form: {kind: disc, radius: 1 mm, edge_length: 1 mm}}]\n"
                 "solver: {dt: 50 us, ",
                 "pipe.yaml:10: solver.dt = 50 us is too long for sheet 'leaflet', whose own waves it has to "
                 "resolve; use at most 21.7 us (or a softer or thinner sheet, or a coarser solver.dx).",
                 "run");
}

TEST_F(SheetFault, ValveForAFinerLatticeThanThatOfTheSolver) {
  expect_refusal(
      folder, "geometry:", "geometry:\n  valves: [{name: popliteal, dx: 0.1 mm}]",
      "pipe.yaml:2: geometry: valves: 'popliteal' is made for dx = 0.1 mm, less than solver.dx = 0.5 "
      "mm: its closed cusps would share cells; use solver.dx or more, or leave it out.",
      "validate");
}

}  // namespace
}  // namespace soleus::test
