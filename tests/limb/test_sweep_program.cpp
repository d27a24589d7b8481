// `soleus sweep` as a user runs it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "pipeline/base/files.hpp"
#include "tests/errors/faulty_run.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string leg = R"(case: {name: leg}
limb:
  protocol:
    - {kind: standing, duration: 5 s}
    - {kind: tiptoe, count: 3}
)";
const std::vector<std::string> pressures{"--vary", "limb.muscle_pressure=60mmHg:180mmHg:3"};

class SweepProgram : public testing::Test {
 protected:
  TemporaryFolder folder;
  void SetUp() override { folder.write("leg.yaml", leg); }

  Outcome sweep(const std::string& file, std::vector<std::string> more) {
    more.insert(more.begin(), {"sweep", file, "-o", "out", "--no-plots"});
    return soleus(folder.path, more);
  }
  std::string refusal(const std::vector<std::string>& more) {
    const Outcome outcome = sweep("leg.yaml", more);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_FALSE(fs::exists(folder.path / "out"));
    return sentences(outcome.err);
  }
  std::vector<std::vector<std::string>> table() {
    std::vector<std::vector<std::string>> rows;
    std::istringstream in(read_file(folder.path / "out/runs.csv"));
    for (std::string line; std::getline(in, line);) {
      rows.emplace_back();
      std::istringstream cells(line);
      for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
    }
    return rows;
  }
};

TEST_F(SweepProgram, MakesATableAndEffectsOfLimbs) {
  const Outcome outcome = sweep("leg.yaml", pressures);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto rows = table();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_THAT(rows[0], testing::Contains("limb.muscle_pressure [mmHg]"));
  EXPECT_THAT(rows[0], testing::Contains("ambulatory_pressure [mmHg]"));
  EXPECT_EQ(rows[2][0], "2");
  EXPECT_EQ(rows[2][1], "finished");
  EXPECT_EQ(rows[2][2], "120");
  EXPECT_THAT(outcome.out, HasSubstr("3 of 3 runs finished, 0 of them earlier; 0 failed\n"));
  EXPECT_THAT(read_file(folder.path / "out/effects.csv"),
              HasSubstr("\nambulatory_pressure,mmHg,limb.muscle_pressure,"));
  EXPECT_FALSE(fs::exists(folder.path / "out/plots"));

  // As the limb alone has it.
  const Outcome one = soleus(
      folder.path, {"limb", "leg.yaml", "--no-plots", "-o", "one", "--set", "limb.muscle_pressure=120 mmHg"});
  ASSERT_EQ(one.exit_code, 0);
  const auto figures = nlohmann::json::parse(read_file(folder.path / "one/figures.json"))["figures"];
  const auto column = std::ranges::find(rows[0], "ambulatory_pressure [mmHg]") - rows[0].begin();
  EXPECT_NEAR(std::stod(rows[2][std::size_t(column)]), figures["ambulatory_pressure"]["value"].get<double>(),
              1e-8);
}

TEST_F(SweepProgram, RunsAgainOnlyWhatIsMissing) {
  ASSERT_EQ(sweep("leg.yaml", pressures).exit_code, 0);
  const std::string before = read_file(folder.path / "out/runs.csv");
  fs::remove(folder.path / "out/runs/0002.json");
  const auto kept = fs::last_write_time(folder.path / "out/runs/0003.json");

  const Outcome again = sweep("leg.yaml", pressures);
  EXPECT_THAT(again.out, HasSubstr("3 of 3 runs finished, 2 of them earlier;"));
  EXPECT_EQ(fs::last_write_time(folder.path / "out/runs/0003.json"), kept);
  EXPECT_EQ(read_file(folder.path / "out/runs.csv"), before);

  // Other settings under the same numbers count for nothing.
  const Outcome other = sweep("leg.yaml", {"--vary", "limb.muscle_pressure=60mmHg:200mmHg:3"});
  EXPECT_THAT(other.out, HasSubstr("3 of 3 runs finished, 1 of them earlier;"));
}

TEST_F(SweepProgram, GoesOnAfterAnInterrupt) {
  const std::vector<std::string> all{"sweep", "leg.yaml",   "-o",
                                     "out",   "--no-plots", "--jobs",
                                     "1",     "--vary",     "limb.muscle_pressure=60mmHg:180mmHg:60"};
  const Program program(folder.path, all);
  for (int i = 0; i < 20000 && !fs::exists(folder.path / "out/runs/0002.json"); ++i) ::usleep(2000);
  program.interrupt();
  EXPECT_EQ(program.wait().exit_code, 130);
  EXPECT_FALSE(fs::exists(folder.path / "out/runs/0060.json"));

  const Outcome rest = soleus(folder.path, all);
  EXPECT_EQ(rest.exit_code, 0) << rest.err;
  EXPECT_THAT(rest.out, HasSubstr("60 of 60 runs finished, "));
  EXPECT_THAT(rest.out, testing::Not(HasSubstr(" 0 of them earlier")));
}

TEST_F(SweepProgram, SamplesWithoutAGrid) {
  for (const char* design : {"sobol", "latin-hypercube"}) {
    const Outcome outcome =
        sweep("leg.yaml", {"--vary", "limb.paths.popliteal.leak=0.001:0.5:log", "--vary",
                           "limb.height=1.5m:1.9m", "--samples", "5", "--design", design});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(table().size(), 6u);
  }
}

