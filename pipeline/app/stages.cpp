#include "pipeline/app/stages.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "meshing/valve_io.hpp"
#include "pipeline/app/build_info.hpp"
#include "pipeline/app/manifest.hpp"
#include "pipeline/app/muscle_surfaces.hpp"
#include "pipeline/app/preflight.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/hash.hpp"
#include "pipeline/base/settings_json.hpp"
#include "postprocess/report.hpp"
#include "segmentation/phantom.hpp"
#include "segmentation/phantom_spec.hpp"
#include "solver_cuda/solver.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

/// The contracted volumes that the phantom stage makes, as the `image` section of a case names such files.
ImageConfig image_of_phantom(const ImageConfig& given, const fs::path& phantom) {
  ImageConfig made{.file = phantom / "image.nrrd", .phantom = {}, .series = {}};
  made.registration = given.registration;
  const PhantomSpec spec = read_yaml<PhantomSpec>(given.phantom);
  if (!spec.contracted) return made;
  made.cycle_s = spec.contracted->cycle_s;
  for (std::size_t n = 0; n < spec.contracted->times_s.size(); ++n)
    made.contracted.push_back(
        {phantom / fmt::format("contracted_{}.nrrd", n + 1), {}, spec.contracted->times_s[n]});
  return made;
}

/// Content hashes of the files through which the stages meet.
std::map<std::string, std::string> hashes(const fs::path& folder, std::initializer_list<const char*> names) {
  std::map<std::string, std::string> all;
  for (const char* name : names)
    if (fs::exists(folder / name)) all[name] = hash_path(folder / name);
  return all;
}

/// The openings as meshing sees them: a changed pressure or flow must not make a new mesh.
struct OpeningPlaces {
  std::vector<OpeningConfig> openings;
};
void describe(Fields& f, OpeningPlaces& p) {
  f.list({"openings", ""}, p.openings);
}

std::vector<OpeningConfig> places(const std::vector<OpeningConfig>& openings) {
  std::vector<OpeningConfig> all;
  for (const OpeningConfig& o : openings) {
    OpeningConfig place;
    place.name = o.name;
    place.near_m = o.near_m;
    place.end = o.end;
    place.kind = o.kind == OpeningKind::closed ? OpeningKind::closed : OpeningKind::pressure;
    all.push_back(place);
  }
  return all;
}

/// And the sheets and valves: what they are made of must not either.
std::vector<SheetConfig> forms(std::vector<SheetConfig> sheets) {
  for (SheetConfig& s : sheets) s.material = SheetConfig{}.material;
  return sheets;
}
GeometryConfig forms(GeometryConfig geometry) {
  for (ValveConfig& v : geometry.valves) v.material = {};
  return geometry;
}

struct MeshSettings {
  GeometryConfig geometry;
  OpeningPlaces openings;
  std::vector<SheetConfig> sheets;
};
void describe(Fields& f, MeshSettings& s) {
  f.section({"geometry", ""}, s.geometry);
  f.section({"openings", ""}, s.openings);
  f.list({"sheets", ""}, s.sheets);
}

struct SolveSettings {
  FlowCase flow;
};
void describe(Fields& f, SolveSettings& s) {
  f.section({"fluid", ""}, s.flow.fluid);
  f.section({"wall", ""}, s.flow.wall);
  f.list({"openings", ""}, s.flow.openings);
  f.section({"solver", ""}, s.flow.solver);
  f.section({"output", ""}, s.flow.output);
  f.section({"scalar", ""}, s.flow.scalar);
  f.list({"sheets", ""}, s.flow.sheets);
  f.list({"valves", ""}, s.flow.valves);
  f.section({"limb", ""}, s.flow.limb);
}

struct SegmentSettings {
  ImageConfig image;
  SegmentationConfig segmentation;
};
void describe(Fields& f, SegmentSettings& s) {
  f.section({"image", ""}, s.image);
  f.section({"segmentation", ""}, s.segmentation);
}

PlannedStage phantom_stage(const Case& c, const fs::path& run) {
  const fs::path folder = run / "phantom";
  const auto record = [&c, folder] {
    return StageRecord{"phantom", folder, settings_json(read_yaml<PhantomSpec>(c.image->phantom)), {}};
  };
  const auto work = [&c](const fs::path& out) {
    save(make_phantom(read_yaml<PhantomSpec>(c.image->phantom)), out);
  };
  return {Stage::phantom, folder, record, work};
}

PlannedStage segment_stage(const Case& c, const fs::path& run) {
  const fs::path folder = run / "segmentation", phantom = run / "phantom";
  const bool made = !c.image->phantom.empty();
  const auto record = [&c, folder, phantom, made] {
    ImageConfig image = *c.image;
    std::map<std::string, std::string> inputs;
    if (made) {
      image = image_of_phantom(image, phantom);
      inputs = hashes(phantom, {"image.nrrd", "truth.nrrd", "motion.json"});
      for (const ContractedImageConfig& frame : image.contracted)
        if (fs::exists(frame.file)) inputs[frame.file.filename()] = hash_path(frame.file);
      image.file.clear();
      for (ContractedImageConfig& frame : image.contracted) frame.file.clear();
    }
    return StageRecord{"segment", folder, settings_json(SegmentSettings{image, *c.segmentation}), inputs};
  };
  const auto work = [&c, phantom, made](const fs::path& out) {
    const ImageConfig source = made ? image_of_phantom(*c.image, phantom) : *c.image;
    SegmentationConfig segmentation = *c.segmentation;
    if (made && !segmentation.truth) segmentation.truth.emplace().file = phantom / "truth.nrrd";
    const Image rest = read_image(source);
    const Labels labels = segment(segmentation, rest, out);
    save(labels, out / "labels.nrrd");
    if (!source.contracted.empty()) save(register_motion(source, rest, labels, out), out);
  };
  return {Stage::segment, folder, record, work};
}

