#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "pipeline/app/calibration_files.hpp"
#include "pipeline/app/commands.hpp"
#include "pipeline/app/machine.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string case_file, output;
  std::vector<std::string> set;
  int threads = default_threads();
};

Case read(const Arguments& a) {
  Case c = read_case(a.case_file, parse_overrides(a.set));
  if (!c.calibration)
    throw InputError(
        fmt::format("{}: calibration: this section is missing; it says what was measured and which "
                    "parameters may be fitted, "
                    "see configs/limb/calibration.yaml.",
                    a.case_file));
  return c;
}

/// The limb of the case gives every figure that was measured.
void check_protocol(const study::Problem& p, const Arguments& a) {
  std::vector<double> start;
  for (const study::Parameter& one : p.parameters) start.push_back(one.fit.start);
  try {
    require_given(p, measure(p, limb_with(p, start)));
  } catch (const InputError& e) {
    throw with_places(e, a.case_file, parse_overrides(a.set));
  }
}

study::Fit compute(const study::Problem& p, const study::CalibrationConfig& c) {
  study::FitOptions options{.starts = c.starts, .samples = c.samples};
  Progress progress("calibrate", expected_runs(options, p.parameters.size()), "runs");
  options.told = [&](int runs, double misfit) {
    progress.update(runs, fmt::format("least sum of squares {:.4g}", misfit));
  };
  return fit(model(p), fit_parameters(p), fit_data(p), options);
}

void calibrate(const Arguments& a) {
  const Case c = read(a);
  const study::Problem p = problem(*c.calibration, *c.limb);
  use_threads(a.threads);
  check_protocol(p, a);
  const fs::path folder =
      a.output.empty() ? fs::path("runs") / c.info.name / "calibration" : fs::path(a.output);
  make_writable_folder(folder);
  Progress::report_to(folder);
  Calibration done{p, compute(p, *c.calibration), {}};
  done.identifiability = study::identify(done.fit.jacobian);
  write_calibration(done, c.info, folder);
  fmt::print("{}", calibration_table(done));
  spdlog::info("the fitted limb is in {}, tables beside it", (folder / "fitted.yaml").string());
}

}  // namespace

void add_calibrate_command(CLI::App& program) {
  const auto a = std::make_shared<Arguments>();
  CLI::App* command =
      program.add_subcommand("calibrate", "Fit parameters of the limb to what was measured of a person");
  command->footer(
      "The section calibration of the case lists measured figures with their uncertainties, and the "
      "parameters that "
      "may\n"
      "change between bounds. Prints both tables with residuals, standard errors and what the data do not "
      "determine; "
      "writes\n"
      "fitted.yaml (a case of `soleus limb`), calibration.json, measurements.csv and parameters.csv. The "
      "same case "
      "gives the\n"
      "same result on any number of threads. docs/limb.md says how.\n\n"
      "Examples:\n"
      "  soleus calibrate configs/limb/calibration.yaml -o runs/fit\n"
      "  soleus limb runs/fit/fitted.yaml");
  command->add_option("case", a->case_file, "The case file (YAML) with sections limb and calibration")
      ->required()
      ->type_name("CASE.yaml");
  command->add_option("-o,--output", a->output, "Folder; without it runs/<name of the case>/calibration")
      ->type_name("DIR");
  command->add_option("-t,--threads", a->threads, "CPU threads; without it all that this process may use")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command->add_option("-s,--set", a->set, "Replace a value of the case, e.g. --set 'limb.height=1.6 m'")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->callback([a] { calibrate(*a); });
}

}  // namespace soleus
