#include "solver_cuda/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "pipeline/base/artifacts/flow.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

constexpr std::array<std::string_view, 6> motions{"rigid",   "contraction", "tube_law",
                                                  "imaging", "translation", "oscillation"};
constexpr std::array<std::string_view, 4> cross_sections{"circle", "flat", "ellipse", "two_lobed"};
constexpr std::array<std::string_view, 5> squeezes{"pulse", "travelling_wave", "steady_rate", "table",
                                                   "limb"};
constexpr std::array<std::string_view, 3> moving_parts{"all", "closed_ends", "obstacles"};
constexpr std::array<std::string_view, 3> wall_rules{"parabolic", "linear", "staircase"};
constexpr std::array<std::string_view, 2> refill_rules{"extrapolation", "none"};
constexpr std::array<std::string_view, 2> delta_names{"three_points", "four_points"};
constexpr std::array<std::string_view, 3> initial_fields{"rest", "taylor_green", "taylor_green_3d"};
constexpr std::array<std::string_view, 2> formats{"vti", "vtu"};
constexpr std::array<std::string_view, 3> force_names{"none", "wall", "obstacles"};
constexpr std::array<std::string_view, 3> field_names{"velocity", "pressure", "lumen"};

void describe_contraction(Fields& f, WallConfig& c) {
  f.list({"regions", "Pulse, table and limb: stretches that are squeezed; none: the whole lumen."},
         c.regions);
  f.choice(
      {"cross_section",
       "How a section gives way: circle (both axes), flat (along flat_axis only), or as a ring that keeps "
       "its perimeter below 0.7 of its area, to an ellipse or to two lobes (two_lobed)."},
      c.cross_section, cross_sections);
  f.vector({"flat_axis",
            "Direction in which a section closes that is not a circle; left out: where the vein is flattest, "
            "0 1 0 of an analytic shape."},
           c.flat_axis, Dimension::number);
  f.choice(
      {"squeeze",
       "Area ratio over time: pulse, travelling_wave, steady_rate, table, or limb: as the muscles at the "
       "calf's back press in the protocol of the section limb."},
      c.squeeze, squeezes);
  f.number({"area_ratio_min", "Pulse, limb: lumen area at full contraction over area at rest."},
           c.area_ratio_min, {.max = 1, .above = 0});
  f.quantity(
      {"period", "Pulse, oscillation: time from one to the next (of a wave, wave_length over wave_speed)."},
      c.period_s, Dimension::time, {.above = 0});
  f.quantity({"rise", "Pulse: time from rest to full contraction (raised cosine)."}, c.rise_s,
             Dimension::time, {.min = 0});
  f.quantity({"hold", "Pulse: time at full contraction."}, c.hold_s, Dimension::time, {.min = 0});
  f.quantity({"fall", "Pulse: time from full contraction to rest (raised cosine)."}, c.fall_s,
             Dimension::time, {.min = 0});
  f.quantity({"delay", "Pulse: time before the first contraction."}, c.delay_s, Dimension::time, {.min = 0});
  f.number({"wave_amplitude", "Wave: radius R0 (1 + amplitude sin(2 pi (s - c t) / length))."},
           c.wave_amplitude, {.min = 0, .below = 1});
  f.quantity({"wave_length", "Wave: length along the vessel."}, c.wave_length_m, Dimension::length,
             {.min = 0});
  f.quantity({"wave_speed", "Wave: speed c along the vessel; negative runs towards smaller abscissae."},
             c.wave_speed_m_s, Dimension::velocity);
  f.quantity({"area_rate", "Steady rate: growth of the squared radius, d(R2)/dt; negative contracts."},
             c.area_rate_m2_s, Dimension::area_rate);
  f.path({"table", "Table: CSV file of two columns, time in seconds and area ratio."}, c.table);
}

void refuse_what_acts_on_nothing(Fields& f, const WallConfig& c) {
  std::set<std::string> names;
  for (const MuscleConfig& m : c.muscles)
    if (!m.name.empty() && !names.insert(m.name).second)
      f.fault("muscles", fmt::format("two muscles are named '{}'; give each its own name.", m.name));
  if (c.motion == MotionKind::tube_law) return;
  for (const auto& [key, given] : {std::pair{"muscles", !c.muscles.empty()},
                                   {"stocking", c.stocking.has_value()},
                                   {"gravity", c.gravity.has_value()}})
    if (given) f.fault(key, "acts on an elastic wall only; use motion: tube_law, or leave it out.");
}

}  // namespace

