// The files of a report: complete, readable back, and pictures with something on them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/offscreen_display.hpp"
#include "postprocess/metrics_file.hpp"
#include "postprocess/report.hpp"
#include "tests/postprocess/picture.hpp"
#include "tests/postprocess/synthetic_run.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Report : public ::testing::Test {
 protected:
  fs::path run = fs::temp_directory_path() / ("soleus_report_" + std::to_string(::getpid()));
  void TearDown() override { fs::remove_all(run); }
};

json metrics_of(const Flow& flow) {
  return json::parse(metrics_json(flow, measure(flow)));
}

TEST(MetricsFile, JsonHasEveryFigureWithItsUnit) {
  const json last = metrics_of(breathing_flow({})).at("last_cycle");

  for (const auto& [name, unit] : std::map<std::string, std::string>{{"ejected_volume", "m3"},
                                                                     {"ejection_fraction", "1"},
                                                                     {"lumen_volume_max", "m3"},
                                                                     {"peak_velocity", "m/s"},
                                                                     {"wall_shear_stress_p95", "Pa"},
                                                                     {"mass_imbalance", "kg"},
                                                                     {"volume_imbalance", "m3"}}) {
    EXPECT_EQ(last.at(name).at("unit"), unit) << name;
    EXPECT_TRUE(last.at(name).at("value").is_number()) << name;
  }
  EXPECT_NEAR(last["ejected_volume"]["value"].get<double>(), 10e-6, 1e-9);
  EXPECT_NEAR(last["openings"]["tibial_inlet"]["pressure_mean"]["value"].get<double>(), 1200, 1e-6);
}

TEST(MetricsFile, JsonSaysWhereItComesFrom) {
  const json m = metrics_of(breathing_flow({}));

  EXPECT_EQ(m.at("format"), "soleus metrics");
  EXPECT_EQ(m.at("version"), 1);
  EXPECT_EQ(m.at("run").at("case"), "calf");
  EXPECT_EQ(m.at("run").at("case_hash"), "1f00");
  EXPECT_EQ(m.at("run").at("program"), "soleus 0.1.0");
  EXPECT_EQ(m.at("run").at("backend"), "cpu");
  EXPECT_EQ(m.at("credibility").at("tau").at("value"), 0.51);
  EXPECT_EQ(m.at("credibility").at("tau").at("acceptable"), true);
  EXPECT_TRUE(m.at("credibility").at("cells_across").at("value").is_null());
}

TEST(MetricsFile, JsonGivesTheSeriesBackExactly) {
  const Flow flow = breathing_flow({});

  const json series = metrics_of(flow).at("series");

  EXPECT_EQ(series["time"]["values"].get<std::vector<double>>(), flow.series.time_s);
  EXPECT_EQ(series["flow"]["tibial_inlet"]["values"].get<std::vector<double>>(),
            flow.series.columns.at("flow_tibial_inlet_m3_s"));
  EXPECT_EQ(series["flow"]["tibial_inlet"]["unit"], "m3/s");
  EXPECT_EQ(series["pressure"]["popliteal_outlet"]["unit"], "Pa");
  EXPECT_EQ(series["fluid_mass"]["unit"], "kg");
  EXPECT_EQ(series["peak_velocity"]["unit"], "m/s");
  EXPECT_EQ(series["max_mach"]["unit"], "1");
}

TEST(MetricsFile, CsvHasOneValuePerRow) {
  const Flow flow = breathing_flow({});
  std::istringstream csv(metrics_csv(flow, measure(flow)));
  std::string row;
  std::getline(csv, row);
  ASSERT_EQ(row, "kind,cycle,time_s,quantity,opening,unit,value,case_hash,program");

  std::size_t series = 0;
  std::set<std::string> rows;
  while (std::getline(csv, row)) {
    EXPECT_EQ(std::count(row.begin(), row.end(), ','), 8) << row;
    series += row.starts_with("series,");
    rows.insert(row);
  }

  EXPECT_EQ(series, 13u * 801u);
  EXPECT_THAT(rows, Contains("figure,2,,swept_volume,,m3,1e-05,1f00,soleus 0.1.0"));
  EXPECT_THAT(rows, Contains("series,1,0.5,lumen_volume,,m3,1.5e-05,1f00,soleus 0.1.0"));
  EXPECT_THAT(rows, Contains("series,2,2,pressure,tibial_inlet,Pa,1200,1f00,soleus 0.1.0"));
  EXPECT_THAT(rows, Contains("credibility,,,tau,,1,0.51,1f00,soleus 0.1.0"));
}

