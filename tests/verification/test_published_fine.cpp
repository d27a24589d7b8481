// Cases with published figures, minutes each (ctest label `validation`). A tolerance is the benchmark's on
// the grid it is stated for, times the square of the ratio of the cells on a coarser one; where it is not
// reached, `limit` holds what was measured.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/verification/external.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

TEST(CylinderInAChannel, HasTheCoefficientsOfSchaeferAndTurek) {
  const CylinderFlow found = cylinder_in_channel(20);
  const auto compare = [&](const char* quantity, double reference, double ours, double tolerance) {
    return Result{.case_name = "cylinder-channel",
                  .quantity = quantity,
                  .reference = reference,
                  .ours = ours,
                  .tolerance = tolerance,
                  .resolution = "20 cells across the cylinder",
                  .source = "Schaefer & Turek, Notes Numer. Fluid Mech. 52, 547 (1996), 2D-1"};
  };
  report_result(compare("drag coefficient", 5.57953523384, found.drag, 0.01));
  report_result(compare("pressure difference over rho U^2", 2.93800425, found.pressure_drop, 0.02));
  report_result(compare("length of the recirculation in diameters", 0.846, found.recirculation, 0.02));
  Result lift = compare("lift coefficient", 0.010618948146, found.lift, 0.0015);
  lift.difference = Difference::absolute;
  lift.limit = 0.0115;  // not reached: 0.0030 measured, 0.14 % of the drag off
  report_result(lift);
}

TEST(CylinderInADuct, HasTheCoefficientsOfSchaeferAndTurek) {
  const CylinderFlow found = cylinder_in_duct(10);
  const auto compare = [&](const char* quantity, double reference, double ours, double tolerance) {
    return Result{.case_name = "cylinder-duct",
                  .quantity = quantity,
                  .reference = reference,
                  .ours = ours,
                  .tolerance = tolerance,
                  .resolution = "10 cells across the cylinder",
                  .source = "Braack & Richter, Comput. Fluids 35, 372 (2006), 3D-1Z"};
  };
  Result drag = compare("drag coefficient", 6.18533, found.drag, 0.01);
  drag.limit = 0.05;  // not reached on this grid: 3.4 % measured, of second order (2D-1: 3.2 %, 0.9 % at 20)
  report_result(drag);
  Result pressure = compare("pressure difference over rho U^2", 4.28355, found.pressure_drop, 0.02);
  pressure.limit = 0.03;  // not reached: 2.05 % measured
  report_result(pressure);
  Result lift = compare("lift coefficient", 0.009401, found.lift, 0.006);  // 0.0015 at 20 cells
  lift.limit = 0.0135;                                                     // not reached: 0.0006 measured
  lift.difference = Difference::absolute;
  report_result(lift);
}

TEST(SwingingCylinder, FeelsTheForceThatDuetschMeasured) {
  const SwingingCylinder found = oscillating_cylinder(8);
  const auto compare = [&](const char* quantity, double reference, double ours) {
    return Result{.case_name = "oscillating-cylinder",
                  .quantity = quantity,
                  .reference = reference,
                  .ours = ours,
                  .tolerance = 0.12,  // 3 % at 16
                  .resolution = "8 cells across the cylinder",
                  .source = "Duetsch, Durst, Becker & Lienhart, J. Fluid Mech. 360, 249 (1998)"};
  };
  report_result(compare("drag coefficient of Morison's formula", 2.09, found.drag));
  report_result(compare("coefficient of inertia of Morison's formula", 1.45, found.inertia));
  Result noise = compare("rms of the force beyond its ninth harmonic, over its largest", 0, found.noise);
  noise.difference = Difference::absolute;
  noise.tolerance = 0.03;
  noise.limit = 0.12;  // not reached: 0.099 measured
  report_result(noise);
}

TEST(FdaNozzle, KeepsItsFlowInEveryPlane) {
  const Nozzle found = fda_nozzle(12);
  report_result({.case_name = "fda-nozzle",
                 .quantity = "flow through ten planes, the worst, over the inflow",
                 .reference = 0,
                 .ours = found.worst_flow_error,
                 .difference = Difference::absolute,
                 .tolerance = 0.01,
                 .limit = 0.015,  // not reached: 1.1 % measured
                 .resolution = "12 cells across the throat",
                 .source = "conservation of mass"});
  report_result({.case_name = "fda-nozzle",
                 .quantity = "velocity on the axis over the mean at the throat's exit",
                 .reference = 1.80,  // between 1.75 and 1.85: flow that is not fully developed
                 .ours = found.throat_centre,
                 .tolerance = 0.05 / 1.80,
                 .resolution = "12 cells across the throat",
                 .source = "estimate from the entrance length of a pipe"});
}

TEST(LidDrivenCavity, HasTheExtremesOfAlbensoederAndKuhlmann) {
  const Cavity found = lid_driven_cavity(64);
  const auto compare = [&](const char* quantity, double reference, double ours) {
    return Result{.case_name = "cavity",
                  .quantity = quantity,
                  .reference = reference,
                  .ours = ours,
                  .tolerance = 0.025,
                  .resolution = "64 cells along a side",
                  .source = "Albensoeder & Kuhlmann, J. Comput. Phys. 206, 536 (2005)"};
  };
  const auto place = [&](const char* quantity, double reference, double ours) {
    Result r = compare(quantity, reference, ours);
    r.tolerance = 0.01;
    r.difference = Difference::absolute;
    return r;
  };
  report_result(compare("least velocity along the lid, over the lid's", -0.2803833, found.u_min));
  report_result(compare("least velocity towards the lid", -0.4350186, found.v_min));
  report_result(compare("largest velocity towards the lid", 0.2466511, found.v_max));
  report_result(place("place of the least velocity along the lid", 0.12419, found.u_min_place));
  report_result(place("place of the least velocity towards the lid", 0.90957, found.v_min_place));
  report_result(place("place of the largest velocity towards the lid", 0.10913, found.v_max_place));
}

TEST(BackwardStep, TouchesTheWallWhereErturkFound) {
  const StepFlow found = backward_step(100, 20);
  report_result({.case_name = "backward-step",
                 .quantity = "length of the recirculation over the step's height, Re 100",
                 .reference = 2.922,
                 .ours = found.reattachment,
                 .tolerance = 0.02,
                 .limit = 0.03,  // not reached: 2.2 % measured
                 .resolution = "20 cells in the step",
                 .source = "Erturk, Comput. Fluids 37, 633 (2008)"});
}

TEST(TaylorGreenVortex3dFine, LosesTheEnergyThatItsEnstrophyTakes) {
  report_result({.case_name = "taylor-green-3d",
                 .quantity = "decay of the energy against 2 nu enstrophy, over the largest decay",
                 .reference = 0,
                 .ours = taylor_green_3d(64).budget_error,
                 .difference = Difference::absolute,
                 .tolerance = 0.01,
                 .limit = 0.03,
                 .resolution = "64 cells along a side",
                 .source = "energy budget"});
}

TEST(Sphere, IsDraggedByAStream) {
  report_result({.case_name = "sphere-drag",
                 .quantity = "drag coefficient at Re 50",
                 .reference = 1.575,  // between 1.57 and 1.58
                 .ours = sphere_drag(50, 8),
                 .tolerance = 0.04,  // 1 % at 16, as of the cylinder
                 .resolution = "8 cells across the sphere",
                 .source = "standard drag curve"});
}

}  // namespace
}  // namespace soleus::verification