void describe(Fields& f, RheologyConfig& c) {
  f.choice(
      {"model", "newtonian, carreau_yasuda or casson; fluid.viscosity is the viscosity at high shear rates."},
      c.model, rheology_names);
  f.quantity(
      {"viscosity_low",
       "Largest viscosity: Carreau-Yasuda at rest, Casson below the shear rate where it is reached (a cap)."},
      c.viscosity_low_pa_s, Dimension::viscosity, {.above = 0});
  f.quantity({"time", "Carreau-Yasuda: one over the shear rate at which the viscosity begins to fall."},
             c.time_s, Dimension::time, {.above = 0});
  f.number({"index", "Carreau-Yasuda: power-law index at high shear rates."}, c.index,
           {.max = 1, .above = 0});
  f.number({"exponent", "Carreau-Yasuda: sharpness of the transition; 2 is Carreau's."}, c.exponent,
           {.max = 2, .above = 0.2});
  f.quantity({"yield_stress", "Casson: stress below which blood would not flow."}, c.yield_stress_pa,
             Dimension::pressure, {.min = 0});
}

Rheology<double> rheology_si(const FluidConfig& c) {
  const RheologyConfig& r = c.rheology;
  const bool newtonian = r.model == RheologyModel::newtonian;
  return {.model = r.model,
          .least = c.viscosity_pa_s,
          .most = newtonian ? c.viscosity_pa_s : r.viscosity_low_pa_s,
          .time = r.time_s,
          .index = r.index,
          .half_exponent = 0.5 * r.exponent,
          .yield = r.yield_stress_pa};
}

void describe(Fields& f, FluidConfig& c) {
  // Defaults: whole blood at 37 C and haematocrit 45 %, Newtonian at venous shear rates above about 100 1/s.
  f.quantity({"density", "Mass density."}, c.density_kg_m3, Dimension::density, {.above = 0});
  f.quantity({"viscosity", "Dynamic viscosity."}, c.viscosity_pa_s, Dimension::viscosity, {.above = 0});
  f.section({"rheology", "How the viscosity depends on the shear rate."}, c.rheology);
  if (c.rheology.model != RheologyModel::newtonian && c.rheology.viscosity_low_pa_s < c.viscosity_pa_s)
    f.fault("rheology",
            fmt::format("viscosity_low is below fluid.viscosity = {:.4g} mPa s; blood grows thinner when "
                        "sheared.",
                        c.viscosity_pa_s * 1e3));
  f.vector({"body_force",
            "Uniform force per volume, for example a pressure gradient that drives a periodic case."},
           c.body_force_pa_m, Dimension::pressure_gradient);
  f.section({"body_force_waveform", "Factor of the body force over time."}, c.body_force_waveform);
  f.vector(
      {"gravity",
       "Acceleration by gravity of what sheets weigh more than the fluid in their place; the fluid's own "
       "weight only adds a hydrostatic pressure, which is left out."},
      c.gravity_m_s2, Dimension::acceleration);
}

void describe(Fields& f, FaceConfig& c) {
  f.choice({"face", "x_min, x_max, y_min, y_max, z_min or z_max."}, c.face, face_names);
  f.vector({"velocity", "Velocity along the face, as of a lid."}, c.velocity_m_s, Dimension::velocity);
  f.flag({"slip", "The fluid slips along the face without friction."}, c.slip);
  if (c.velocity_m_s[axis_of(c.face)] != 0)
    f.fault("velocity",
            "a face moves along itself only; use motion: translation for walls that displace fluid.");
  if (c.slip && norm(c.velocity_m_s) > 0)
    f.fault("slip", "a face without friction does not drag the fluid along; give slip or velocity.");
}

