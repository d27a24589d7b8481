#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "meshing/valve_suggestions.hpp"
#include "pipeline/app/case.hpp"
#include "pipeline/app/commands.hpp"
#include "pipeline/app/log.hpp"
#include "pipeline/app/machine.hpp"
#include "pipeline/app/run_case.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/quantity.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

/// What the user wrote on the command line.
struct Arguments {
  std::string case_file, output, from, until, backend,
      checkpoint_every = format_quantity(default_checkpoint_interval_s, Dimension::time);
  std::vector<std::string> set;
  int threads = default_threads(), device = 0;
  bool dry_run = false, suggest_valves = false;
};

Stage stage_of(const std::string& name) {
  return Stage(std::find(stage_names.begin(), stage_names.end(), name) - stage_names.begin());
}

double run_time_s(const std::string& text) {
  try {
    const double seconds = parse_quantity(text, Dimension::time);
    if (seconds >= 0) return seconds;
  } catch (const InputError&) {  // which says nothing of the option
  }
  throw InputError(
      fmt::format("--checkpoint-every {}: a run time of zero or more is accepted, such as '10 min'.", text));
}

std::vector<Override> overrides(const Arguments& a) {
  std::vector<Override> all = parse_overrides(a.set);
  if (!a.backend.empty()) all.push_back({"solver.backend", a.backend});
  return all;
}

/// Runs `work`; faults that name a key of the case get the key's file and line in front.
template <class Work>
void naming_places(const Arguments& a, Work work) {
  try {
    work();
  } catch (const InputError& e) {
    throw with_places(e, a.case_file, overrides(a));
  }
}

/// Size of what the lumen was made from.
double detail_m(const Case& c, const fs::path& run) {
  if (!c.image && c.geometry.labels.empty()) return c.geometry.edge_length_m;
  const Vec3 h =
      load_labels(c.image ? run / "segmentation" / "labels.nrrd" : c.geometry.labels).grid.spacing_m;
  return std::max({h.x, h.y, h.z});
}

/// Where the mesh bulges as behind valves: printed, and beside the mesh's folder.
void suggest(const Case& c, const fs::path& run) {
  const fs::path file = run / "suggested-valves.yaml";
  const std::string text = yaml_text(
      suggest_valves(load_geometry(run / "mesh"), c.geometry.valves, {detail_m(c, run), c.solver.dx_m}));
  write_file(file, text);
  fmt::print("{}", text);
  spdlog::info("valves that the mesh suggests are in {}", file.string());
}

void execute(const Arguments& a) {
  const Case c = read_case(a.case_file, overrides(a));
  RunOptions options;
  options.folder = a.output.empty() ? fs::path("runs") / c.info.name : fs::path(a.output);
  if (!a.from.empty()) options.from = stage_of(a.from);
  options.until = a.until.empty() ? Stage::report : stage_of(a.until);
  options.threads = a.threads;
  options.device = a.device;
  options.checkpoint_interval_s = run_time_s(a.checkpoint_every);
  if (options.from && *options.from > options.until)
    throw InputError(fmt::format("--from {} comes after --until {}; nothing would run.", a.from, a.until));
  if (a.dry_run) {
    show_plan(c, options);
    return;
  }
  LogFile log(options.folder);
  try {
    run_case(c, options);
    if (a.suggest_valves) suggest(c, options.folder);
  } catch (const std::exception& e) {
    log.error(e.what());
    throw;
  }
  spdlog::info("everything is in {}", options.folder.string());
}

void add_common(CLI::App& command, Arguments& a) {
  command.add_option("case", a.case_file, "The case file (YAML); see docs/configuration.md")
      ->required()
      ->type_name("CASE.yaml");
  command.add_option("-o,--output", a.output, "Run folder; without it runs/<name of the case>")
      ->type_name("DIR");
  command.add_option("-b,--backend", a.backend, "Where the solver runs; replaces solver.backend")
      ->check(CLI::IsMember(std::vector<std::string>(backend_names.begin(), backend_names.end())))
      ->type_name("NAME");
  command.add_option("-t,--threads", a.threads, "CPU threads; without it all that this process may use")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command.add_option("-d,--device", a.device, "CUDA device for solver.backend: cuda; without it 0")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command
      .add_option("-s,--set", a.set,
                  "Replace a value of the case, e.g. --set 'solver.dx=0.4 mm' or --set "
                  "'openings.inlet.flow=5 mL/s'; may be "
                  "given several times")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command
      .add_option(
          "--checkpoint-every", a.checkpoint_every,
          "Save the solver's state each time it has run so long; a run that was stopped or killed goes "
          "on from there, with the same bits")
      ->capture_default_str()
      ->type_name("TIME");
  command.add_flag(
      "-n,--dry-run", a.dry_run,
      "Only say which stages would run and what the solver would take: cells, memory, steps, time step, Mach "
      "number, time");
}