TEST_F(Report, PlotsAreDrawn) {
  const OffscreenDisplay display;
  if (!display.available()) GTEST_SKIP() << "NOT TESTED: " << display.reason();

  report(breathing_flow({}), run / "solve", run / "report");

  // Hues that the palette gives the curves: blue; blue and vermilion.
  const std::map<std::string, int> hues{
      {"flows", 2}, {"pressures", 2}, {"lumen_volume", 1}, {"peak_velocity", 1}, {"volume_balance", 2}};
  for (const auto& [name, expected] : hues) {
    const Picture p = look_at(run / "report" / (name + ".png"));
    EXPECT_EQ(p.width, 1600) << name;
    EXPECT_EQ(p.height, 900) << name;
    EXPECT_EQ(p.texts,
              (std::map<std::string, std::string>{{"case_hash", "1f00"}, {"program", "soleus 0.1.0"}}))
        << name;
    EXPECT_GE(p.hues, expected) << name;
    EXPECT_GT(p.coloured, 0.002) << name;
    EXPECT_GT(p.drawn, 0.2) << name << ": the contractions are tinted";
    EXPECT_LT(p.drawn, 0.6) << name;
  }
  EXPECT_GT(look_at(run / "report" / "wall_shear_stress.png").coloured, 0.1)
      << "the band of percentiles is filled";
}

TEST_F(Report, MapsOfAnElasticVeinAreDrawn) {
  const OffscreenDisplay display;
  if (!display.available()) GTEST_SKIP() << "NOT TESTED: " << display.reason();
  Flow flow = breathing_flow({});
  VeinMap& map = flow.vein_map.emplace();
  for (int k = 0; k < 30; ++k) map.branch.push_back(k / 10), map.abscissa_m.push_back(0.01 * k);
  for (int t = 0; t < 20; ++t) {
    map.time_s.push_back(0.05 * t);
    for (int k = 0; k < 30; ++k) {
      const auto wave = static_cast<float>(std::sin(0.3 * t + 0.2 * k));
      map.area_m2.push_back(1e-5F * (2 + wave)), map.area_rate_m2_s.push_back(0);
      map.pressure_pa.push_back(1000 * wave), map.flow_m3_s.push_back(1e-6F * wave);
    }
  }

  report(flow, run / "solve", run / "report");

  for (const char* name : {"vein_map_0.png", "vein_map_1.png", "vein_map_2.png"}) {
    const Picture p = look_at(run / "report" / name);
    EXPECT_EQ(p.width, 1600) << name;
    EXPECT_GT(p.coloured, 0.5) << name;
    EXPECT_GE(p.hues, 3) << name;
  }
  EXPECT_FALSE(fs::exists(run / "report" / "vein_map_3.png"));
}

TEST_F(Report, HasMetricsAndAScriptThatKnowsItsRun) {
  const Flow flow = breathing_flow({});

  report(flow, run / "solve", run / "report");

  EXPECT_EQ(text_of(run / "report" / "metrics.json"), metrics_json(flow, measure(flow)));
  EXPECT_EQ(text_of(run / "report" / "metrics.csv"), metrics_csv(flow, measure(flow)));
  EXPECT_THAT(text_of(run / "report" / "open_in_paraview.py"),
              HasSubstr("# Case calf (1f00), soleus 0.1.0.\nSOLVE = \"../solve\"\nVOLUME = "
                        "\"volume.pvd\"\nWALL = \"wall.pvd\"\n"));
}

TEST_F(Report, OfARunWithoutOpeningsOrWall) {
  Flow flow;
  flow.series.time_s = {0, 1, 2};
  flow.series.columns["peak_velocity_m_s"] = {0, 0.1, 0.2};

  report(flow, run / "solve", run / "report");

  const json m = json::parse(text_of(run / "report" / "metrics.json"));
  EXPECT_EQ(m["window"], "whole run");
  EXPECT_EQ(m["last_cycle"]["peak_velocity"]["value"], 0.2);
  EXPECT_FALSE(m["last_cycle"].contains("ejected_volume"));
  EXPECT_FALSE(fs::exists(run / "report" / "flows.png"));
  EXPECT_THAT(text_of(run / "report" / "open_in_paraview.py"), HasSubstr("VOLUME = \"\""));
}

TEST_F(Report, FolderBelowAFileIsRefused) {
  const fs::path file = fs::temp_directory_path() / ("soleus_not_a_folder_" + std::to_string(::getpid()));
  std::ofstream(file) << "text";

  try {
    report(breathing_flow({}), file, file / "report");
    FAIL() << "a folder below a file cannot exist";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), HasSubstr((file / "report").string() + ": the output folder cannot be written"));
  }
  fs::remove(file);
}

}  // namespace
}  // namespace soleus
