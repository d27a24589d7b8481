// Sheets that the fluid carries along and that push it.
//
// A sheet moves with the fluid, which feels what its elasticity and its inertia ask for: F = F_elastic - m
// dv/dt. Of the fluid, the mass m_f = rho dx A / (sum of squares of the delta) follows a force on a node of
// area A in a moment, and is accelerated besides by R, all the rest of the fluid, as the last step had it. So
// (m + m_f) dv/dt = F_elastic + m_f R, and the fluid gets
//     F = m_f (dv/dt - R) = (F_elastic - m R) m_f / (m + m_f).
// F depends on the force before, through R, by the factor (1 - m_f / M) m / (m + m_f), M the mass of fluid
// that really follows. In the limit of no mass this is Peskin's method, F = F_elastic.
//
// With what the fluid's velocity below adds, that holds for light sheets alone, m < 0.3 m_f: of heavier ones
// every motion grows, by a thousandth in a step in free fluid and by a third where its momentum turns round
// from step to step. These move by their own inertia,
//     m dv/dt = F_elastic + m g - F,
// and are tied to markers that go with the fluid, as held nodes are. The tie gives way by 10 dv/dt dt^2 m /
// m_f, less than a hundredth of a cell.
//
// The fluid's velocity u is that at whole steps, x goes from one to the next. Taken as it is, u would be half
// a step late and every swing would grow; and at walls the momentum of blood, which is hardly viscous in
// lattice units, turns round from step to step, and a sheet that answered would pump that up. So it moves by
//     w = 3/4 u + 1/2 u_before - 1/4 u_before_that,
// which is the velocity between this step and the last, and knows nothing of what turns round every step; and
// its force is that at x + w dt: half of that makes up for the half step that w is late, half is a viscosity
// of the sheet of half a step. For fluid that keeps any part of its velocity from -1 to 1 the recursion of x
// and u has no eigenvalue beyond one up to (frequency dt)^2 = 0.35.
//
// A held node is tied to a marker that goes with the fluid in the same way, by a spring of m_f (0.1 / dt^2),
// so that nothing flows past where a sheet is fastened. With a heavy one on it the recursion is stable for
// any fluid up to (frequency dt)^2 = 0.94, of the sheet by itself.
//
// So the step has to resolve the sheet's own waves of some cells' length (longest_step_s); shorter ones pass
// between the fluid's nodes. Substeps of the sheet alone do not help: what it would do within a step, while
// the fluid stands, is not what it does.
// REFERENCES: Peskin, Acta Numer. 11, 479 (2002); for sheets with mass in explicit steps: Kim & Peskin, Phys.
// Fluids 19, 053103 (2007), who tie a twin to each node instead.
#pragma once

#include "solver_cuda/kernels/advance_shell.hpp"
#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/scales.hpp"
#include "solver_cuda/state/immersed_sheet.hpp"

namespace soleus {

/// The longest stable step [s] of a sheet that is strained so much: waves in it, four cells long, that the
/// fluid beside it weighs down go less than a cell in it: 0.4 of one with the delta of four points, whose
/// weights on even and odd nodes are the same, and 0.25 with that of three. A heavy sheet's waves are weighed
/// down by itself, and go 0.25 cells at most: those as short as its triangles do not pass between the
/// fluid's nodes.
double longest_step_s(const SheetMaterial& material, double strain, double fluid_kg_m3, double dx_m,
                      Delta delta);
/// The strain of Fung's law under a tension [N/m] along its stiffer axis.
double strain_under(const SheetMaterial& material, double tension_n_m);
/// FungExponents::stiffens_to of which a step is the longest stable one.
double stiffens_to(const SheetMaterial& material, double step_s, double fluid_kg_m3, double dx_m,
                   Delta delta);

/// `shell.mass_kg`: what it weighs more than the fluid in its place.
ImmersedSheet immerse(std::string name, Shell shell, const Scales& scales, Delta delta);

/// Room in which a push is found, kept for its memory.
struct PushWork {
  ShellForces forces;
  std::vector<Vec3> ahead_m;
};
/// Finds the force on the fluid [N] of a time step that begins; `loads_n`: what else acts on the sheet's
/// nodes.
void push_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& loads_n, double dt_s, PushWork& work);

/// Lets the sheet move on with the fluid's velocity, `velocity_m_s[first ...]` at its nodes.
void follow_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& velocity_m_s, std::size_t first,
                  double dt_s);

}  // namespace soleus
