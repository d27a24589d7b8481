// The script that a user opens in ParaView gives a picture of all three fields.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "pipeline/base/offscreen_display.hpp"
#include "postprocess/report.hpp"
#include "tests/postprocess/picture.hpp"
#include "tests/postprocess/synthetic_fields.hpp"
#include "tests/postprocess/synthetic_run.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

class OpenInParaView : public ::testing::Test {
 protected:
  fs::path run = fs::temp_directory_path() / ("soleus_paraview_" + std::to_string(::getpid()));
  std::string log;

  void TearDown() override { fs::remove_all(run); }

  /// Exit status of pvbatch with the report's script; `log` gets what it printed.
  int pvbatch(const std::string& arguments) {
    const std::string modules = PARAVIEW_PYTHON;
    const std::string environment =
        modules.empty() ? "" : "PYTHONPATH=" + modules + "${PYTHONPATH:+:$PYTHONPATH} ";
    const fs::path output = run / "log.txt";
    const int status =
        std::system((environment + PVBATCH + " " + arguments + " > " + output.string() + " 2>&1").c_str());
    std::ifstream in(output);
    log.assign(std::istreambuf_iterator<char>(in), {});
    return status;
  }

  /// Why ParaView cannot be run here; empty if it can.
  std::string missing() {
    if (std::string(PVBATCH).empty()) return "pvbatch not found; scripts/paraview.sh installs ParaView";
    fs::create_directories(run);
    std::ofstream(run / "probe.py") << "import paraview.simple\n";
    if (pvbatch((run / "probe.py").string()) != 0)
      return "pvbatch has no module paraview.simple: see postprocess/README.md, then set "
             "SOLEUS_PARAVIEW_PYTHON";
    return "";
  }
};

TEST_F(OpenInParaView, ShowsVelocityPressureAndWallShearStress) {
  const OffscreenDisplay display;
  if (!display.available()) GTEST_SKIP() << display.reason();
  if (const std::string reason = missing(); !reason.empty()) GTEST_SKIP() << "NOT TESTED: " << reason;
  write_fields({}, run);
  report(breathing_flow({}), run / "solve", run / "report");
  const fs::path picture = run / "picture.png";

  ASSERT_EQ(pvbatch(fmt::format("{} --screenshot {} --time 0.25",
                                (run / "report" / "open_in_paraview.py").string(), picture.string())),
            0)
      << log;

  ASSERT_TRUE(fs::exists(picture)) << log;
  const Picture whole = look_at(picture);
  EXPECT_EQ(whole.width, 1800);
  EXPECT_EQ(whole.height, 1000);
  for (int panel = 0; panel < 3; ++panel) {
    const Picture p = look_at(picture, panel / 3.0, (panel + 1) / 3.0);
    EXPECT_GT(p.drawn, 0.05) << "panel " << panel;
    EXPECT_LT(p.drawn, 0.5) << "panel " << panel;
    EXPECT_GT(p.coloured, 0.02) << "panel " << panel;
    EXPECT_GE(p.hues, 3) << "panel " << panel;
  }
}

TEST_F(OpenInParaView, SaysWhichFileIsMissing) {
  const OffscreenDisplay display;
  if (!display.available()) GTEST_SKIP() << display.reason();
  if (const std::string reason = missing(); !reason.empty()) GTEST_SKIP() << "NOT TESTED: " << reason;
  report(breathing_flow({}), run / "solve", run / "report");

  pvbatch((run / "report" / "open_in_paraview.py").string());

  EXPECT_NE(log.find((run / "solve" / "volume.pvd").string() + ": no such file."), std::string::npos) << log;
}

}  // namespace
}  // namespace soleus
