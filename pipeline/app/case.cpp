#include "pipeline/app/case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "pipeline/app/build_info.hpp"
#include "pipeline/base/errors.hpp"
#include "segmentation/phantom_spec.hpp"
#include "solver_cuda/study/problem.hpp"
#include "solver_cuda/working_point.hpp"

namespace soleus {
namespace {

int doors(const Case& c) {
  return int(c.image.has_value()) + int(!c.geometry.labels.empty()) + int(!c.geometry.surface.empty()) +
         int(c.geometry.shape.has_value());
}

template <class Item>
void require_own_names(Fields& f, std::string_view section, const std::vector<Item>& items) {
  std::set<std::string> names;
  for (const Item& item : items)
    if (!item.name.empty() && !names.insert(item.name).second)
      f.fault(section, fmt::format("two {} are named '{}'; give each its own name.", section, item.name));
}

void require_calibration(const Case& c, const std::filesystem::path& file,
                         std::span<const Override> overrides) {
  if (!c.calibration) return;
  try {
    study::problem(*c.calibration, *c.limb);
  } catch (const InputError& e) {
    throw with_places(e, file, overrides);
  }
}

}  // namespace

void describe(Fields& f, CaseInfo& c) {
  f.text({"name", "Short name; results go to runs/NAME unless --output says otherwise.", true}, c.name);
  f.text({"description", "What the case shows, for people."}, c.description);
  if (c.name.find('/') != std::string::npos)
    f.fault("name", fmt::format("'{}' becomes the name of a folder; write it without '/'.", c.name));
}

void describe(Fields& f, Case& c) {
  f.section({"case", "What the case is called.", true}, c.info);
  f.section({"image", "The CT or MR volume to start from."}, c.image);
  f.section({"segmentation", "How the veins are found in the image."}, c.segmentation);
  f.section({"geometry", "The lumen surface; it may also enter here instead of through an image."},
            c.geometry);
  f.section({"fluid", "Blood."}, c.fluid);
  f.section({"wall", "How the vein wall moves."}, c.wall);
  f.list({"openings", "Where blood enters and leaves, each with a name, a place and a condition."},
         c.openings);
  f.section({"solver", "The lattice-Boltzmann solver."}, c.solver);
  f.section({"output", "Which fields are written, and how often."}, c.output);
  f.section({"scalar", "A substance or the age of the blood, carried by the flow without acting on it."},
            c.scalar);
  f.list({"sheets", "Thin elastic sheets that the blood moves and that push it."}, c.sheets);
  f.section({"limb", "The circulation of the whole leg, vein by vein, which `soleus limb` computes."},
            c.limb);
  f.section({"calibration",
             "What was measured of the person, and what `soleus calibrate` may change of the limb "
             "until it has the same."},
            c.calibration);

  if (doors(c) > 1 || (doors(c) == 0 && !c.limb))
    f.fault("geometry",
            fmt::format(
                "{} of image, geometry.labels, geometry.surface and geometry.analytic are given; the lumen "
                "comes from exactly one of them.",
                doors(c) == 0 ? "none" : "several"));
  if (c.image && !c.segmentation)
    f.fault("image", "the section 'segmentation' is missing; it says how the veins are found in the image.");
  if (const auto fault = motion_fault(c.wall, c.geometry.shape)) f.fault("wall", *fault);
  const bool imaged = c.image && (!c.image->contracted.empty() || !c.image->phantom.empty());
  if (c.wall.motion == MotionKind::imaging && !c.geometry.shape && !imaged)
    f.fault("wall", "motion: imaging needs image.contracted, further images with their times.");
  for (const ValveConfig& v : c.geometry.valves)
    if (v.dx_m && *v.dx_m < c.solver.dx_m * (1 - 1e-9))
      f.fault("geometry",
              fmt::format("valves: '{}' is made for dx = {:.4g} mm, less than solver.dx = {:.4g} mm: its "
                          "closed cusps would share cells; use solver.dx or more, or leave it out.",
                          v.name, *v.dx_m * 1e3, c.solver.dx_m * 1e3));
  require_own_names(f, "openings", c.openings);
  require_own_names(f, "sheets", c.sheets);
  const bool joined =
      std::ranges::any_of(c.openings, [](const OpeningConfig& o) { return !o.vessel.empty(); });
  if (joined && !c.limb)
    f.fault("openings",
            "a vessel is named, but the case has no section limb; add one, limb: {} is a healthy leg.");
  if (joined && c.wall.gravity)
    f.fault("wall", "gravity comes from the posture of the section limb; leave it out.");
  if (!c.limb && c.wall.motion == MotionKind::contraction && c.wall.squeeze == SqueezeKind::limb)
    f.fault("wall",
            "squeeze: limb follows the muscles of the section limb, which the case has not; add it, or use "
            "squeeze: pulse.");
  if (!joined && c.limb && doors(c) == 1)
    f.fault("limb",
            "no opening leads to a vessel of it; write, for example, vessel: popliteal for one, or leave "
            "limb out.");
  if (c.calibration && !c.limb)
    f.fault("calibration", "the case has no section limb to fit; add one, limb: {} is a healthy leg.");
}

bool has_lumen(const Case& c) {
  return doors(c) > 0;
}

Case read_case(const std::filesystem::path& file, std::span<const Override> overrides) {
  Case c = read_yaml<Case>(file, overrides);
  for (OpeningConfig& o : c.openings) load_table(o.waveform);
  for (MuscleConfig& m : c.wall.muscles) load_table(m.waveform);
  for (ValveConfig& v : c.geometry.valves)
    if (!v.dx_m) v.dx_m = c.solver.dx_m;
  load_table(c.wall.external_waveform);
  load_table(c.fluid.body_force_waveform);
  if (c.limb)
    for (limb::PhaseConfig& p : c.limb->protocol)
      if (p.waveform) load_table(*p.waveform);
  require_calibration(c, file, overrides);
  const FlowCase flow = flow_case(c);
  require_backend(flow);
  try {
    require_limb(flow);
  } catch (const InputError& e) {
    throw InputError(fmt::format("{}: openings: {}", file.string(), e.what()));
  }
  if (!c.image || c.image->phantom.empty()) return c;
  const PhantomSpec phantom = read_yaml<PhantomSpec>(c.image->phantom);  // for its faults
  if (c.wall.motion == MotionKind::imaging && !phantom.contracted)
    throw InputError(fmt::format(
        "{}: wall: motion: imaging needs the section 'contracted' in the phantom '{}', which has none.",
        file.string(), c.image->phantom.string()));
  return c;
}

FlowCase flow_case(const Case& c) {
  std::vector<ValveMaterial> valves;
  for (const ValveConfig& v : c.geometry.valves) valves.push_back({v.name, v.material});
  return {c.fluid,  c.wall, c.openings, c.solver,          c.output, c.scalar,
          c.sheets, valves, {},         program_version(), {},       c.limb};
}

}  // namespace soleus
