// A run that is stopped or killed goes on from its last checkpoint and ends with the bytes that it would have
// ended with. By the real program, over the emulated CUDA runtime too.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "pipeline/base/files.hpp"
#include "tests/app/program.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::Outcome;
using test::Program;
using test::TemporaryFolder;

/// A case of configs/verification, small, or one whose text is given; both volume and wall are written.
struct Settings {
  std::string name;
  std::vector<std::string> set;
  std::string variant{}, text{};
};

/// A vein as a patient's: a surface, with distances sampled at its nodes, that closes like a ring.
const std::string vein = R"(case: {name: vein}
geometry: {surface: pipe/mesh/lumen.vtp, surface_unit: 1 m, edge_length: 1.5 mm}
fluid: {density: 1060 kg/m3, viscosity: 3.5 mPa s}
wall:
  motion: tube_law
  cross_section: two_lobed
  tube_law: {vein: deep, area_ratio_max: 1.3}
  muscles:
    - {name: soleus, pressure: 9 kPa, waveform: {kind: sine, period: 40 ms, offset: 0.5, amplitude: 0.5}}
openings:
  - {name: below, near: 0 0 -15 mm, kind: pressure, pressure: 1 kPa, passage: in}
  - {name: above, near: 0 0 15 mm, kind: pressure, pressure: 1 kPa}
solver: {dx: 1 mm, dt: 60 us, end_time: 16 ms, max_velocity: 1 m/s}
output: {interval: 4 ms, series_interval: 0.5 ms, probes: [{name: middle, abscissa: 15 mm}]}
)";

/// Makes what the text of a case needs.
fs::path case_file(const Settings& s, const fs::path& folder) {
  if (s.text.empty()) return fs::path(SOLEUS_SOURCE) / "configs/verification" / (s.name + ".yaml");
  const fs::path file = folder / "case.yaml";
  if (fs::exists(file)) return file;
  write_file(folder / "pipe.yaml", test::small_case);
  const Outcome mesh = test::soleus(
      folder, {"mesh", "pipe.yaml", "--output", "pipe", "--set", "geometry.analytic.radius=5 mm", "--set",
               "geometry.analytic.length=30 mm", "--set", "geometry.edge_length=1.5 mm"});
  if (mesh.exit_code != 0) throw std::runtime_error(mesh.err);
  write_file(file, s.text);
  return file;
}

/// Without `every` it saves its state whenever it can.
std::vector<std::string> arguments(const TemporaryFolder& folder, const Settings& s, const std::string& run,
                                   const std::string& every = "0 s") {
  std::vector<std::string> all{"solve",
                               case_file(s, folder.path).string(),
                               "--output",
                               run,
                               "--threads",
                               "2",
                               "--backend",
                               SOLEUS_BACKEND,
                               "--checkpoint-every",
                               every};
  for (const char* set : {"output.volume=true", "output.wall=true", "output.fields=[velocity, pressure]"})
    all.insert(all.end(), {"--set", set});
  for (const std::string& set : s.set) all.insert(all.end(), {"--set", set});
  return all;
}

json note_of(const fs::path& run) {
  return json::parse(read_file(run / ".solve.partial/checkpoint.json"), nullptr, false);
}

/// Waits until a run has saved its state after `step`; whether it has.
bool saved_after(const fs::path& run, std::int64_t step) {
  for (int tries = 0; tries < 60000 && !fs::exists(run / "solve"); ++tries) {
    if (fs::exists(run / ".solve.partial/checkpoint.json")) try {
        if (note_of(run).at("step") > step) return true;
      } catch (const std::exception&) {
        // replaced or removed while it was read
      }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

/// Every file of a stage by name, but what tells when and how fast it was made.
std::map<std::string, std::string> results(const fs::path& stage) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(stage)) {
    const std::string name = entry.path().lexically_relative(stage).generic_string();
    if (entry.is_regular_file() && name != "manifest.json") all[name] = read_file(entry.path());
  }
  json flow = json::parse(all.at("flow.json"));
  for (const char* timed : {"wall_time_s", "mlups"}) flow.at("numbers").erase(timed);
  all["flow.json"] = flow.dump();
  return all;
}

void expect_the_same(const fs::path& run, const fs::path& other) {
  const auto a = results(run / "solve"), b = results(other / "solve");
  EXPECT_GT(a.size(), 4u);
  for (const auto& [name, bytes] : a) EXPECT_TRUE(b.contains(name) && b.at(name) == bytes) << name;
  EXPECT_EQ(a.size(), b.size());
}

struct Checkpoint : testing::TestWithParam<Settings> {};

/// Killed twice: the second time by a run that had gone on itself.
TEST_P(Checkpoint, LetsAKilledRunEndWithTheSameBytes) {
  const TemporaryFolder folder;
  const Settings& s = GetParam();
  const Outcome whole = test::soleus(folder.path, arguments(folder, s, "whole", "1 h"));  // saves none
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  const double steps =
      json::parse(read_file(folder.path / "whole/solve/flow.json")).at("numbers").at("steps");
  std::int64_t from = 0;
  for (const double part : {0.2, 0.6}) {
    const Program program(folder.path, arguments(folder, s, "killed"));
    ASSERT_TRUE(saved_after(folder.path / "killed", static_cast<std::int64_t>(part * steps)))
        << program.output_so_far();
    program.kill();
    EXPECT_EQ(program.wait().exit_code, 128 + SIGKILL);
    const std::int64_t at = note_of(folder.path / "killed").at("step");
    EXPECT_GT(at, from);
    from = at;
  }
  const Outcome rest = test::soleus(folder.path, arguments(folder, s, "killed"));
  ASSERT_EQ(rest.exit_code, 0) << rest.err;
  EXPECT_NE(rest.err.find(fmt::format("goes on from step {}", from)), std::string::npos) << rest.err;
  expect_the_same(folder.path / "whole", folder.path / "killed");
  EXPECT_FALSE(fs::exists(folder.path / "killed/.solve.partial"));
}