TEST_F(SweepProgram, TellsARunThatFailsAndGoesOn) {
  folder.write("pipe.yaml", small_case);
  // A litre a second through a pipe of 4 mm is refused when the run begins.
  const Outcome outcome = sweep("pipe.yaml", {"--vary", "solver.end_time=1ms:2ms:2", "--vary",
                                              "openings.inlet.flow=60mL/min:60000mL/min:2", "--jobs", "2"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto rows = table();
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[1][1], "finished");
  EXPECT_EQ(rows[2][1], "failed");
  EXPECT_THAT(outcome.out, HasSubstr("run 2 failed: "));
  EXPECT_THAT(outcome.out, HasSubstr("2 of 4 runs finished, 0 of them earlier; 2 failed\n"));
  EXPECT_TRUE(fs::exists(folder.path / "out/runs/0001/report/metrics.json"));
  EXPECT_TRUE(fs::exists(folder.path / "out/runs/0002/sweep.log"));
}

TEST_F(SweepProgram, WritesAJobArrayWhoseTasksMakeTheSameTable) {
  ASSERT_EQ(sweep("leg.yaml", pressures).exit_code, 0);
  const std::string expected = read_file(folder.path / "out/runs.csv");
  fs::remove_all(folder.path / "out");

  std::vector<std::string> slurm = pressures;
  slurm.emplace_back("--slurm");
  const Outcome written = sweep("leg.yaml", slurm);
  ASSERT_EQ(written.exit_code, 0) << written.err;
  EXPECT_THAT(written.out, HasSubstr("sweep.sbatch holds a job array of 3 runs; submit it with: sbatch "));
  const fs::path script = folder.path / "out/sweep.sbatch";
  EXPECT_THAT(read_file(script), HasSubstr("\n#SBATCH --array=1-3%"));
  EXPECT_FALSE(fs::exists(folder.path / "out/runs/0001.json"));
  for (const char* task : {"1", "2", "3"}) {
    const std::string command =
        "SLURM_ARRAY_TASK_ID=" + std::string(task) + " bash '" + script.string() + "' 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  const Outcome collected = sweep("leg.yaml", pressures);
  EXPECT_THAT(collected.out, HasSubstr("3 of 3 runs finished, 3 of them earlier;"));
  EXPECT_EQ(read_file(folder.path / "out/runs.csv"), expected);
}

TEST_F(SweepProgram, DrawsATornadoWhereThereIsADisplay) {
  const Outcome outcome =
      soleus(folder.path,
             {"sweep", "leg.yaml", "-o", "out", "--vary", "limb.muscle_pressure=60mmHg:180mmHg:2", "--set",
              "limb.protocol=[{kind: standing, duration: 5 s}, {kind: tiptoe, count: "
              "2}]"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  if (outcome.err.find("no plots") != std::string::npos) GTEST_SKIP() << outcome.err;
  EXPECT_GT(fs::file_size(folder.path / "out/plots/ambulatory_pressure.png"), 20000u);
}

TEST_F(SweepProgram, RefusesWhatMakesNoSweep) {
  EXPECT_EQ(refusal({}),
            "soleus sweep: nothing is varied; give --vary limb.muscle_pressure=40mmHg:200mmHg:5.\n");
  EXPECT_EQ(refusal({"--vary", "limb.height=1.5m:1.9m"}),
            "--vary limb.height=1.5m:1.9m: a grid needs the number of values, KEY=FROM:TO:COUNT; or give "
            "--samples.\n");
  EXPECT_EQ(refusal({"--vary", "limb.height=1.5m:1.9m:3", "--samples", "8"}),
            "--vary limb.height=1.5m:1.9m:3: how many values it has is for the grid; leave it out where "
            "--samples says "
            "how many runs.\n");
  EXPECT_EQ(refusal({"--vary", "limb.height=1.5m:1.9m", "--design", "sobol"}),
            "--design sobol: needs how many runs, for example --samples 32.\n");
  EXPECT_EQ(refusal({"--vary", "limb.height=1.5m:1.9m:3", "--vary", "limb.height=1.5m:1.9m:3"}),
            "--vary limb.height: this key is varied twice; give it one range.\n");
  EXPECT_EQ(refusal({"--vary", "limb.height=1.5m:1.9m:3", "--only", "4"}),
            "--only 4: the sweep has 3 runs.\n");
}

TEST_F(SweepProgram, RefusesKeysAndValuesOfTheLimb) {
  EXPECT_EQ(refusal({"--vary", "limb.hight=1.5m:1.9m:3"}),
            "--vary limb.hight=1.5m:1.9m:3: 'limb.hight' is no number of the section limb; did you mean "
            "'limb.height'?\n");
  EXPECT_THAT(refusal({"--vary", "limb.height=1.5mmHg:1.9mmHg:3"}),
              HasSubstr("'1.5 mmHg' is not a length; write for example 8 mm or 0.8 cm"));
  EXPECT_EQ(refusal({"--vary", "limb.height=1.5m:19m:3"}),
            "--vary limb.height=1.5m:19m:3: limb.height does not take '10.25 m'; at least 1000 mm and "
            "at most 2300 "
            "mm is accepted.\n");
  EXPECT_THAT(refusal({"--vary", "limb.protocol.1.count=2:5:3"}), HasSubstr("'3.5' is no whole number"));
}

TEST_F(SweepProgram, RefusesKeysOfACaseWithALumen) {
  folder.write("leg.yaml", small_case);
  EXPECT_THAT(
      refusal({"--vary", "solver.dxx=0.4mm:0.5mm:2"}),
      HasSubstr("--vary solver.dxx=0.4mm:0.5mm:2: --set: solver.dxx: unknown key. Did you mean 'dx'?"));
}

}  // namespace
}  // namespace soleus::test
