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
  std::string log, modules;

  void TearDown() override { fs::remove_all(run); }

  /// Exit status of pvbatch with these arguments; `log` gets what it printed.
  int pvbatch(const std::string& arguments) {
    const fs::path output = run / "log.txt";
    const int status = std::system(
        fmt::format("PYTHONPATH=$PYTHONPATH:{} pvbatch {} > {} 2>&1", modules, arguments, output.string())
            .c_str());
    std::ifstream in(output);
    log.assign(std::istreambuf_iterator<char>(in), {});
    return status;
  }

  /// Why the script cannot be tried here; empty if it can.
  std::string missing() {
    if (!display.available()) return display.reason();
    fs::create_directories(run);
    const fs::path probe = run / "probe.py";
    std::ofstream(probe) << "import paraview.simple\n";
    // ParaView with modules of its own, or those that scripts/paraview.sh unpacks for Debian's.
    for (const char* folder : {"", "/opt/paraview-python/usr/lib/python3/dist-packages"}) {
      modules = folder;
      if (pvbatch(probe.string()) == 0) return "";
    }
    return "pvbatch cannot import paraview.simple; scripts/paraview.sh installs ParaView. It said: " + log;
  }

  OffscreenDisplay display;
};

TEST_F(OpenInParaView, ShowsVelocityPressureAndWallShearStress) {
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
  if (const std::string reason = missing(); !reason.empty()) GTEST_SKIP() << "NOT TESTED: " << reason;
  report(breathing_flow({}), run / "solve", run / "report");

  pvbatch((run / "report" / "open_in_paraview.py").string());

  EXPECT_NE(log.find((run / "solve" / "volume.pvd").string() + ": no such file."), std::string::npos) << log;
}

}  // namespace
}  // namespace soleus
