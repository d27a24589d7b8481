// Runs side by side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vtkDataArray.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkXMLPolyDataReader.h>

#include <algorithm>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/offscreen_display.hpp"
#include "postprocess/compare.hpp"
#include "postprocess/wall_difference.hpp"
#include "solver_cuda/output/field_writer.hpp"
#include "tests/postprocess/picture.hpp"
#include "tests/postprocess/synthetic_run.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNan;
using ::testing::Not;

/// A run with one valve, of which so much falls back for so long.
ComparedRun run_of(const std::string& name, double back_m3, double reflux_s, double dx_m = 0.5e-3) {
  ComparedRun run{name, {}, breathing_flow({}), {}};
  run.flow.numbers["dx_m"] = dx_m;
  Cycle cycle = measure(run.flow).cycles.back();
  ValveMetrics& valve = cycle.valves["popliteal"];
  valve.forward_m3 = 10e-6, valve.regurgitant_m3 = back_m3, valve.regurgitant_fraction = back_m3 / 10e-6;
  valve.reflux_time_s = reflux_s;
  run.figures = clinical_figures(cycle);
  return run;
}

const ClinicalFigure& figure(const ComparedRun& run, const std::string& name) {
  return *std::ranges::find(run.figures, name, &ClinicalFigure::name);
}

TEST(ClinicalFigures, AreInTheUnitsOfTheClinic) {
  const ComparedRun run = run_of("reflux", 7.4e-6, 0.78);
  const ClinicalFigure &fraction = figure(run, "regurgitant_fraction"), &time = figure(run, "reflux_time"),
                       &ejected = figure(run, "ejected_volume");
  EXPECT_EQ(title(fraction), "Regurgitant fraction, popliteal");
  EXPECT_EQ(shown(fraction, *fraction.value), "74");
  EXPECT_EQ(fraction.unit, "%");
  EXPECT_EQ(shown(ejected, *ejected.value), "10");
  EXPECT_EQ(usual(time), "up to 1");  // of a popliteal vein
  EXPECT_EQ(usual(fraction), "");
}

TEST(Comparison, HasDifferencesToTheBaseline) {
  const std::vector<ComparedRun> runs{run_of("reflux", 7.4e-6, 1.3), run_of("repaired", 0.9e-6, 0.06)};
  const std::string table = comparison_table(runs);
  EXPECT_THAT(table, ::testing::ContainsRegex("Regurgitant fraction, popliteal +% +74 +9 +-65"));
  EXPECT_THAT(table, ::testing::ContainsRegex("Reflux time, popliteal +s +1\\.3 +0\\.06 +-1\\.24 +up to 1"));
  const std::string said = comparison_summary(runs);
  EXPECT_THAT(
      said,
      HasSubstr(
          "Regurgitant fraction, popliteal: 74 % in reflux; 9 % in repaired (65 percentage points less).\n"));
  EXPECT_THAT(said, HasSubstr("Usual in health: up to 1 s (Labropoulos et al., J Vasc Surg 2003).\n"));
  EXPECT_THAT(said, HasSubstr("not advice"));
  for (const char* advice : {"should", "recommend", "better", "worse"})
    EXPECT_THAT(said, Not(HasSubstr(advice)));
}

TEST(Comparison, LeavesOutWhatARunDoesNotGive) {
  ComparedRun without = run_of("absent", 9e-6, 2);
  std::erase_if(without.figures, [](const ClinicalFigure& f) { return f.name == "reflux_time"; });
  const std::vector<ComparedRun> runs{run_of("reflux", 7.4e-6, 1.3), without};
  EXPECT_THAT(comparison_table(runs),
              ::testing::ContainsRegex("Reflux time, popliteal +s +1\\.3 +- +- +up to 1"));
}

