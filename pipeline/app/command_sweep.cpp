#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "pipeline/app/commands.hpp"
#include "pipeline/app/machine.hpp"
#include "pipeline/app/sweep_files.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string case_file, output, design;
  std::vector<std::string> set, vary;
  int samples = 0, jobs = 0, threads = 0, only = 0;
  std::uint64_t seed = 1;
  bool limb = false, slurm = false, no_plots = false;
};

Sampling sampling_of(const Arguments& a) {
  if (a.design.empty()) return a.samples > 0 ? Sampling::sobol : Sampling::grid;
  const auto s = Sampling(std::ranges::find(sampling_names, a.design) - sampling_names.begin());
  if (s != Sampling::grid && a.samples == 0)
    throw InputError(fmt::format("--design {}: needs how many runs, for example --samples 32.", a.design));
  if (s == Sampling::grid && a.samples > 0)
    throw InputError(
        "--samples: a grid has as many runs as its values say; leave --samples or --design out.");
  return s;
}

SweepOptions options(const Arguments& a) {
  SweepOptions o;
  o.case_file = a.case_file;
  o.set = parse_overrides(a.set);
  for (const std::string& text : a.vary) o.vary.push_back(study::parse_vary(text));
  o.sampling = sampling_of(a);
  o.samples = a.samples, o.seed = a.seed, o.limb_only = a.limb, o.only = a.only;
  o.folder = a.output;
  return o;
}

/// Runs of the limb are a thread each; those of a case with a lumen come one by one unless --jobs says
/// otherwise.
void share_machine(Sweep& s, const Arguments& a) {
  const int all = default_threads();
  s.options.jobs = a.jobs > 0 ? a.jobs : s.of_limb || a.slurm ? all : 1;
  s.options.threads = a.threads > 0 ? a.threads
                      : s.of_limb   ? 1
                                    : std::max(1, a.slurm ? all : all / s.options.jobs);
}

void sweep(const Arguments& a) {
  Sweep s = plan_sweep(options(a));
  if (s.options.folder.empty()) s.options.folder = fs::path("runs") / s.base.info.name / "sweep";
  share_machine(s, a);
  if (a.slurm) {
    make_writable_folder(s.options.folder / "runs");
    const fs::path script = write_slurm_script(s);
    fmt::print("{} holds a job array of {} runs; submit it with: sbatch {}\n", script.string(), s.runs.size(),
               script.string());
    return;
  }
  spdlog::info("{} runs of {}", s.runs.size(), s.of_limb ? "the limb" : "the case");
  run_sweep(s);
  if (a.only > 0) {
    const SweepRun& r = s.runs[std::size_t(a.only) - 1];
    if (r.state == RunState::failed) throw NumericalError(fmt::format("run {} failed: {}", a.only, r.reason));
    return;
  }
  const std::vector<SweptFigure> figures = swept_figures(s);
  write_sweep(s, figures);
  if (!a.no_plots) draw_sweep(s, figures);
  fmt::print("{}", sweep_table(s, figures));
  spdlog::info("tables{} are in {}", a.no_plots ? "" : " and plots", s.options.folder.string());
}

void add_options(CLI::App& command, Arguments& a) {
  command.add_option("case", a.case_file, "The case file (YAML)")->required()->type_name("CASE.yaml");
  command
      .add_option(
          "-v,--vary", a.vary,
          "A key of the case, both ends of its range with their unit, and for a grid how many values; ':log' "
          "at the end for equal factors. May be given several times")
      ->type_name("KEY=FROM:TO[:COUNT][:log]")
      ->allow_extra_args(false);
  command.add_option("-n,--samples", a.samples, "So many runs between the ends instead of a grid")
      ->check(CLI::Range(2, 1000000))
      ->type_name("N");
  command.add_option("--design", a.design, "How they lie; without it sobol with --samples, otherwise grid")
      ->check(CLI::IsMember(std::vector<std::string>(sampling_names.begin(), sampling_names.end())))
      ->type_name("NAME");
  command.add_option("--seed", a.seed, "Of the latin hypercube; without it 1")->type_name("N");
  command.add_flag("--limb", a.limb, "Only the limb of a case that has a lumen too");
  command
      .add_option("-j,--jobs", a.jobs,
                  "Runs at once; without it one for each CPU of the limb, one of a lumen")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command.add_option("-t,--threads", a.threads, "CPU threads of each run of a lumen")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command.add_flag("--slurm", a.slurm, "Write a job array for Slurm instead of running; it is not submitted");
  command.add_option("--only", a.only, "Only the run of this number, without tables; what a job array does")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command.add_option("-o,--output", a.output, "Folder; without it runs/<name of the case>/sweep")
      ->type_name("DIR");
  command.add_option("-s,--set", a.set, "Replace a value of the case in all runs")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--no-plots", a.no_plots, "Only tables");
}

}  // namespace

void add_sweep_command(CLI::App& program) {
  const auto a = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand(
      "sweep",
      "Run a case many times with other values of some keys, and tell what each does to each figure");
  command->footer(
      "Runs the limb, or the whole case where it has a lumen. Writes runs.csv, effects.csv and a tornado "
      "plot of each "
      "figure.\n"
      "Runs that are finished are kept in runs/ and not run again; Ctrl-C and the same command go on. A run "
      "that fails "
      "is told\n"
      "and ends nothing. docs/limb.md says how effects are made.\n\n"
      "Examples:\n"
      "  soleus sweep configs/limb/ten-tiptoes.yaml --vary limb.muscle_pressure=60mmHg:220mmHg:9\n"
      "  soleus sweep leg.yaml -v limb.muscle_pressure=60mmHg:220mmHg -v "
      "limb.paths.popliteal.leak=0.001:0.3:log "
      "--samples 64\n"
      "  soleus sweep calf.yaml -v 'openings.inlet.flow=40 mL/min:80 mL/min:3' --jobs 2");
  add_options(*command, *a);
  command->callback([a] { sweep(*a); });
}

}  // namespace soleus
