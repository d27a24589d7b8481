#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "pipeline/app/case.hpp"
#include "pipeline/app/commands.hpp"
#include "pipeline/app/log.hpp"
#include "pipeline/app/machine.hpp"
#include "pipeline/app/run_case.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/quantity.hpp"
#include "postprocess/compare.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

void show(const std::vector<fs::path>& folders, const fs::path& out) {
  std::vector<ComparedRun> all;
  all.reserve(folders.size());
  for (const fs::path& folder : folders) all.push_back(read_run(folder));
  const std::vector<ComparedRun> runs = pair_resolutions(std::move(all));
  if (runs.size() < 2)
    throw InputError(
        fmt::format("only one run is left to compare, '{}'; give a run of another case.", runs.front().name));
  compare(runs, out);
  fmt::print("{}", comparison_table(runs));
  spdlog::info("table, summary, curves and maps are in {}", out.string());
}

void add_compare(CLI::App& program) {
  struct Arguments {
    std::vector<std::string> runs;
    std::string output = "runs/comparison";
  };
  const auto a = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand("compare", "Show the figures of several runs side by side");
  command->footer(
      "Of the last cycle of each run. The first run is the baseline. Two runs of one case that differ in "
      "solver.dx count as\none: the finer one's figures, with how far they may be off for their lattice. "
      "Writes comparison.csv, summary.txt,\ncurves over each other, and maps of what differs on the wall.\n\n"
      "Examples:\n"
      "  soleus compare runs/demo-valve-reflux runs/demo-valve-repaired\n"
      "  soleus compare runs/reflux runs/reflux-fine runs/repaired runs/repaired-fine -o runs/repair");
  command->add_option("runs", a->runs, "Folders that 'soleus run' has made")
      ->required()
      ->expected(2, 20)
      ->type_name("DIR ...");
  command->add_option("-o,--output", a->output, "Folder of the comparison")
      ->capture_default_str()
      ->type_name("DIR");
  command->callback([a] { show({a->runs.begin(), a->runs.end()}, a->output); });
}

/// A case with a repair of its valves, as overrides: of one valve or of all that it has.
std::vector<Override> with_repair(const Case& c, const std::string& repair, const std::string& valve) {
  std::vector<Override> all{{"case.name", c.info.name + "-" + repair}};
  for (const ValveConfig& v : c.geometry.valves)
    if (valve.empty() || v.name == valve)
      all.push_back({fmt::format("geometry.valves.{}.repair.kind", v.name), repair});
  if (all.size() == 1)
    throw InputError(valve.empty() ? "geometry.valves: the case has no valve that could be repaired."
                                   : fmt::format("--valve {}: the case has no valve of this name.", valve));
  return all;
}

struct PreviewArguments {
  std::string case_file, output, valve, dx = "0.7 mm";
  std::vector<std::string> repairs, set;
  int threads = default_threads();
};

/// A run at the preview's resolution; returns its folder.
fs::path run_variant(const PreviewArguments& a, std::vector<Override> overrides, const fs::path& out) {
  Case c = read_case(a.case_file, overrides);
  const double coarsest_m = parse_quantity(a.dx, Dimension::length);
  if (c.solver.dx_m < coarsest_m) {
    overrides.push_back({"solver.dx", a.dx});
    c = read_case(a.case_file, overrides);
  }
  RunOptions options{.folder = out / c.info.name, .threads = a.threads};
  LogFile log(options.folder);
  spdlog::info("preview of {}", c.info.name);
  run_case(c, options);
  return options.folder;
}

void preview(const PreviewArguments& a) {
  const std::vector<Override> set = parse_overrides(a.set);
  const Case c = read_case(a.case_file, set);
  const fs::path out = a.output.empty() ? fs::path("runs") / (c.info.name + "-preview") : fs::path(a.output);
  std::vector<std::vector<Override>> variants{set};
  for (const std::string& repair : a.repairs) {
    variants.push_back(set);
    std::ranges::copy(with_repair(c, repair, a.valve), std::back_inserter(variants.back()));
    read_case(a.case_file, variants.back());  // all faults before the first run
  }
  std::vector<fs::path> folders;
  folders.reserve(variants.size());
  for (const std::vector<Override>& variant : variants) folders.push_back(run_variant(a, variant, out));
  show(folders, out / "comparison");
}

void add_preview(CLI::App& program) {
  const auto a = std::make_shared<PreviewArguments>();
  CLI::App* command =
      program.add_subcommand("preview", "Run a case and repairs of its valves coarsely, and compare them");
  command->footer(
      "Runs the case as it is and once with each repair, on a lattice no finer than --dx, and compares them "
      "as "
      "'soleus compare'\ndoes. Runs that are there are not run again. docs/valves.md explains the "
      "repairs.\n\n"
      "Example:\n"
      "  soleus preview configs/demo/valve-reflux.yaml --repair external_valvuloplasty banding");
  command->add_option("case", a->case_file, "The case file (YAML) with a valve")
      ->required()
      ->type_name("CASE.yaml");
  command->add_option("-r,--repair", a->repairs, "Kinds of geometry.valves.repair")
      ->required()
      ->expected(1, 10)
      ->type_name("NAME ...");
  command->add_option("--valve", a->valve, "Repair this valve alone; without it all of them")
      ->type_name("NAME");
  command->add_option("--dx", a->dx, "Finest lattice of the preview")
      ->capture_default_str()
      ->type_name("LENGTH");
  command->add_option("-o,--output", a->output, "Folder; without it runs/<name of the case>-preview")
      ->type_name("DIR");
  command->add_option("-t,--threads", a->threads, "CPU threads; without it all that this process may use")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command->add_option("-s,--set", a->set, "Replace a value of the case, as for 'soleus run'")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->callback([a] { preview(*a); });
}

}  // namespace

void add_compare_commands(CLI::App& program) {
  add_compare(program);
  add_preview(program);
}

}  // namespace soleus