const std::vector<Settings> cases{
    {"driven-pipe", {"solver.end_time=0.08 s", "output.interval=20 ms"}},
    {"calf-pump", {"solver.end_time=8 ms", "output.interval=2 ms", "output.series_interval=0.4 ms"}},
    {"contracting-tube",
     {"solver.end_time=0.08 s", "solver.dx=2 mm", "solver.dt=1 ms", "scalar.diffusivity=1e-5 m2/s",
      "scalar.initial=1", "scalar.inflow=0.5", "scalar.growth=1", "output.interval=20 ms"},
     " with a scalar"},
    {"vein", {}, "", vein},
    {"limb-segment", {"solver.end_time=0.1 s", "output.interval=20 ms", "output.series_interval=5 ms"}},
    {"valve-cycle",
     {"solver.dx=0.85 mm", "solver.dt=40 us", "solver.end_time=4 ms", "output.interval=1 ms",
      "wall.motion=contraction", "wall.squeeze=steady_rate", "wall.area_rate=-200 mm2/s", "wall.ramp=1 ms"},
     " in a vein that is squeezed"},
    {"elastic-sphere",
     {"solver.dx=2 mm", "solver.dt=2 ms", "solver.end_time=0.4 s", "output.interval=0.1 s",
      "sheets.0.form.edge_length=1.6 mm", "sheets.0.form.stretch=1.3 1.2 1.1"}}};

std::string test_name(const testing::TestParamInfo<Settings>& of) {
  return test::as_test_name(of.param.name + of.param.variant);
}

INSTANTIATE_TEST_SUITE_P(Of, Checkpoint, testing::ValuesIn(cases), test_name);

const Settings pump{"calf-pump", {"solver.end_time=8 ms", "output.interval=2 ms"}};

TEST(CheckpointOfAStoppedRun, IsWrittenWhenTheUserAsksToStop) {
  const TemporaryFolder folder;
  std::vector<std::string> rarely = arguments(folder, pump, "run", "1 h");
  rarely.insert(rarely.end(), {"--set", "solver.end_time=1 min"});
  const Program program(folder.path, rarely);
  while (program.output_so_far().find("solve: ") == std::string::npos)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::this_thread::sleep_for(std::chrono::seconds(2));  // the pre-flight's own few steps
  program.interrupt();
  const Outcome stopped = program.wait();
  EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
  EXPECT_NE(stopped.err.find("the same command goes on from its last checkpoint"), std::string::npos)
      << stopped.err;
  EXPECT_TRUE(fs::exists(folder.path / "run/.solve.partial/checkpoint.json"));
}

/// Settings of its own, or --from, begin anew; so does a damaged checkpoint, and says so.
TEST(CheckpointOfAStoppedRun, IsNotUsedForAnotherRun) {
  const TemporaryFolder folder;
  const auto kill_one = [&] {
    const Program program(folder.path, arguments(folder, pump, "run"));
    ASSERT_TRUE(saved_after(folder.path / "run", 20)) << program.output_so_far();
    program.kill();
    program.wait();
  };
  const auto went_on = [&](std::vector<std::string> with) {
    std::vector<std::string> all = arguments(folder, pump, "run");
    all.insert(all.end(), with.begin(), with.end());
    const Outcome outcome = test::soleus(folder.path, all);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.err.find("goes on from step") != std::string::npos;
  };
  kill_one();
  EXPECT_FALSE(went_on({"--set", "fluid.viscosity=19 mPa s"}));
  EXPECT_FALSE(fs::exists(folder.path / "run/.solve.partial"));

  fs::remove_all(folder.path / "run/solve");
  kill_one();
  const fs::path partial = folder.path / "run/.solve.partial",
                 state = partial / note_of(folder.path / "run").at("file").get<std::string>();
  std::string bytes = read_file(state);
  bytes[bytes.size() / 2] ^= 1;
  write_file(state, bytes);
  EXPECT_FALSE(went_on({}));
}

TEST(CheckpointOfAFailingRun, IsTheLastSoundState) {
  const TemporaryFolder folder;
  std::vector<std::string> fails = arguments(folder, pump, "run");
  fails.insert(fails.end(), {"--set", "wall.external_pressure=-300 kPa", "--set", "solver.end_time=1 s"});
  const Outcome outcome = test::soleus(folder.path, fails);
  EXPECT_EQ(outcome.exit_code, 3) << outcome.err;
  const json note = note_of(folder.path / "run");
  EXPECT_GT(note.at("step"), 0);
  EXPECT_FALSE(fs::exists(folder.path / "run/solve"));
}

TEST(CheckpointInterval, IsRefusedWhenItIsNoTime) {
  const TemporaryFolder folder;
  const Outcome outcome = test::soleus(folder.path, arguments(folder, pump, "run", "-1 min"));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("--checkpoint-every -1 min: a run time of zero or more is accepted"),
            std::string::npos)
      << outcome.err;
}

}  // namespace
}  // namespace soleus
