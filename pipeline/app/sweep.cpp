#include "pipeline/app/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <nlohmann/json.hpp>

#include "pipeline/app/build_info.hpp"
#include "pipeline/app/machine.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/hash.hpp"
#include "pipeline/base/parallel.hpp"
#include "pipeline/base/progress.hpp"
#include "pipeline/base/settings_json.hpp"
#include "solver_cuda/limb/figures.hpp"
#include "solver_cuda/study/limb_numbers.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using study::Vary;

study::Points points_of(const SweepOptions& o) {
  std::vector<int> counts;
  for (const Vary& v : o.vary) {
    if ((o.sampling == Sampling::grid) != (v.count > 0))
      throw InputError(fmt::format(
          "--vary {}: {}.", text_of(v),
          v.count > 0
              ? "how many values it has is for the grid; leave it out where --samples says how many runs"
              : "a grid needs the number of values, KEY=FROM:TO:COUNT; or give --samples"));
    counts.push_back(v.count);
  }
  if (o.sampling == Sampling::grid) return study::full_factorial(counts);
  if (o.sampling == Sampling::sobol) return study::sobol(o.samples, o.vary.size());
  return study::latin_hypercube(o.samples, o.vary.size(), o.seed);
}

/// The number of the limb that is varied, and its value in SI.
double limb_value(const limb::LimbConfig& limb, const Vary& v, double part) {
  const study::LimbNumber n = study::limb_number(limb, v.key);
  const std::string text = setting_at(v, part);
  const double si = parse_quantity(text, n.dimension);
  if (!accepts(n, si))
    throw InputError(fmt::format("{} does not take '{}'; {} is accepted", v.key, text, shown_limits(n)));
  if (n.whole && si != std::round(si))
    throw InputError(
        fmt::format("'{}' is no whole number, which {} is; choose bounds and a number of values that "
                    "meet whole ones",
                    text, v.key));
  return si;
}

void check_limb(const Sweep& s) {
  std::vector<std::string> faults;
  for (std::size_t k = 0; k < s.options.vary.size(); ++k) {
    const Vary& v = s.options.vary[k];
    try {
      for (const auto& point : s.points) limb_value(*s.base.limb, v, point[k]);
      for (const double end : {0.0, 1.0}) limb_value(*s.base.limb, {v.key, v.unit, v.from, v.to}, end);
    } catch (const InputError& e) {
      const std::string sentence = e.what();
      const bool ends = sentence.ends_with('?') || sentence.ends_with('.');
      faults.push_back(fmt::format("--vary {}: {}{}", text_of(v), sentence, ends ? "" : "."));
    }
  }
  if (!faults.empty()) throw InputError(faults);
}

std::vector<Override> with(std::vector<Override> set, const Vary& v, double part) {
  set.push_back({v.key, setting_at(v, part)});
  return set;
}

void check_lumen(const Sweep& s) {
  for (const Vary& v : s.options.vary)
    for (const double end : {0.0, 1.0}) try {
        read_case(s.options.case_file, with(s.options.set, v, end));
      } catch (const InputError& e) {
        throw InputError(fmt::format("--vary {}: {}", text_of(v), e.what()));
      }
}

limb::LimbConfig limb_of(const Sweep& s, std::size_t run) {
  std::vector<std::string> keys;
  std::vector<double> values;
  for (std::size_t k = 0; k < s.options.vary.size(); ++k) {
    keys.push_back(s.options.vary[k].key);
    values.push_back(limb_value(*s.base.limb, s.options.vary[k], s.points[run][k]));
  }
  return study::with_numbers(*s.base.limb, keys, values);
}

fs::path record_file(const Sweep& s, std::size_t run) {
  return run_folder(s, run).string() + ".json";
}

std::string settings_hash(std::string settings) {
  return hash_text(settings.append(program_version()));
}

void write_record(const Sweep& s, std::size_t run, const std::string& hash) {
  json j = {{"format", "soleus sweep run"}, {"settings_hash", hash}, {"figures", json::array()}};
  for (const Override& o : settings(s, run)) j["settings"][o.key] = o.value;
  for (const SweepFigure& f : s.runs[run].figures)
    j["figures"].push_back({{"key", f.key}, {"name", f.label}, {"unit", f.unit}, {"value", f.value}});
  write_file(record_file(s, run), j.dump(1) + "\n");
}

/// Takes the figures of a run that an earlier program finished with the same settings.
bool take_record(Sweep& s, std::size_t run, const std::string& hash) {
  if (!fs::exists(record_file(s, run))) return false;
  const json j = json::parse(read_file(record_file(s, run)), nullptr, false);
  if (j.is_discarded() || j.value("settings_hash", "") != hash) return false;
  for (const json& f : j["figures"])
    s.runs[run].figures.push_back({f["key"], f["name"], f["unit"], f["value"]});
  s.runs[run].state = RunState::finished;
  s.runs[run].was_there = true;
  return true;
}

std::vector<SweepFigure> told(const limb::Figures& f) {
  std::vector<SweepFigure> all;
  for (const limb::FigureRow& row : limb::figure_rows())
    if (const limb::Figure& value = f.*row.value)
      all.push_back(
          {std::string(row.key), std::string(row.label), std::string(row.unit), *value * row.per_si});
  return all;
}

