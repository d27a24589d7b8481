#include "pipeline/app/sweep_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/base/csv.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using study::Vary;

std::string_view word(RunState s) {
  return s == RunState::finished ? "finished" : s == RunState::failed ? "failed" : "missing";
}

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() ? name : fmt::format("{} [{}]", name, unit);
}

std::string runs_csv(const Sweep& s, const std::vector<SweptFigure>& figures) {
  std::vector<std::string> cells{"run", "state"};
  for (const Vary& v : s.options.vary) cells.push_back(with_unit(v.key, v.unit));
  for (const SweptFigure& f : figures) cells.push_back(with_unit(f.key, f.unit));
  cells.emplace_back("reason");
  std::string out = csv_row(cells);
  for (std::size_t i = 0; i < s.runs.size(); ++i) {
    cells = {std::to_string(i + 1), std::string(word(s.runs[i].state))};
    for (std::size_t k = 0; k < s.options.vary.size(); ++k)
      cells.push_back(fmt::format("{:.10g}", value_at(s.options.vary[k], s.points[i][k])));
    for (const SweptFigure& f : figures)
      cells.push_back(f.values[i] ? fmt::format("{:.10g}", *f.values[i]) : "");
    cells.push_back(s.runs[i].reason);
    out += csv_row(cells);
  }
  return out;
}

std::string effects_csv(const Sweep& s, const std::vector<SweptFigure>& figures) {
  std::string out = "figure,unit,parameter,at_low_end,at_high_end,change,share_of_variance\n";
  for (const SweptFigure& f : figures)
    for (std::size_t k = 0; k < s.options.vary.size(); ++k) {
      const study::Effect& e = f.effects.parameters[k];
      out += csv_row(std::vector<std::string>{
          f.key, f.unit, s.options.vary[k].key, fmt::format("{:.10g}", e.low), fmt::format("{:.10g}", e.high),
          fmt::format("{:.10g}", e.high - e.low), fmt::format("{:.6g}", e.share)});
    }
  return out;
}

/// Parameters by the size of what they do to a figure.
std::vector<std::size_t> by_effect(const SweptFigure& f) {
  std::vector<std::size_t> order(f.effects.parameters.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t k) {
    return std::abs(f.effects.parameters[k].high - f.effects.parameters[k].low);
  });
  return order;
}

std::string figure_lines(const Sweep& s, const SweptFigure& f, std::size_t width) {
  constexpr double worth_telling = 0.005;  // of the variance
  const bool complete = f.effects.runs == int(s.runs.size());
  std::string out = fmt::format(
      "{:<48}{:<8}{:>12.4g}{:>12.4g}{:>12.4g}{}\n", f.label, f.unit, f.effects.least, f.effects.mean,
      f.effects.most, complete ? "" : fmt::format("  in {} of {} runs", f.effects.runs, s.runs.size()));
  for (const std::size_t k : by_effect(f)) {
    const study::Effect& e = f.effects.parameters[k];
    if (e.share < worth_telling) continue;
    out += fmt::format("  {:<{}}{:>12.4g}{:>12.4g}{:>10.0f} %\n", s.options.vary[k].key, width, e.low, e.high,
                       100 * e.share);
  }
  return out;
}

/// More than rounding and the limb's own error.
bool changes(const SweptFigure& f) {
  constexpr double same = 1e-6;
  return f.effects.most - f.effects.least >
         same * std::max(std::abs(f.effects.most), std::abs(f.effects.least));
}

std::string failures(const Sweep& s) {
  std::string out;
  for (std::size_t i = 0; i < s.runs.size(); ++i)
    if (s.runs[i].state == RunState::failed)
      out += fmt::format("run {} failed: {}\n", i + 1, s.runs[i].reason);
  return out;
}

}  // namespace

std::vector<SweptFigure> swept_figures(const Sweep& s) {
  std::vector<SweptFigure> all;
  for (std::size_t i = 0; i < s.runs.size(); ++i)
    for (const SweepFigure& f : s.runs[i].figures) {
      auto found = std::ranges::find(all, f.key, &SweptFigure::key);
      if (found == all.end())
        found = all.insert(all.end(),
                           {f.key, f.label, f.unit, std::vector<std::optional<double>>(s.runs.size()), {}});
      found->values[i] = f.value;
    }
  std::erase_if(all, [&](SweptFigure& f) {
    const auto effects = study::first_order(s.points, f.values);
    if (effects) f.effects = *effects;
    return !effects;
  });
  return all;
}

void write_sweep(const Sweep& s, const std::vector<SweptFigure>& figures) {
  write_file(s.options.folder / "runs.csv", runs_csv(s, figures));
  write_file(s.options.folder / "effects.csv", effects_csv(s, figures));
}

std::string sweep_table(const Sweep& s, const std::vector<SweptFigure>& figures) {
  std::size_t width = 54;
  for (const Vary& v : s.options.vary) width = std::max(width, v.key.size() + 2);
  std::string out = fmt::format("{:<48}{:<8}{:>12}{:>12}{:>12}\n  {:<{}}{:>12}{:>12}{:>12}\n", "figure",
                                "unit", "least", "mean", "most", "parameter: mean of the figure at its",
                                width, "low end", "high end", "share");
  for (const SweptFigure& f : figures)
    if (changes(f)) out += figure_lines(s, f, width);
  const auto finished = std::ranges::count(s.runs, RunState::finished, &SweepRun::state);
  const auto failed = std::ranges::count(s.runs, RunState::failed, &SweepRun::state);
  const auto there = std::ranges::count_if(s.runs, [](const SweepRun& r) { return r.was_there; });
  return out + failures(s) +
         fmt::format("{} of {} runs finished, {} of them earlier; {} failed\n", finished, s.runs.size(),
                     there, failed);
}

std::filesystem::path write_slurm_script(const Sweep& s) {
  const auto quoted = [](const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out.append("'");
  };
  const SweepOptions& o = s.options;
  const fs::path folder = fs::absolute(o.folder);
  std::string command = fmt::format(
      "{} sweep {} --output {} --threads {} --no-plots", quoted(fs::canonical("/proc/self/exe").string()),
      quoted(fs::absolute(o.case_file).string()), quoted(folder.string()), o.threads);
  for (const Override& set : o.set)
    command += fmt::format(" --set {}", quoted(fmt::format("{}={}", set.key, set.value)));
  for (const Vary& v : o.vary) command += fmt::format(" --vary {}", quoted(text_of(v)));
  if (o.sampling != Sampling::grid)
    command += fmt::format(" --samples {} --design {} --seed {}", o.samples,
                           sampling_names[std::size_t(o.sampling)], o.seed);
  if (o.limb_only) command += " --limb";
  fs::path file = folder / "sweep.sbatch";
  write_file(
      file, fmt::format("#!/usr/bin/env bash\n"
                        "# A job array of {0} runs. Submit it with sbatch; when it is done, the same command "
                        "without --slurm collects\n# the runs into the table.\n"
                        "#SBATCH --job-name=soleus-{1}\n"
                        "#SBATCH --array=1-{0}%{2}\n"
                        "#SBATCH --cpus-per-task={3}\n"
                        "#SBATCH --output={4}/runs/slurm-%a.log\n"
                        "set -euo pipefail\n"
                        "cd {5}\n"
                        "exec {6} --only \"$SLURM_ARRAY_TASK_ID\"\n",
                        s.runs.size(), s.base.info.name, o.jobs, o.threads, folder.string(),
                        quoted(fs::current_path().string()), command));
  return file;
}

}  // namespace soleus