const auto is_stage = CLI::IsMember(std::vector<std::string>(stage_names.begin(), stage_names.end()));

void add_valve_suggestions(CLI::App& command, Arguments& a) {
  command
      .add_flag(
          "--suggest-valves", a.suggest_valves,
          "Then look for bulges like the sinuses of valves, and print them as the list geometry.valves of "
          "a case, also into suggested-valves.yaml in the run folder")
      ->excludes("--dry-run");
}

void add_stage_command(CLI::App& program, const std::string& stage, const std::string& what) {
  const auto a = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand(stage, what);
  command->footer(
      "The stages before it are run first unless they are up to date, as by 'soleus run --until " + stage +
      "'.");
  add_common(*command, *a);
  if (stage == stage_names[std::size_t(Stage::mesh)]) add_valve_suggestions(*command, *a);
  command->callback([a, stage] {
    a->until = stage;
    naming_places(*a, [&] { execute(*a); });
  });
}

}  // namespace

std::vector<Override> parse_overrides(const std::vector<std::string>& set) {
  std::vector<Override> all;
  for (const std::string& text : set) all.push_back(parse_override(text));
  return all;
}

void add_run_commands(CLI::App& program) {
  const auto a = std::make_shared<Arguments>();
  CLI::App* run =
      program.add_subcommand("run", "Run a case through all its stages, from the image to the report");
  run->footer(
      "The stages are phantom (if the case makes its own image), segment, mesh, solve and report. A stage "
      "whose settings\n"
      "and inputs have not changed is skipped. Ctrl-C leaves the last complete stage of each kind and "
      "the solver's state; run again to go on.\n\n"
      "Examples:\n"
      "  soleus run configs/demo/calf.yaml\n"
      "  soleus run calf.yaml --dry-run\n"
      "  soleus run calf.yaml --set 'solver.dx=0.4 mm' --output runs/fine\n"
      "  soleus run calf.yaml --from mesh      after correcting segmentation/labels.nrrd by hand");
  add_common(*run, *a);
  run->add_option("--from", a->from,
                  "Run this stage and the later ones even if up to date; use the earlier ones as they are")
      ->check(is_stage)
      ->type_name("STAGE");
  run->add_option("--until", a->until, "The last stage to run")->check(is_stage)->type_name("STAGE");
  run->callback([a] { naming_places(*a, [&] { execute(*a); }); });

  add_stage_command(program, "segment", "Find the veins in the image: labels, overlays, quality figures");
  add_stage_command(program, "mesh", "Make the lumen surface with centrelines and named openings");
  add_stage_command(program, "solve", "Simulate the flow");
  add_stage_command(program, "report", "Work out the clinical figures, plots and the ParaView script");
}

void add_validate_command(CLI::App& program) {
  const auto a = std::make_shared<Arguments>();
  CLI::App* validate =
      program.add_subcommand("validate", "Check a case file and everything it names, without running it");
  validate->footer(
      "Lists all faults at once, each with file, line, key and what would be accepted. Exit code 0: no "
      "faults, 2: faults.");
  validate->add_option("case", a->case_file, "The case file (YAML)")->required()->type_name("CASE.yaml");
  validate->add_option("-s,--set", a->set, "Replace a value of the case first")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  validate->callback([a] {
    naming_places(*a, [&] {
      const Case c = read_case(a->case_file, overrides(*a));
      fmt::print("{}: a valid case, '{}'\n", a->case_file, c.info.name);
    });
  });
}

}  // namespace soleus
