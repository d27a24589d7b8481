#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "pipeline/app/bench.hpp"
#include "pipeline/app/commands.hpp"
#include "pipeline/app/machine.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  BenchSettings settings;
  std::vector<std::string> collisions{"trt"}, velocity_sets{"d3q19"}, precisions{"single"};
  std::string backend = "cpu";
  int threads = 0;
  fs::path output, vs;
};

/// Numbers of the names in a list of names.
template <class Enum, class Names>
std::vector<Enum> chosen(const std::vector<std::string>& wanted, const Names& names) {
  std::vector<Enum> all;
  for (const std::string& name : wanted)
    all.push_back(static_cast<Enum>(std::ranges::find(names, name) - names.begin()));
  return all;
}

/// 1, 2, 4 ... and the last.
std::vector<int> thread_counts(int most) {
  std::vector<int> all;
  for (int n = 1; n < most; n *= 2) all.push_back(n);
  all.push_back(most);
  return all;
}

void print_row(const BenchRow& r) {
  fmt::print("{:<10}{:<7}{:<12}{:<13}{:>3} {:>8.2f} {:>6.1f} {:>8.1f} {:>8.1f} {:>8.2f} {:>7.0f} {:>7.1f}\n",
             r.lumen, r.velocity_set, r.collision, r.precision, r.threads,
             static_cast<double>(r.cells) * 1e-6, 100 * r.fill, r.mlups, r.limit_mlups, r.fraction(), r.bytes,
             r.memory);
  std::fflush(stdout);
}

const BenchRow* find(const std::vector<BenchRow>& rows, const std::string& key) {
  const auto found = std::ranges::find(rows, key, &BenchRow::key);
  return found == rows.end() ? nullptr : &*found;
}

/// The ratios that matter: of threads, and of a moving or compliant to a rigid wall.
void print_ratios(const std::vector<BenchRow>& rows) {
  for (const BenchRow& r : rows) {
    BenchRow one = r, rigid = r;
    one.threads = 1, rigid.lumen = "rigid";
    const BenchRow* alone = r.threads > 1 ? find(rows, one.key()) : nullptr;
    if (alone)
      fmt::print("{} {} {} {}: {} threads are {:.2f} times as fast as one\n", r.lumen, r.velocity_set,
                 r.collision, r.precision, r.threads, r.mlups / alone->mlups);
    const bool moves = r.lumen == "moving" || r.lumen == "compliant";
    const auto still = std::ranges::find_if(rows, [&](BenchRow s) {
      s.cells = r.cells;  // a compliant wall has room to widen
      return moves && s.key() == rigid.key();
    });
    if (still != rows.end())
      fmt::print("{} {} {}, {} threads: a step with a {} wall takes {:.2f} times as long\n", r.velocity_set,
                 r.collision, r.precision, r.threads, r.lumen,
                 double(r.cells) / r.mlups * still->mlups / double(still->cells));
  }
}

void compare(const std::vector<BenchRow>& rows, const std::vector<BenchRow>& others, const fs::path& file) {
  fmt::print("\nagainst {}:\n", file.string());
  for (const BenchRow& r : rows)
    if (const BenchRow* other = find(others, r.key()))
      fmt::print("{:<10}{:<7}{:<12}{:<13}{:>3} MLUPS x {:.2f}, part of the limit x {:.2f}, memory x {:.2f}\n",
                 r.lumen, r.velocity_set, r.collision, r.precision, r.threads, r.mlups / other->mlups,
                 other->fraction() > 0 ? r.fraction() / other->fraction() : 0, r.memory / other->memory);
}

void execute(Arguments a) {
  BenchSettings& s = a.settings;
  s.collisions = chosen<Collision>(a.collisions, collision_names);
  s.velocity_sets = chosen<VelocitySet>(a.velocity_sets, velocity_set_names);
  s.precisions = chosen<Precision>(a.precisions, precision_names);
  s.backend = chosen<BackendKind>({a.backend}, backend_names)[0];
  s.steps += s.steps % 2;
  const std::vector<BenchRow> others = a.vs.empty() ? std::vector<BenchRow>{} : read_bench(a.vs);
  const int most = a.threads > 0 ? a.threads : default_threads();
  s.threads = s.backend == BackendKind::cpu ? thread_counts(most) : std::vector<int>{most};
  fmt::print("{:<10}{:<7}{:<12}{:<13}{:>3} {:>8} {:>6} {:>8} {:>8} {:>8} {:>7} {:>7}\n", "lumen", "set",
             "collision", "precision", "thr", "M cells", "fill %", "MLUPS", "limit", "part", "B/step",
             "B/cell");
  const std::vector<BenchRow> rows = run_bench(s, print_row);
  fmt::print(
      "\nMLUPS: million fluid cells per second, mean over {} steps. limit: what an in-place update of 19 "
      "streams reaches "
      "at\nB/step bytes per cell, measured before and after each row. B/cell: memory in all per fluid "
      "cell.\n\n",
      s.steps);
  print_ratios(rows);
  if (!a.vs.empty()) compare(rows, others, a.vs);
  if (!a.output.empty()) write_file(a.output, bench_json(rows));
}

std::vector<std::string> texts(const auto& names) {
  return {names.begin(), names.end()};
}

}  // namespace

void add_bench_command(CLI::App& program) {
  const auto a = std::make_shared<Arguments>();
  CLI::App* command =
      program.add_subcommand("bench", "Measure how fast the solver is here, against what the memory allows");
  command->footer(
      "Nothing else should run on the machine. docs/performance.md explains the figures.\n\n"
      "Examples:\n"
      "  soleus bench --output before.json\n"
      "  soleus bench --lumen tree --collision trt,regularized --vs before.json");
  const auto list = [&](const std::string& name, std::vector<std::string>& value, const std::string& text,
                        const std::vector<std::string>& names) {
    command->add_option(name, value, text)
        ->delimiter(',')
        ->check(CLI::IsMember(names))
        ->type_name("NAME,...");
  };
  list("--lumen", a->settings.lumens,
       "Which lumens; without it all of box, pipe, tree, rigid, moving, compliant", texts(bench_lumens));
  list("--collision", a->collisions, "Collision operators", texts(collision_names));
  list("--velocity-set", a->velocity_sets, "Velocity sets", texts(velocity_set_names));
  list("--precision", a->precisions, "Precisions", texts(precision_names));
  command->add_option("-b,--backend", a->backend, "Where the solver runs")
      ->check(CLI::IsMember(texts(backend_names)))
      ->type_name("NAME");
  command->add_option("-d,--device", a->settings.device, "CUDA device")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command->add_option("-t,--threads", a->threads, "Most CPU threads; 1, 2, 4 ... up to it are measured")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command->add_option("--steps", a->settings.steps, "Steps to take the mean over")
      ->check(CLI::Range(2, 1000000))
      ->type_name("N");
  command->add_option("--shrink", a->settings.shrink, "Divide the lumens' lengths by this, for a quick look")
      ->check(CLI::Range(1, 16))
      ->type_name("N");
  command->add_option("-o,--output", a->output, "Write the figures as JSON")->type_name("FILE");
  command->add_option("--vs", a->vs, "Print ratios to the figures in this file")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command->callback([a] { execute(*a); });
}

}  // namespace soleus