void run_limb(Sweep& s, std::size_t run) {
  const limb::LimbConfig limb = limb_of(s, run);
  const std::string hash = settings_hash(settings_json(limb));
  if (take_record(s, run, hash)) return;
  SweepRun& r = s.runs[run];
  try {
    r.figures = told(limb::run(limb).figures);
    r.state = RunState::finished;
    write_record(s, run, hash);
  } catch (const NumericalError& e) {
    r.state = RunState::failed, r.reason = e.what();
  }
}

/// Figures of the report's last cycle: {"mean_flow": {"value": ...}}, or one level deeper for openings and
/// valves.
void collect(const json& j, const std::string& name, std::vector<SweepFigure>& all) {
  if (!j.is_object()) return;
  if (j.contains("value") && j.contains("unit")) {
    if (j["value"].is_number()) all.push_back({name, name, j["unit"], j["value"]});
    return;
  }
  for (const auto& [key, inner] : j.items())
    collect(inner, name.empty() ? key : fmt::format("{}.{}", name, key), all);
}

void take_report(Sweep& s, std::size_t run, const std::string& hash) {
  SweepRun& r = s.runs[run];
  collect(json::parse(read_file(run_folder(s, run) / "report/metrics.json"))["last_cycle"], "", r.figures);
  r.state = RunState::finished;
  write_record(s, run, hash);
}

/// The runs that --only leaves.
std::vector<std::size_t> wanted(const Sweep& s) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < s.points.size(); ++i)
    if (s.options.only == 0 || i + 1 == std::size_t(s.options.only)) all.push_back(i);
  return all;
}

void run_limbs(Sweep& s, const std::vector<std::size_t>& runs, Progress& progress) {
  use_threads(s.options.jobs);
  std::mutex guard;
  int done = 0;
  parallel_for(runs.size(), 1, [&](std::size_t i) {
    run_limb(s, runs[i]);
    const std::lock_guard lock(guard);
    progress.update(++done);
  });
}

void run_cases(Sweep& s, const std::vector<std::size_t>& runs, Progress& progress) {
  std::vector<Process> processes;
  std::vector<std::size_t> of;  // the run of each process
  std::vector<std::string> hashes(s.points.size());
  int done = 0;
  for (const std::size_t run : runs) {
    std::vector<Override> all = s.options.set;
    for (const Override& o : settings(s, run)) all.push_back(o);
    try {
      hashes[run] = settings_hash(settings_json(read_case(s.options.case_file, all)));
    } catch (const InputError& e) {  // ranges that do not go together
      s.runs[run].state = RunState::failed, s.runs[run].reason = e.what();
    }
    if (s.runs[run].state == RunState::failed || take_record(s, run, hashes[run])) {
      progress.update(++done);
      continue;
    }
    const fs::path folder = run_folder(s, run);
    Process p{{"run", s.options.case_file, "--output", folder.string(), "--threads",
               std::to_string(s.options.threads)},
              folder / "sweep.log"};
    for (const Override& o : all) p.arguments.insert(p.arguments.end(), {"--set", o.key + "=" + o.value});
    processes.push_back(p), of.push_back(run);
  }
  run_processes(processes, s.options.jobs, [&](std::size_t i, const std::string& reason) {
    if (reason.empty())
      take_report(s, of[i], hashes[of[i]]);
    else
      s.runs[of[i]].state = RunState::failed, s.runs[of[i]].reason = reason;
    progress.update(++done);
  });
}

}  // namespace

Sweep plan_sweep(const SweepOptions& o) {
  if (o.vary.empty())
    throw InputError("soleus sweep: nothing is varied; give --vary limb.muscle_pressure=40mmHg:200mmHg:5.");
  study::require_different_keys(o.vary);
  Sweep s{o, read_case(o.case_file, o.set), true, points_of(o), {}};
  s.of_limb = o.limb_only || !has_lumen(s.base);
  if (s.of_limb && !s.base.limb)
    throw InputError(
        fmt::format("{}: limb: this section is missing; write 'limb: {{}}' for a healthy leg.", o.case_file));
  s.runs.resize(s.points.size());
  if (o.only > int(s.points.size()))
    throw InputError(fmt::format("--only {}: the sweep has {} runs.", o.only, s.points.size()));
  if (s.of_limb)
    check_limb(s);
  else
    check_lumen(s);
  return s;
}

std::vector<Override> settings(const Sweep& s, std::size_t run) {
  std::vector<Override> all;
  for (std::size_t k = 0; k < s.options.vary.size(); ++k)
    all.push_back({s.options.vary[k].key, setting_at(s.options.vary[k], s.points[run][k])});
  return all;
}

fs::path run_folder(const Sweep& s, std::size_t run) {
  return s.options.folder / "runs" / fmt::format("{:04}", run + 1);
}

void run_sweep(Sweep& s) {
  const std::vector<std::size_t> runs = wanted(s);
  make_writable_folder(s.options.folder / "runs");
  if (s.options.only == 0) Progress::report_to(s.options.folder);
  Progress progress("sweep", double(runs.size()), "runs");
  if (s.of_limb)
    run_limbs(s, runs, progress);
  else
    run_cases(s, runs, progress);
}

}  // namespace soleus
