// What a vein compartment and a venous valve do: pure functions of values in SI.
// REFERENCES: Mynard, Davidson, Penny & Smolich, Int. J. Numer. Meth. Biomed. Engng. 28, 626 (2012), lumped
// valve; Shapiro, J. Biomech. Eng. 99, 126 (1977), collapse with the power -3/2 of the area.
#pragma once

namespace soleus::limb {

/// Pressure across the wall of veins in a muscle or a stretch of leg, over their volume. Above the unstressed
/// volume V0 they fill towards V0 + dV, stiffening exponentially; below it they collapse,
///     p = -ps ln(1 - (V - V0) / dV),   V >= V0,      p = Kc (1 - (V / V0)^(-3/2)),   V < V0,
/// with Kc = 2 ps V0 / (3 dV), so that p and dp/dV are continuous.
struct VeinLaw {
  double unstressed_m3 = 0;  // V0
  double capacity_m3 = 0;    // dV
  double stiffness_pa = 0;   // ps
};
/// [Pa]. Goes on as a straight line below 2 % of V0 and above 99.9 % of dV, so that a trial step of the
/// integrator that leaves the law's range comes back.
double transmural_pressure(const VeinLaw& law, double volume_m3);
/// The inverse [m3].
double volume_at(const VeinLaw& law, double transmural_pa);

/// At which the vein's end is as good as closed [Pa], at 0.4 of V0: below zero.
double closing_pressure(const VeinLaw& law);

/// Amin / Amax of a healthy valve.
inline constexpr double competent_leak = 1e-3;

/// The flow through a valve whose opening has the state zeta: 0 closed, 1 open.
struct ValveLaw {
  double open_area_m2 = 0;         // Amax
  double leak = competent_leak;    // Amin / Amax; 1: no valve
  double length_m = 0.015;         // of the blood that it speeds up, leff
  double opening_per_pa_s = 0.05;  // Kvo
  double closing_per_pa_s = 0.05;  // Kvc
};
/// Orifice area [m2] at an opening zeta.
double orifice_area(const ValveLaw& law, double zeta);
/// dzeta/dt [1/s] under a pressure `drop_pa` in the direction that opens it.
double opening_rate(const ValveLaw& law, double zeta, double drop_pa);
/// dq/dt [m3/s2] = (drop - R q - B q|q|) / L with L = rho leff / A, or 4 ms R if that is more, and B = rho /
/// (2 A^2).
double acceleration(const ValveLaw& law, double zeta, double drop_pa, double resistance_pa_s_m3,
                    double flow_m3_s);

}  // namespace soleus::limb
