#include "postprocess/compare.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/csv.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "postprocess/compare_plots.hpp"
#include "postprocess/page.hpp"
#include "postprocess/wall_difference.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

bool same(const ClinicalFigure& a, const ClinicalFigure& b) {
  return a.name == b.name && a.of == b.of;
}
const ClinicalFigure* find(const std::vector<ClinicalFigure>& all, const ClinicalFigure& f) {
  const auto found = std::ranges::find_if(all, [&](const ClinicalFigure& of) { return same(of, f); });
  return found == all.end() ? nullptr : &*found;
}

double dx_m(const ComparedRun& run) {
  const auto found = run.flow.numbers.find("dx_m");
  return found == run.flow.numbers.end() ? 0 : found->second;
}

std::string with_uncertainty(const ComparedRun& run, const ClinicalFigure& f) {
  const std::optional<double> value = value_of(run, f);
  if (!value) return "-";
  const std::optional<double> off = uncertainty(run, f);
  return off ? fmt::format("{} +- {:.1g}", shown(f, *value), *off * f.per_si) : shown(f, *value);
}

}  // namespace

ComparedRun read_run(const fs::path& run_folder) {
  const fs::path solve = run_folder / "solve";
  if (!fs::exists(solve / "flow.json"))
    throw InputError(
        fmt::format("{}: no finished run (solve/flow.json is missing); give a folder that "
                    "'soleus run' has made.",
                    run_folder.string()));
  ComparedRun run{name_of_run(run_folder), solve, load_flow(solve), {}};
  run.figures = clinical_figures(measure(run.flow).cycles.back());
  return run;
}

std::vector<ComparedRun> pair_resolutions(std::vector<ComparedRun> runs) {
  std::vector<ComparedRun> paired;
  for (ComparedRun& run : runs) {
    const auto known = std::ranges::find(paired, run.name, &ComparedRun::name);
    if (known == paired.end()) {
      paired.push_back(std::move(run));
      continue;
    }
    if (dx_m(*known) == dx_m(run))
      throw InputError(
          fmt::format("two of the runs are '{}' with the same solver.dx; give each case a name of "
                      "its own, or runs of one that differ in solver.dx.",
                      run.name));
    ComparedRun &fine = dx_m(run) < dx_m(*known) ? run : *known, &coarse = &fine == &run ? *known : run;
    if (coarse.coarser_dx_m == 0 || dx_m(coarse) < coarse.coarser_dx_m)
      fine.coarser = coarse.figures, fine.coarser_dx_m = dx_m(coarse);
    if (&fine == &run) *known = std::move(run);
  }
  return paired;
}

std::optional<double> value_of(const ComparedRun& run, const ClinicalFigure& f) {
  const ClinicalFigure* found = find(run.figures, f);
  return found ? found->value : std::nullopt;
}

std::optional<double> uncertainty(const ComparedRun& run, const ClinicalFigure& f) {
  const ClinicalFigure *fine = find(run.figures, f), *coarse = find(run.coarser, f);
  if (!fine || !coarse || !fine->value || !coarse->value) return {};
  return std::abs(*fine->value - *coarse->value) / (run.coarser_dx_m / dx_m(run) - 1);
}

std::vector<ClinicalFigure> all_figures(std::span<const ComparedRun> runs) {
  std::vector<ClinicalFigure> all;
  for (const ComparedRun& run : runs)
    for (const ClinicalFigure& f : run.figures) {
      if (find(all, f)) continue;
      all.push_back(f);
      all.back().value = value_of(runs.front(), f);
    }
  return all;
}