Geometry make_lumen(const Case& c, const fs::path& run, const fs::path& out) {
  if (c.image) return mesh(c.geometry, c.openings, load_labels(run / "segmentation" / "labels.nrrd"), out);
  if (!c.geometry.labels.empty()) return mesh(c.geometry, c.openings, load_labels(c.geometry.labels), out);
  return mesh(c.geometry, c.openings, out);
}

Geometry make_geometry(const Case& c, const fs::path& run, const fs::path& out) {
  Geometry geometry = make_lumen(c, run, out);
  for (const SheetConfig& s : c.sheets) geometry.sheets.push_back(make_sheet(s.name, s.form));
  return geometry;
}

PlannedStage mesh_stage(const Case& c, const fs::path& run) {
  const fs::path folder = run / "mesh";
  const auto record = [&c, run, folder] {
    return StageRecord{
        "mesh", folder, settings_json(MeshSettings{forms(c.geometry), {places(c.openings)}, forms(c.sheets)}),
        c.image ? hashes(run / "segmentation", {"labels.nrrd"}) : std::map<std::string, std::string>{}};
  };
  // Not the hash of the whole case: a mesh stays as it is when only the flow changes.
  const auto work = [&c, run, record](const fs::path& out) {
    const StageRecord r = record();
    save(make_geometry(c, run, out), out,
         {{"mesh_stage_hash", stage_hash(r.settings, r.inputs)}, {"program", program_version()}});
  };
  return {Stage::mesh, folder, record, work};
}

/// What every result carries: the whole case, files by content, but not what it is called.
std::string case_hash(Case c) {
  c.info = {};
  c.calibration.reset();
  return hash_text(settings_json(c));
}

PlannedStage solve_stage(const Case& c, const RunOptions& options) {
  const fs::path run = options.folder, folder = run / "solve", mesh_folder = run / "mesh";
  const auto record = [&c, run, folder, mesh_folder] {
    auto inputs = hashes(
        mesh_folder, {"lumen.vtp", "centerlines.vtp", "geometry.json", valve_sheets_file, valve_sizes_file});
    for (const SheetConfig& s : c.sheets) inputs.merge(hashes(mesh_folder, {sheet_file(s.name).c_str()}));
    if (c.wall.motion == MotionKind::imaging) inputs.merge(hashes(run / "segmentation", {"motion.json"}));
    return StageRecord{"solve", folder, settings_json(SolveSettings{flow_case(c)}), inputs,
                       std::string(checkpoint_file)};
  };
  const auto work = [&c, mesh_folder, options](const fs::path& out) {
    FlowCase flow_settings = flow_case_with_files(c, options.folder);
    flow_settings.case_hash = case_hash(c);
    Simulation simulation(flow_settings, load_geometry(mesh_folder), options.threads, options.device);
    const Preflight p = simulation.preflight();
    print(p);
    refuse_what_does_not_fit(p, out);
    simulation.run(out, options.checkpoint_interval_s);
  };
  return {Stage::solve, folder, record, work};
}

PlannedStage report_stage(const Case& c, const fs::path& run) {
  const fs::path folder = run / "report", solve_folder = run / "solve";
  const auto record = [&c, folder, solve_folder] {
    return StageRecord{"report", folder, settings_json(c.info),
                       hashes(solve_folder, {"flow.json", "series.csv"})};
  };
  const auto work = [&c, solve_folder](const fs::path& out) {
    Flow flow = load_flow(solve_folder);
    flow.texts["case"] = c.info.name;
    flow.texts["description"] = c.info.description;
    report(flow, solve_folder, out);
  };
  return {Stage::report, folder, record, work};
}

}  // namespace

std::vector<PlannedStage> plan(const Case& c, const RunOptions& options) {
  const fs::path& run_folder = options.folder;
  std::vector<PlannedStage> stages;
  if (c.image && !c.image->phantom.empty()) stages.push_back(phantom_stage(c, run_folder));
  if (c.image) stages.push_back(segment_stage(c, run_folder));
  stages.push_back(mesh_stage(c, run_folder));
  stages.push_back(solve_stage(c, options));
  stages.push_back(report_stage(c, run_folder));
  return stages;
}

Geometry make_geometry_aside(const Case& c) {
  const fs::path aside = fs::temp_directory_path() / fmt::format("soleus-{}", ::getpid());
  fs::create_directories(aside);
  try {
    Geometry geometry = make_geometry(c, {}, aside);
    fs::remove_all(aside);
    return geometry;
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(aside, ignored);
    throw;
  }
}

}  // namespace soleus
