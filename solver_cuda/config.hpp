// The sections `fluid`, `wall`, `solver` and `output` of a case.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/base/artifacts/motion.hpp"
#include "pipeline/base/artifacts/shape.hpp"
#include "pipeline/base/artifacts/sheet.hpp"
#include "pipeline/base/artifacts/surface.hpp"
#include "pipeline/base/fields.hpp"
#include "pipeline/base/opening_config.hpp"
#include "solver_cuda/choices.hpp"
#include "solver_cuda/geometry/external_config.hpp"
#include "solver_cuda/geometry/limb_of_wall.hpp"
#include "solver_cuda/geometry/tube_law.hpp"
#include "solver_cuda/limb/config.hpp"
#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/physics/membrane.hpp"
#include "solver_cuda/physics/rheology.hpp"

namespace soleus {

/// Defaults: Carreau-Yasuda as Cho & Kensey (Biorheology 28, 241, 1991) fitted it to blood, with 3.45 mPa s
/// as the viscosity at high shear rates; yield stress of blood at haematocrit 45 % after Fung (Biomechanics:
/// Mechanical Properties of Living Tissues, 1993).
struct RheologyConfig {
  RheologyModel model = RheologyModel::newtonian;
  double viscosity_low_pa_s = 0.056;  // largest viscosity
  double time_s = 3.313;
  double index = 0.3568;
  double exponent = 2;
  double yield_stress_pa = 5e-3;
};
void describe(Fields& f, RheologyConfig& c);

struct FluidConfig {
  double density_kg_m3 = 1060;  // physiology: blood at 37 C, haematocrit 45 %
  double viscosity_pa_s = 3.5e-3;
  RheologyConfig rheology;
  Vec3 body_force_pa_m{};        // uniform force per volume, drives periodic cases
  Waveform body_force_waveform;  // its factor over time
  Vec3 gravity_m_s2{};           // on what sheets weigh more than the fluid
};
void describe(Fields& f, FluidConfig& c);
/// The fluid's viscosity [Pa s] as a function of the shear rate [1/s].
Rheology<double> rheology_si(const FluidConfig& c);

enum class MotionKind { rigid, contraction, tube_law, imaging, translation, oscillation };
/// How a cross-section gives way: geometry/cross_section.hpp.
enum class CrossSection { circle, flat, ellipse, two_lobed };

enum class SqueezeKind { pulse, travelling_wave, steady_rate, table, limb };

/// What a translation or oscillation moves: everything, only the closed ends of an analytic shape (a piston),
/// or only the obstacles of a box.
enum class MovingPart { all, closed_ends, obstacles };

/// What a face of an analytic box does other than to hold the fluid: it slides along itself, or lets the
/// fluid slip along it (a plane of symmetry).
struct FaceConfig {
  Face face = Face::y_max;
  Vec3 velocity_m_s{};
  bool slip = false;
};
void describe(Fields& f, FaceConfig& c);

struct WallConfig {
  MotionKind motion = MotionKind::rigid;
  // contraction
  std::vector<ContractionRegion> regions;  // empty: the whole lumen
  CrossSection cross_section = CrossSection::circle;
  std::optional<Vec3> flat_axis;  // else of analytic shapes 0 1 0, of veins where they are flattest
  SqueezeKind squeeze = SqueezeKind::pulse;
  double area_ratio_min = 0.5;                                   // pulse and limb: at full contraction
  double period_s = 1;                                           // pulse and wave
  double rise_s = 0.2, hold_s = 0.1, fall_s = 0.2, delay_s = 0;  // pulse: raised-cosine edges
  double wave_amplitude = 0;  // travelling_wave: R = R0 (1 + amplitude sin 2 pi (s - c t) / length)
  double wave_length_m = 0, wave_speed_m_s = 0;
  double area_rate_m2_s = 0;    // steady_rate: R^2 = R0^2 + 2 (alpha nu) t; the value is d(R^2)/dt
  std::filesystem::path table;  // CSV time [s], area ratio
  // tube_law
  TubeLawConfig law;
  double external_pa = 0;      // pressure outside the vein ...
  Waveform external_waveform;  // ... and its factor over time
  std::vector<MuscleConfig> muscles;
  std::optional<StockingConfig> stocking;
  std::optional<GravityConfig> gravity;
  std::shared_ptr<const ImagedMotion> imaged;  // imaging: from the images, not a key
  std::shared_ptr<const LimbOfWall> limb;      // of a lumen inside the limb, not a key
  // translation, oscillation
  MovingPart part = MovingPart::all;
  Vec3 velocity_m_s{};
  Vec3 amplitude_m{};  // oscillation: displacement amplitude sin(2 pi t / period)
  double ramp_s = 0;
  std::vector<FaceConfig> faces;
};
void describe(Fields& f, WallConfig& c);
/// Why the wall of a lumen (an analytic shape, else a surface) cannot do so: a sentence, or nothing when it
/// can.
std::optional<std::string> motion_fault(const WallConfig& c, const std::optional<Shape>& shape);

/// A passive scalar that the fluid carries; the unit of its concentration is the user's.
struct ScalarConfig {
  std::optional<double> diffusivity_m2_s;            // without it there is no scalar
  double initial = 0;                                // concentration at the start ...
  std::optional<Vec3> initial_min_m, initial_max_m;  // ... in this box; elsewhere 0
  double inflow = 1;                                 // concentration of blood that flows in
  double growth = 0;                                 // per second, everywhere
};
void describe(Fields& f, ScalarConfig& c);

/// A thin elastic sheet in the fluid.
struct SheetConfig {
  std::string name;
  SheetForm form;
  SheetMaterial material{.thickness_m = 60e-6, .young_pa = 1.5e6, .density_kg_m3 = 1060};
};
void describe(Fields& f, SheetConfig& c);

/// What the cusps of a valve of the mesh are made of.
struct ValveMaterial {
  std::string name;
  CuspMaterial material;
};
void describe(Fields& f, ValveMaterial& c);

/// Whether this program can compute on a CUDA device.
bool cuda_is_built();

struct SolverConfig {
  BackendKind backend = BackendKind::cpu;
  double dx_m = 0.5e-3;
  std::optional<double> dt_s;     // else chosen from max_velocity and mach limits
  double max_velocity_m_s = 0.5;  // expected peak velocity, sets dt
  double lattice_velocity = 0.1;  // lattice velocity of max_velocity, <= 0.1
  double end_time_s = 1;
  VelocitySet velocity_set = VelocitySet::d3q19;
  Collision collision = Collision::regularized;
  double magic = 3.0 / 16.0;  // TRT magic parameter
  Precision precision = Precision::single;
  WallRule wall_rule = WallRule::parabolic;
  RefillRule refill = RefillRule::extrapolation;
  Delta delta = Delta::four_points;  // through which sheets and fluid touch
  InitialField initial = InitialField::rest;
  Vec3 lattice_offset{};            // shift of the lattice in cells, for verification of off-lattice walls
  double initial_velocity_m_s = 0;  // amplitude of the initial field
  Vec3 initial_drift_m_s{};         // added to the initial field, for verification of Galilean invariance
};
void describe(Fields& f, SolverConfig& c);

enum class VolumeFormat { vti, vtu };
/// A place of the vein whose area, flow and pressure go to probes.csv.
struct ProbeConfig {
  std::string name;
  int branch = 0;
  double abscissa_m = 0;
};
void describe(Fields& f, ProbeConfig& c);

struct OutputConfig {
  std::optional<double> interval_s;  // of fields; else 20 frames per run
  double series_interval_s = 0;      // of the time series; 0: about 200 samples per cycle or run
  bool volume = true, wall = true, means = true;
  ForceOn force = ForceOn::none;
  VolumeFormat format = VolumeFormat::vtu;
  std::vector<std::string> fields{"velocity", "pressure", "lumen"};
  std::optional<Vec3> region_min_m, region_max_m;  // box to write; else all
  std::vector<ProbeConfig> probes;
};
void describe(Fields& f, OutputConfig& c);

struct FlowCase {
  FluidConfig fluid;
  WallConfig wall;
  std::vector<OpeningConfig> openings;
  SolverConfig solver;
  OutputConfig output;
  ScalarConfig scalar;
  std::vector<SheetConfig> sheets;
  std::vector<ValveMaterial> valves;
  std::string case_hash, program;        // written into every output
  std::vector<Surface> muscle_surfaces;  // [wall.muscles] empty where a muscle is not given by one
  std::optional<limb::LimbConfig> limb{};
};

/// What a sheet of the mesh is made of, as the case has it: its own, or its valve's.
SheetMaterial material_of(const FlowCase& c, const Sheet& sheet);
/// As thick as the thickest triangle of the sheet.
SheetMaterial where_thickest(SheetMaterial m, const Sheet& sheet);

/// Throws InputError when this program cannot compute the case on the backend that it asks for.
void require_backend(const FlowCase& c);

}  // namespace soleus