/// First order: twice as coarse, the error of the finer run is what they differ by.
TEST(Comparison, TwoResolutionsTellHowFarAFigureMayBeOff) {
  const std::vector<ComparedRun> runs =
      pair_resolutions({run_of("reflux", 7e-6, 1, 0.8e-3), run_of("reflux", 7.4e-6, 1, 0.4e-3),
                        run_of("repaired", 1e-6, 0.1, 0.4e-3)});
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].name, "reflux");
  const ClinicalFigure& fraction = figure(runs[0], "regurgitant_fraction");
  EXPECT_NEAR(*fraction.value, 0.74, 1e-12);
  EXPECT_NEAR(*uncertainty(runs[0], fraction), 0.04, 1e-12);
  EXPECT_FALSE(uncertainty(runs[1], fraction));
  EXPECT_THAT(comparison_table(runs), HasSubstr("74 +- 4"));
}

TEST(Comparison, RefusesTwoRunsOfACaseThatDoNotDiffer) {
  try {
    pair_resolutions({run_of("reflux", 7e-6, 1), run_of("reflux", 7e-6, 1)});
    FAIL() << "no error";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), HasSubstr("two of the runs are 'reflux' with the same solver.dx"));
  }
}

TEST(Comparison, RefusesAFolderWithoutARun) {
  EXPECT_THROW(read_run("/nonexistent"), InputError);
}

/// Two flat walls 1 mm apart; on the second one the stress is 0.2 + x / m.
class WallDifference : public ::testing::Test {
 protected:
  fs::path folder = fs::temp_directory_path() / ("soleus_compare_" + std::to_string(::getpid()));
  void TearDown() override { fs::remove_all(folder); }

  ComparedRun wall(const std::string& name, double height_m, double slope) {
    Surface s;
    for (int k = 0; k < 4; ++k) s.points_m.push_back({k % 2 * 0.1, k / 2 * 0.1, height_m});
    s.triangles = {{0, 1, 2}, {1, 3, 2}};
    WallFrame frame{.surface = &s};
    for (const Vec3& x : s.points_m) frame.time_averaged_shear_pa.push_back(float(0.2 + slope * x.x));
    frame.oscillation = frame.residence_1_pa = frame.transverse_pa = frame.time_averaged_shear_pa;
    SeriesWriter(folder / name, "wall_mean", {}).write(frame);
    ComparedRun run{name, folder / name, breathing_flow({}), {}};
    run.flow.wall_means = "wall_mean.pvd";
    return run;
  }
};

std::vector<double> values(const fs::path& file, const std::string& name) {
  vtkNew<vtkXMLPolyDataReader> reader;
  reader->SetFileName(file.c_str());
  reader->Update();
  vtkDataArray* array = reader->GetOutput()->GetPointData()->GetArray(name.c_str());
  std::vector<double> all;
  for (vtkIdType n = 0; array && n < array->GetNumberOfTuples(); ++n)
    all.push_back(array->GetComponent(n, 0));
  return all;
}

TEST_F(WallDifference, IsFoundAtTheNearestPointOfTheOtherWall) {
  const ComparedRun before = wall("before", 0, 0), after = wall("after", 1e-3, 1);
  fs::create_directories(folder / "out");
  write_wall_difference(before, after, folder / "out");
  const fs::path file = folder / "out/wall_difference_after.vtp";
  EXPECT_THAT(
      values(file, "difference_of_time_averaged_wall_shear_stress"),
      ElementsAre(DoubleNear(0, 1e-7), DoubleNear(0.1, 1e-7), DoubleNear(0, 1e-7), DoubleNear(0.1, 1e-7)));
  EXPECT_THAT(values(file, "distance"), Each(DoubleNear(1e-3, 1e-8)));
  const OffscreenDisplay display;
  if (!display.available()) GTEST_SKIP() << "SKIPPED: no picture, " << display.reason();
  const Picture picture = look_at(fs::path(file).replace_extension(".png"));
  EXPECT_EQ(picture.width, 1600);
  EXPECT_GT(picture.coloured, 0.02);
}

TEST_F(WallDifference, IsUnknownWhereTheWallsAreApart) {
  const ComparedRun before = wall("before", 0, 0), after = wall("after", 3e-3, 1);
  fs::create_directories(folder / "out");
  write_wall_difference(before, after, folder / "out");
  EXPECT_THAT(values(folder / "out/wall_difference_after.vtp", "difference_of_oscillatory_shear_index"),
              Each(IsNan()));
}

}  // namespace
}  // namespace soleus
