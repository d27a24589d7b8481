// The verification cases: each function runs one grid and returns what the exact solution is compared with.
#pragma once

#include <numbers>
#include <string>

#include "tests/verification/reference.hpp"
#include "tests/verification/run_case.hpp"

namespace soleus::verification {

struct TaylorGreen {
  double viscosity_error, velocity_error;
};
/// `cells` along a side, the velocity 0.04 * 16 / cells per step: the lattice viscosity is the same on all
/// grids. Re = 100 with the first viscosity (tau = 0.519), tau = 0.8 with the second.
constexpr double taylor_green_re100_m2_s = 3.5e-6, taylor_green_tau08_m2_s = 3.5e-6 / 0.064;
TaylorGreen taylor_green(int cells, const std::string& collision,
                         double viscosity_m2_s = taylor_green_re100_m2_s, Settings more = {});

/// Viscosity [m2/s] of a vortex of 0.01 cells per step that drifts by `drift` cells per step; tau = 0.53.
double drifting_vortex(int cells, const Vec3& drift, Settings more);

struct Channel {
  double peak_error, flow_error;
};
/// Plane Poiseuille flow, 8 cells across; `offset` shifts the lattice by this part of a cell across the
/// channel.
Channel channel(double tau, double magic, double offset, const std::string& precision, Settings more = {});

struct Pipe {
  double flow_error;
  double wall_shear_error;       // mean over the wall's vertices of |difference of the vectors|
  double wall_shear_size_error;  // the same of |difference of their sizes|
  double wall_shear_bias;        // of the median
  double wall_shear_worst;
  double node_flow_error = 0;  // against the exact parabola at the nodes; aligned pipe only
};
/// Exact figures of the pipe.
constexpr double poiseuille_gradient_pa_m = 1.53125, poiseuille_radius_m = 4e-3,
                 poiseuille_viscosity_pa_s = 3.5e-3;
constexpr double poiseuille_shear_pa = poiseuille_gradient_pa_m * poiseuille_radius_m / 2;
constexpr double poiseuille_flow_m3_s = std::numbers::pi * poiseuille_gradient_pa_m * poiseuille_radius_m *
                                        poiseuille_radius_m * poiseuille_radius_m * poiseuille_radius_m /
                                        (8 * poiseuille_viscosity_pa_s);
/// Poiseuille flow in a pipe of `cells` across; `more` adds settings such as the wall rule.
Pipe aligned_pipe(int cells, Settings more = {});
Pipe rotated_pipe(int cells, Settings more = {});
/// Error of the flow in a short pipe between two pressure openings.
constexpr double short_pipe_flow_m3_s = poiseuille_flow_m3_s;  // 0.030625 Pa over 20 mm: the same gradient
double pressure_driven_pipe();

/// A pulsating pipe's time-averaged wall shear stress and what goes with it; a steady pipe's viscous loss and
/// stagnation.
void report_pulsating_wall_means(int cells);
void report_sheared_pipe(int cells);

/// Flow, velocity next to the axis, largest deviation of the profile over the velocity on the axis, and wall
/// shear stress, against the quadrature of the law.
struct BloodPipe {
  double flow_error, axis_error, profile_error, wall_shear_error;
};
/// `law`: carreau or casson.
BloodPipe blood_pipe(const std::string& law, int cells, Settings more = {});
/// The laws as the cases have them [Pa s], of a shear rate [1/s].
double carreau_viscosity(double shear_rate);
double casson_viscosity(double shear_rate);

struct Womersley {
  double amplitude_error, phase_error_deg;
  double shear_amplitude_error, shear_phase_error_deg;  // of the wall shear stress, mean over the wall
};
Womersley womersley(int cells);

/// The same pipe with its flow imposed at one end: the flow in the middle, and the pressure gradient there
/// over that flow.
struct PulsatingFlow {
  double flow_amplitude_error, flow_phase_error_deg, gradient_amplitude_error, gradient_phase_error_deg;
};
PulsatingFlow flow_driven_womersley(int cells);

/// Largest deviation at any sample, over the volume that the case's flow brings in until the end.
struct DrivenPipe {
  double inflow_error;  // of the volume that entered through the imposed opening
  double mass_error;    // of the fluid's mass from what passed the openings
  double peak_velocity_m_s;
};
/// `condition` of the opening as in a case: "kind: flow, flow: -60 mL/min"; the flow it means in SI.
DrivenPipe driven_pipe(const std::string& condition, double flow_m3_s, const Vec3& body_force_pa_m = {});

/// A jet that the lattice cannot resolve: fastest fluid at any sample over the fastest that comes in, kinetic
/// energy left at the end over the largest, and whether the energy fell from sample to sample after the
/// inflow ended.
struct Jet {
  double peak, energy_left;
  bool dies_away;
};
Jet jet(Settings more);

/// Change of the kinetic energy of the flow through a thin bent vein in the last quarter of the run, over it.
double unrest_of_thin_vein(const Settings& settings);

struct Box {
  double velocity_error, mass_drift, pressure_rms_pa;
};
Box translating_box(const std::string& refill);

/// Error of the volume that a piston pushes out; `cells` across the pipe.
double piston(int cells);

enum class Lumen { channel, tube };
/// The exact figures at the wave length and Reynolds number of the cases.
const PeristalticPump& exact_pump(Lumen lumen);
struct Peristalsis {
  double flow_error, mass_drift;  // of the mean flow without a pressure rise; from start to end
};
/// `cells` in the mean half width or radius.
Peristalsis peristaltic_pump(Lumen lumen, int cells);
/// Error of the flow's mean over places of the lumen on the lattice: at one place alone it depends on where
/// the wall's narrowest part lies between nodes, and hides the order.
double mean_flow_error(Lumen lumen, int cells);
/// Error of the pressure rise at which the flow stops.
double shut_off_error(Lumen lumen, int cells);
/// Change of the fluid's mass per period, after the first.
double mass_drift_per_period(Lumen lumen, int cells);

struct Contraction {
  double volume_error, center_velocity_error, pressure_error, wall_shear_error, flow_noise;
};
/// `cells` in the radius at the start. The time step falls with the lattice viscosity, and with it the period
/// of sound in the tube.
Contraction contracting_tube(int cells, double lattice_viscosity);

/// The tube law of a deep vein of the leg: area over the unstressed one.
double tube_law_area(double transmural_pa);
struct StaticTube {
  double area_ratio, inflow_over_gain;  // at the end; of the volumes, less what the lattice's fluid stores
  double unrest;                        // of the area, in the last tenth of the time
};
/// Both pressures rise from 0.
StaticTube static_tube(double lumen_pa, double external_pa);

/// Volume of the lumen over that at rest, and as above, of a tube whose sections flatten under pressure from
/// outside; stations that the residual gap holds open.
struct FlattenedTube {
  double volume_ratio, inflow_over_gain, held;
};
FlattenedTube flattened_tube(const std::string& cross_section, double external_pa);

/// A tube that comes to rest, or creeps, under a pressure across its wall: how much a station's area differs
/// at most from the mean of the samples before and after, over it, in the last tenth of the time.
double unrest_of_tube(double transmural_pa, const Settings& settings);

/// A phantom's vein squeezed as three images show it, and by the same motion given as a contraction.
struct ImagedVein {
  double imaged_m3, contracted_m3;  // that left
};
ImagedVein imaged_vein();

/// A tube that stands.
struct StandingTube {
  struct At {
    double transmural_pa, area_ratio;  // exact, with the hydrostatic part; at the end
  };
  At low, middle, high;
  double lattice_pa;  // pressure at the lowest place, relative to the mouth's
};
StandingTube standing_tube();

/// A tube whose middle a muscle closes: areas there over the unstressed one, and what the run tells of it.
struct ClosedTube {
  double area_ratio_least, area_ratio_gap;  // in the middle; of the lattice's residual gap
  double stations_most, stations_at_end, first_s;
};
ClosedTube closed_tube();

/// Speed of small waves in a deep vein of the leg.
double tube_law_wave_speed_m_s(double transmural_pa);
struct TubeWave {
  double speed_m_s, exact_speed_m_s;  // of 40 % of the step; exact: of the same front in a viscous fluid
  double steepest_1_s;                // slope of the front over the step, further on
};
TubeWave tube_wave(int cells, double transmural_pa, double viscous_time_s);

struct ResistorFlow {
  double ours_m3_s, exact_m3_s;
};
/// From 1.5 kPa upstream, under 1 kPa outside; exact: of the pressures one diameter from the ends, where the
/// flow has developed.
ResistorFlow starling_resistor(double downstream_pa);

struct PumpStroke {
  std::vector<double> volume_m3;          // [cycles] that left upwards
  std::vector<double> out_of_balance_m3;  // [cycles] that entered, less what left and what the lumen gained
  double exact_volume_m3, ejection_fraction, exact_ejection_fraction;
};
struct Squeeze {
  double external_pa = 3000, period_s = 0.8, viscosity_pa_s = 20e-3;
  int cycles = 2, cells = 10;
};
PumpStroke calf_pump(const Squeeze& squeeze);

}  // namespace soleus::verification
