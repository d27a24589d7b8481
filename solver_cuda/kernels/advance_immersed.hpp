// Sheets that the fluid carries along and that push it.
//
// A sheet moves with the fluid, which feels what its elasticity and its inertia ask for: F = F_elastic - m
// dv/dt. Of the fluid, the mass m_f = rho dx A / (sum of squares of the delta) follows a force on a node of
// area A in a moment, and is accelerated besides by R, all the rest of the fluid, as the last step had it.
// So over a time step
//     (m + m_f) dv/dt = F_elastic(x) + m_f R
// is solved from the fluid's velocity, in as many steps as the sheet's stiffness asks for, and the fluid gets
// F = m_f (dv/dt - R), the mean over them. F depends on R of the step before by the factor (1 - m_f / M) m /
// (m + m_f), M >= m_f the mass of fluid that really follows: less than one for any mass of the sheet. In the
// limit of no mass this is Peskin's method, F = F_elastic.
// REFERENCES: Peskin, Acta Numer. 11, 479 (2002); for sheets with mass in explicit steps: Kim & Peskin, Phys.
// Fluids 19, 053103 (2007), who tie a twin to each node instead.
#pragma once

#include "solver_cuda/kernels/advance_shell.hpp"
#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/scales.hpp"
#include "solver_cuda/state/immersed_sheet.hpp"

namespace soleus {

/// `shell.mass_kg`: what it weighs more than the fluid in its place.
ImmersedSheet immerse(std::string name, Shell shell, const Scales& scales, Delta delta);

/// Room in which a push is found, kept for its memory.
struct PushWork {
  std::vector<Vec3> x_m, v_m_s, others_n;
  ShellForces forces;
};
/// Finds the force on the fluid [N] of a time step that begins; `loads_n`: what else acts on the sheet's
/// nodes.
void push_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& loads_n, double dt_s, PushWork& work);

/// Lets the sheet move on with the fluid's velocity, `velocity_m_s[first ...]` at its nodes.
void follow_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& velocity_m_s, std::size_t first,
                  double dt_s);

}  // namespace soleus