void describe(Fields& f, WallConfig& c) {
  f.choice({"motion",
            "rigid, contraction (prescribed area ratio), tube_law (the pressure inside and outside moves an "
            "elastic wall), imaging (as the images of image.contracted show it), translation or oscillation "
            "(to and fro)."},
           c.motion, motions);
  describe_contraction(f, c);
  f.section({"tube_law", "Tube law: the elastic wall."}, c.law);
  f.quantity({"external_pressure", "Tube law: pressure outside the vein, over that at which p = 0."},
             c.external_pa, Dimension::pressure);
  f.section({"external_waveform", "Factor of the external pressure over time."}, c.external_waveform);
  f.list({"muscles", "Tube law: what presses on the vein besides; where several do, pressures add."},
         c.muscles);
  f.section({"stocking", "Tube law: graduated compression, besides."}, c.stocking);
  f.section({"gravity", "Tube law: the weight of the blood; without it the body lies."}, c.gravity);
  f.choice({"part",
            "Translation, oscillation: all of the lumen, closed_ends of an analytic shape (a piston), or "
            "obstacles of a box."},
           c.part, moving_parts);
  f.vector({"velocity", "Translation: velocity of the part."}, c.velocity_m_s, Dimension::velocity);
  f.vector({"amplitude", "Oscillation: displacement amplitude sin(2 pi t / period)."}, c.amplitude_m,
           Dimension::length);
  f.quantity({"ramp",
              "Translation and steady_rate: smooth start from rest over this time, half of which is lost. "
              "Oscillation: smooth rise of the amplitude."},
             c.ramp_s, Dimension::time, {.min = 0});
  f.list({"faces", "Faces of an analytic box that slide along themselves or that the fluid slips along."},
         c.faces);
  if (c.motion == MotionKind::oscillation && norm(c.amplitude_m) == 0)
    f.fault("amplitude", "an oscillation needs a displacement other than 0, for example 2 0 0 mm.");
  refuse_what_acts_on_nothing(f, c);
  if (c.motion != MotionKind::contraction) return;
  if (c.squeeze == SqueezeKind::pulse && c.rise_s + c.hold_s + c.fall_s > c.period_s)
    f.fault("period", "rise + hold + fall do not fit into one period.");
  if (c.squeeze == SqueezeKind::travelling_wave && c.wave_length_m <= 0)
    f.fault("wave_length", "a travelling wave needs a length above zero, for example 40 mm.");
  if (c.squeeze == SqueezeKind::travelling_wave && c.wave_speed_m_s == 0)
    f.fault("wave_speed", "a travelling wave needs a speed other than 0 m/s, for example 20 mm/s.");
  if (!c.regions.empty() &&
      (c.squeeze == SqueezeKind::travelling_wave || c.squeeze == SqueezeKind::steady_rate))
    f.fault("regions",
            fmt::format("squeeze: {} moves the whole lumen; leave out regions, or use squeeze: pulse, "
                        "limb or table.",
                        squeezes[static_cast<std::size_t>(c.squeeze)]));
  if (c.squeeze == SqueezeKind::table && c.table.empty())
    f.fault("table", "this squeeze needs a CSV file of time [s] and area ratio.");
  if (c.flat_axis && norm(*c.flat_axis) == 0)
    f.fault("flat_axis", "a direction cannot be 0 0 0; write for example 0 1 0.");
}

namespace {

std::optional<std::string> face_fault(const WallConfig& c, const std::optional<Shape>& shape) {
  for (const FaceConfig& f : c.faces) {
    const int axis = axis_of(f.face);
    const std::string_view name = face_names[static_cast<std::size_t>(f.face)];
    if (!shape || shape->kind != ShapeKind::box)
      return fmt::format("faces: {} is a face of geometry.analytic.shape: box, which the case has not.",
                         name);
    if (shape->periodic[static_cast<std::size_t>(axis)] || axis + 1 == static_cast<int>(shape->through))
      return fmt::format("faces: the box has no wall at {}; it is periodic or open there.", name);
    if (c.motion != MotionKind::rigid && c.part != MovingPart::obstacles)
      return "faces: the faces of a box that moves cannot slide as well; use motion: rigid or part: "
             "obstacles.";
  }
  return {};
}

}  // namespace

std::optional<std::string> motion_fault(const WallConfig& c, const std::optional<Shape>& shape) {
  if (c.motion == MotionKind::contraction && shape &&
      (shape->kind == ShapeKind::bent_pipe || shape->kind == ShapeKind::bifurcation))
    return fmt::format(
        "motion: contraction moves an analytic shape about its straight axis, which geometry.analytic.shape: "
        "{} does not have; use box, channel, pipe, tapered_pipe or sphere, or give the lumen as "
        "geometry.surface.",
        shape->kind == ShapeKind::bent_pipe ? "bent_pipe" : "bifurcation");
  if (c.motion == MotionKind::tube_law && shape && shape->kind != ShapeKind::pipe &&
      shape->kind != ShapeKind::tapered_pipe)
    return "motion: tube_law needs sections along a centreline; use geometry.analytic.shape: pipe or "
           "tapered_pipe, or give the lumen as geometry.surface.";
  if (c.motion == MotionKind::imaging && shape)
    return "motion: imaging moves the lumen of an image, and the case has geometry.analytic; use image with "
           "image.contracted.";
  const bool carried = c.motion == MotionKind::translation || c.motion == MotionKind::oscillation;
  if (carried && c.part == MovingPart::obstacles && !(shape && !shape->obstacles.empty()))
    return "part: obstacles moves the obstacles of an analytic box, and the case has none.";
  if (const auto fault = face_fault(c, shape)) return fault;
  if (carried && c.part == MovingPart::closed_ends && !shape)
    return "part: closed_ends moves the flat ends of an analytic shape, and the case has none; use part: "
           "all, or give the lumen as geometry.analytic.";
  return {};
}