std::string comparison_table(std::span<const ComparedRun> runs) {
  std::vector<std::vector<std::string>> rows{{"last cycle", "", runs.front().name}};
  for (const ComparedRun& run : runs.subspan(1)) rows[0].insert(rows[0].end(), {run.name, "difference"});
  rows[0].push_back("usual");
  for (const ClinicalFigure& f : all_figures(runs)) {
    std::vector<std::string> row{title(f), f.unit, with_uncertainty(runs.front(), f)};
    for (const ComparedRun& run : runs.subspan(1)) {
      const std::optional<double> value = value_of(run, f);
      row.push_back(with_uncertainty(run, f));
      row.push_back(value && f.value ? fmt::format("{:+.3g}", (*value - *f.value) * f.per_si) : "-");
    }
    row.push_back(usual(f));
    rows.push_back(std::move(row));
  }
  std::vector<std::size_t> width(rows[0].size(), 0);
  for (const auto& row : rows)
    for (std::size_t k = 0; k < row.size(); ++k) width[k] = std::max(width[k], row[k].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t k = 0; k < row.size(); ++k)
      line += k < 2 ? fmt::format("{:<{}}  ", row[k], width[k]) : fmt::format("{:>{}}  ", row[k], width[k]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string comparison_csv(std::span<const ComparedRun> runs) {
  std::vector<std::string> head{"figure", "of", "label", "unit", "usual_from", "usual_to", "source"};
  for (const ComparedRun& run : runs) head.insert(head.end(), {run.name, run.name + " uncertainty"});
  std::string text = csv_row(head);
  const auto number = [](const std::optional<double>& v, double factor) {
    return v ? fmt::format("{:.10g}", *v * factor) : std::string();
  };
  for (const ClinicalFigure& f : all_figures(runs)) {
    std::vector<std::string> row{
        f.name,  f.of, f.label, f.unit, number(f.usual_from, f.per_si), number(f.usual_to, f.per_si),
        f.source};
    for (const ComparedRun& run : runs)
      row.insert(row.end(), {number(value_of(run, f), f.per_si), number(uncertainty(run, f), f.per_si)});
    text += csv_row(row);
  }
  return text;
}

std::string comparison_summary(std::span<const ComparedRun> runs) {
  std::string text = "Figures of computed runs, for research; not advice, and no medical device.\n\n";
  const std::string& baseline = runs.front().name;
  for (const ClinicalFigure& f : all_figures(runs)) {
    if (!f.value) continue;
    const std::string unit = f.unit.empty() ? "" : " " + f.unit;
    std::string line =
        fmt::format("{}: {}{} in {}", title(f), with_uncertainty(runs.front(), f), unit, baseline);
    for (const ComparedRun& run : runs.subspan(1)) {
      const std::optional<double> value = value_of(run, f);
      if (!value) continue;
      const double change = *value - *f.value;
      line += fmt::format("; {}{} in {}", with_uncertainty(run, f), unit, run.name);
      const std::string by = shown(f, std::abs(change));
      const std::string of = f.unit == "%" ? " percentage points" : unit;
      line += by == "0" ? " (the same)" : fmt::format(" ({}{} {})", by, of, change > 0 ? "more" : "less");
    }
    if (const std::string in_health = usual(f); !in_health.empty())
      line += fmt::format(". Usual in health: {}{} ({})", in_health, unit, f.source);
    text += line + ".\n";
  }
  return text;
}

void compare(std::span<const ComparedRun> runs, const fs::path& folder) {
  make_writable_folder(folder);
  write_file(folder / "comparison.csv", comparison_csv(runs));
  write_file(folder / "summary.txt", comparison_summary(runs));
  draw_comparison(runs, folder);
  std::vector<PageCase> shown;
  for (const ComparedRun& run : runs)
    shown.push_back({run.name, "", run.solve_folder, run.solve_folder.parent_path() / "report", run.flow,
                     measure(run.flow)});
  write_page(shown, folder / "comparison.html");
  for (const ComparedRun& run : runs.subspan(1)) {
    if (runs.front().flow.wall_means.empty() || run.flow.wall_means.empty()) continue;
    write_wall_difference(runs.front(), run, folder);
  }
}

}  // namespace soleus
