#include "pipeline/app/run_case.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "pipeline/app/machine.hpp"
#include "pipeline/app/muscle_surfaces.hpp"
#include "pipeline/app/preflight.hpp"
#include "pipeline/app/stages.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

std::string_view name(Stage s) {
  return stage_names[std::size_t(s)];
}

void refuse_missing_stage(const Case& c, const RunOptions& options) {
  if (!has_lumen(c))
    throw InputError(
        "limb: this case has a limb but no lumen to compute flow in; `soleus limb` runs it, or add one of "
        "image, "
        "geometry.labels, geometry.surface and geometry.analytic.");
  const auto stages = plan(c, options);
  for (const auto stage : {options.from.value_or(stages.front().stage), options.until}) {
    bool there = false;
    std::string all;
    for (const PlannedStage& s : stages) {
      there = there || s.stage == stage;
      all += (all.empty() ? "" : ", ") + std::string(name(s.stage));
    }
    if (!there) throw InputError(fmt::format("this case has no {} stage; it has {}.", name(stage), all));
  }
}

/// A stage before `from`: its result is taken as it is, hand-edited or not.
void use_as_it_is(const StageRecord& record, std::string_view from) {
  switch (state(record)) {
    case StageState::missing:
      throw InputError(fmt::format("{}: there is no complete {} result to go on from; leave out '--from {}'.",
                                   record.folder.string(), record.name, from));
    case StageState::outdated:
      spdlog::warn("{}: used as it is, though it was made with other settings", record.name);
      break;
    case StageState::edited:
      spdlog::info("{}: used as it is, with changes in {}", record.name, edited_files(record));
      break;
    case StageState::up_to_date:
      spdlog::info("{}: used as it is", record.name);
      break;
  }
}

/// Whether the stage must run. Somebody's edits are not overwritten.
bool must_run(const StageRecord& record, std::string_view next) {
  const StageState now = state(record);
  if (now != StageState::edited) return now != StageState::up_to_date;
  throw InputError(fmt::format(
      "{}: {} changed since the {} stage made it; go on from it with '--from {}', or remove the folder to "
      "make it anew.",
      record.folder.string(), edited_files(record), record.name, next));
}

void run_stage(const PlannedStage& planned, const StageRecord& record) {
  spdlog::info("{}: running", record.name);
  const auto start = std::chrono::steady_clock::now();
  produce(record, planned.work);
  const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  spdlog::info("{}: done in {:.1f} s, in {}", record.name, s, record.folder.string());
}

std::string_view stage_after(const std::vector<PlannedStage>& stages, Stage stage) {
  for (std::size_t i = 0; i + 1 < stages.size(); ++i)
    if (stages[i].stage == stage) return name(stages[i + 1].stage);
  return name(stage);
}

}  // namespace

void run_case(const Case& c, const RunOptions& options) {
  refuse_missing_stage(c, options);
  const RunFolderLock lock(options.folder);
  use_threads(options.threads);
  Progress::report_to(options.folder);
  const auto stages = plan(c, options);
  for (const PlannedStage& planned : stages) {
    if (planned.stage > options.until) break;
    check_interrupt();
    const StageRecord record = planned.record();
    if (options.from && planned.stage < *options.from)
      use_as_it_is(record, name(*options.from));
    else if (options.from || must_run(record, stage_after(stages, planned.stage)))
      run_stage(planned, record);
    else
      spdlog::info("{}: up to date, skipped", record.name);
  }
}

void show_plan(const Case& c, const RunOptions& options) {
  use_threads(options.threads);
  refuse_missing_stage(c, options);
  bool fresh = true;  // nothing upstream would change
  bool mesh_ready = false;
  for (const PlannedStage& planned : plan(c, options)) {
    if (planned.stage > options.until) break;
    const bool kept = options.from && planned.stage < *options.from;
    const bool forced = options.from && planned.stage >= *options.from;
    fresh = fresh && !forced && (kept || state(planned.record()) == StageState::up_to_date);
    if (planned.stage == Stage::mesh) mesh_ready = fresh;
    fmt::print("{:<10}{}\n", name(planned.stage),
               kept    ? "used as it is"
               : fresh ? "up to date"
                       : "would run");
  }
  if (options.until < Stage::solve) return;
  const bool quick = !c.image && c.geometry.labels.empty();
  if (!mesh_ready && !quick) {
    if (const auto limb = working_point(flow_case(c))) fmt::print("{}", table(*limb));
    fmt::print("the solver's pre-flight table needs the mesh: run with '--until mesh' first\n");
    return;
  }
  const Geometry geometry = mesh_ready ? load_geometry(options.folder / "mesh") : make_geometry_aside(c);
  print(Simulation(flow_case_with_files(c, options.folder), geometry, options.threads, options.device)
            .preflight());
}

}  // namespace soleus