void describe(Fields& f, ScalarConfig& c) {
  f.quantity({"diffusivity", "How fast it spreads by itself; left out: no scalar is carried."},
             c.diffusivity_m2_s, Dimension::area_rate, {.above = 0});
  f.number({"initial", "Concentration at the start, in any unit of yours."}, c.initial);
  f.vector({"initial_min", "Lower corner (LPS) of the box that has it; left out: the whole lumen."},
           c.initial_min_m, Dimension::length);
  f.vector({"initial_max", "Upper corner of that box."}, c.initial_max_m, Dimension::length);
  f.number({"inflow", "Concentration of blood that flows in through an opening."}, c.inflow);
  f.number({"growth",
            "What the concentration gains everywhere per second; with 1, initial 0 and inflow 0 it is the "
            "blood's age in seconds."},
           c.growth);
  if (c.initial_min_m.has_value() != c.initial_max_m.has_value())
    f.fault("initial_min", "initial_min and initial_max belong together; give both or none.");
}

void require_backend(const FlowCase& c) {
  if (c.solver.backend != BackendKind::cuda) return;
  std::vector<std::string> faults;
  if (!cuda_is_built())
    faults.emplace_back(
        "solver.backend: this program was built without CUDA; use cpu, or build it where nvcc is found.");
  if (std::ranges::any_of(c.wall.faces, &FaceConfig::slip))
    faults.emplace_back("wall.faces: faces that the fluid slips along need solver.backend: cpu.");
  if (c.output.force != ForceOn::none)
    faults.emplace_back("output.force: the force on the wall needs solver.backend: cpu.");
  if (!faults.empty()) throw InputError(faults);
}

void describe(Fields& f, SheetConfig& c) {
  f.text({"name", "Names its files and figures.", true}, c.name);
  f.section({"form", "Where it lies.", true}, c.form);
  f.section({"material", "What it is made of."}, c.material);
  if (c.name.find('/') != std::string::npos)
    f.fault("name", fmt::format("'{}' becomes part of the name of a file; write it without '/'.", c.name));
}

void describe(Fields& f, ValveMaterial& c) {
  f.text({"name", ""}, c.name);
  f.section({"material", ""}, c.material);
}

SheetMaterial material_of(const FlowCase& c, const Sheet& sheet) {
  if (sheet.valve.empty()) return std::ranges::find(c.sheets, sheet.name, &SheetConfig::name)->material;
  SheetMaterial m = std::ranges::find(c.valves, sheet.valve, &ValveMaterial::name)->material.elastic;
  m.thickness_m = sheet.thickness_m;
  return m;
}

SheetMaterial where_thickest(SheetMaterial m, const Sheet& sheet) {
  if (!sheet.thickness.empty()) m.thickness_m *= std::ranges::max(sheet.thickness);
  return m;
}

void describe(Fields& f, SolverConfig& c) {
  static const std::string cell_doc = fmt::format(
      "Edge of a lattice cell; at least {} cells should lie across the narrowest vessel of interest.",
      fewest_cells_across);
  f.choice(
      {"backend", "Where the solver runs: cpu, or cuda (a GPU; only in a program that was built with nvcc)."},
      c.backend, backend_names);
  f.quantity({"dx", cell_doc}, c.dx_m, Dimension::length, {.above = 0});
  f.quantity({"dt", "Time step; left out: chosen from max_velocity and lattice_velocity."}, c.dt_s,
             Dimension::time, {.above = 0});
  f.quantity({"max_velocity", "Expected peak velocity; sets the time step."}, c.max_velocity_m_s,
             Dimension::velocity, {.above = 0});
  f.number({"lattice_velocity", "max_velocity in lattice units; the Mach number is sqrt(3) times this."},
           c.lattice_velocity, {.max = 0.1, .above = 0});
  f.quantity({"end_time", "Physical time to simulate."}, c.end_time_s, Dimension::time, {.above = 0});
  f.choice({"velocity_set",
            "Directions in which populations move: d3q19, or d3q27 (more isotropic, two thirds as fast)."},
           c.velocity_set, velocity_set_names);
  f.choice({"collision",
            "regularized (stable at low viscosity), cumulant (the same on d3q27, accurate where fast flow "
            "turns) or "
            "trt (exact for planes, verification)."},
           c.collision, collision_names);
  if (c.collision == Collision::cumulant && c.velocity_set == VelocitySet::d3q19)
    f.fault("collision", "cumulant needs velocity_set: d3q27; on d3q19 use regularized.");
  f.number({"magic", "TRT magic parameter; 3/16 puts plane walls exactly halfway between cells."}, c.magic,
           {.above = 0});
  f.choice({"precision",
            "Floating-point type of the populations: single, double, or half_storage (backend cuda only: 16 "
            "bits in memory, computed in single precision, nearly twice as fast)."},
           c.precision, precision_names);
  if (c.precision == Precision::half_storage && c.backend == BackendKind::cpu)
    f.fault("precision", "half_storage needs backend: cuda; on the cpu use single.");
  f.choice({"wall_rule",
            "Of the flow along a link that a wall cuts: parabolic, linear or staircase (none; a negative "
            "control)."},
           c.wall_rule, wall_rules);
  f.choice({"refill", "How cells that the wall uncovers are filled; none is a negative control."}, c.refill,
           refill_rules);
  f.vector({"lattice_offset",
            "Shift of the lattice in cells, for verification of walls that lie off the lattice."},
           c.lattice_offset, Dimension::number);
  f.choice({"delta",
            "Through how many points along each axis sheets and fluid touch: three_points, or four_points "
            "(smoother, twice the work)."},
           c.delta, delta_names);
  f.choice({"initial", "Field at t = 0."}, c.initial, initial_fields);
  f.quantity({"initial_velocity", "Amplitude of the initial field."}, c.initial_velocity_m_s,
             Dimension::velocity);
  f.vector({"initial_drift",
            "Uniform velocity added to the initial field, for verification: a drift must change nothing."},
           c.initial_drift_m_s, Dimension::velocity);
}

void describe(Fields& f, ProbeConfig& c) {
  f.text({"name", "Names the columns of probes.csv.", true}, c.name);
  f.integer({"branch", "Branch id in centerlines.vtp; 0 of an analytic shape."}, c.branch, {.min = 0});
  f.quantity({"abscissa", "Place along the centreline."}, c.abscissa_m, Dimension::length);
}

void describe(Fields& f, OutputConfig& c) {
  f.quantity({"interval", "Time between written fields; left out: 20 frames per run."}, c.interval_s,
             Dimension::time, {.above = 0});
  f.quantity({"series_interval", "Time between samples of the time series; 0 s: about 200 per cycle."},
             c.series_interval_s, Dimension::time, {.min = 0});
  f.flag({"volume", "Write the volume fields."}, c.volume);
  f.flag({"wall", "Write the wall surface with displacement, wall shear stress and traction."}, c.wall);
  f.flag(
      {"means",
       "Means over the last cycle, or the run where there is none: wall_mean.pvd (time-averaged wall shear "
       "stress, oscillatory shear index, relative residence time, transverse wall shear stress), "
       "volume_mean.pvd (velocity, shear rate, stagnation) and their figures."},
      c.means);
  f.choice(
      {"force",
       "Columns force_x_N, force_y_N, force_z_N of the series: the fluid's force on all the wall, or on the "
       "obstacles of a box; pressure counts relative to the reference."},
      c.force, force_names);
  f.choice({"format", "vtu: lumen cells only, small; vti: the full box, opens fastest."}, c.format, formats);
  f.texts({"fields", "Volume fields to write, of velocity, pressure and lumen."}, c.fields);
  f.vector({"region_min", "Lower corner (LPS) of the box to write; left out: everything."}, c.region_min_m,
           Dimension::length);
  f.list({"probes", "Places whose area, flow and pressure go to probes.csv."}, c.probes);
  f.vector({"region_max", "Upper corner of that box."}, c.region_max_m, Dimension::length);
  for (const std::string& name : c.fields)
    if (std::find(field_names.begin(), field_names.end(), name) == field_names.end())
      f.fault("fields", "'" + name + "' is not one of velocity, pressure, lumen.");
  if (c.region_min_m.has_value() != c.region_max_m.has_value())
    f.fault("region_min", "region_min and region_max belong together; give both or none.");
}

}  // namespace soleus
