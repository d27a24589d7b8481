// The program from the outside: skipping, planning, overriding, interrupting.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLImageDataReader.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <thread>

#include "pipeline/base/files.hpp"
#include "tests/app/program.hpp"
#include "tests/errors/vein_image.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class ProgramRun : public testing::Test {
 protected:
  TemporaryFolder folder;
  void SetUp() override { folder.write("pipe.yaml", small_case); }
};

TEST_F(ProgramRun, SkipsWhatIsUpToDate) {
  const Outcome first = soleus(folder.path, {"solve", "pipe.yaml"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("mesh: running"));
  EXPECT_THAT(first.out, HasSubstr("solver pre-flight"));
  for (const char* file : {"mesh/manifest.json", "solve/manifest.json", "solve/flow.json", "soleus.log"})
    EXPECT_TRUE(fs::exists(folder.path / "runs/pipe" / file)) << file;

  const Outcome again = soleus(folder.path, {"solve", "pipe.yaml"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("mesh: up to date, skipped"));
  EXPECT_THAT(again.err, HasSubstr("solve: up to date, skipped"));

  const Outcome other = soleus(folder.path, {"solve", "pipe.yaml", "--set", "openings.inlet.flow=30 mL/min"});
  EXPECT_THAT(other.err, HasSubstr("mesh: up to date, skipped"));
  EXPECT_THAT(other.err, HasSubstr("solve: done"));

  const Outcome forced = soleus(folder.path, {"run", "pipe.yaml", "--from", "mesh", "--until", "mesh"});
  EXPECT_THAT(forced.err, HasSubstr("mesh: done"));
  EXPECT_THAT(forced.err, Not(HasSubstr("solve")));
}

/// A text that a field file or a mesh file carries.
template <class Reader>
std::string note(const fs::path& file, const char* name) {
  const auto reader = vtkSmartPointer<Reader>::New();
  reader->SetFileName(file.c_str());
  reader->Update();
  auto* text = vtkStringArray::SafeDownCast(reader->GetOutput()->GetFieldData()->GetAbstractArray(name));
  return text ? std::string(text->GetValue(0)) : "";
}

TEST_F(ProgramRun, ResultsSayWhichCaseAndProgramMadeThem) {
  const auto run_of_metrics = [&] {
    return nlohmann::json::parse(read_file(folder.path / "runs/pipe/report/metrics.json"))["run"];
  };
  ASSERT_EQ(soleus(folder.path, {"run", "pipe.yaml"}).exit_code, 0);

  const auto first = run_of_metrics();
  EXPECT_EQ(first["case"], "pipe");
  EXPECT_EQ(first["program"], "soleus 0.1.0");
  EXPECT_THAT(std::string(first["case_hash"]), testing::MatchesRegex("[0-9a-f]+"));
  const fs::path fields = folder.path / "runs/pipe/solve/volume_00000.vtu";
  EXPECT_EQ(note<vtkXMLUnstructuredGridReader>(fields, "case_hash"), first["case_hash"]);
  EXPECT_EQ(note<vtkXMLUnstructuredGridReader>(fields, "program"), first["program"]);
  EXPECT_THAT(read_file(folder.path / "runs/pipe/report/metrics.csv"),
              HasSubstr(std::string(first["case_hash"]) + ",soleus 0.1.0\n"));

  const std::vector<std::string> renamed{"run",      "pipe.yaml", "--set", "case.name=other",
                                         "--output", "runs/pipe"};
  EXPECT_THAT(soleus(folder.path, renamed).err, HasSubstr("solve: up to date, skipped"));
  EXPECT_EQ(run_of_metrics()["case"], "other");
  EXPECT_EQ(run_of_metrics()["case_hash"], first["case_hash"]);

  ASSERT_EQ(soleus(folder.path, {"run", "pipe.yaml", "--set", "solver.end_time=3 ms"}).exit_code, 0);
  EXPECT_NE(run_of_metrics()["case_hash"], first["case_hash"]);
}

TEST_F(ProgramRun, MeshesSayWhatTheMeshStageMadeThemFrom) {
  const fs::path mesh = folder.path / "runs/pipe/mesh";
  const auto hash_of_lumen = [&] {
    return note<vtkXMLPolyDataReader>(mesh / "lumen.vtp", "mesh_stage_hash");
  };
  ASSERT_EQ(soleus(folder.path, {"mesh", "pipe.yaml"}).exit_code, 0);

  const std::string first = hash_of_lumen();
  EXPECT_EQ(first, nlohmann::json::parse(read_file(mesh / "manifest.json"))["stage_hash"]);
  EXPECT_EQ(note<vtkXMLPolyDataReader>(mesh / "centerlines.vtp", "mesh_stage_hash"), first);
  EXPECT_EQ(note<vtkXMLPolyDataReader>(mesh / "lumen.vtp", "program"), "soleus 0.1.0");

  const auto with = [&](const char* setting) {
    return soleus(folder.path, {"mesh", "pipe.yaml", "--set", setting}).err;
  };
  EXPECT_THAT(with("solver.end_time=3 ms"), HasSubstr("mesh: up to date, skipped"));
  EXPECT_THAT(with("geometry.edge_length=0.7 mm"), HasSubstr("mesh: done"));
  EXPECT_NE(hash_of_lumen(), first);
}

TEST_F(ProgramRun, SegmentWritesTheMotionOfContractedImagesForVtk) {
  folder.write("vein.nrrd", vein_nrrd());
  std::string text = vein_case;
  const std::string image = "image: {file: vein.nrrd}";
  text.replace(text.find(image), image.size(),
               "image: {file: vein.nrrd, cycle: 1 s, contracted: [{file: vein.nrrd, time: 0.4 s}]}");
  folder.write("vein.yaml", text);

  ASSERT_EQ(soleus(folder.path, {"segment", "vein.yaml"}).exit_code, 0);

  const std::filesystem::path made = folder.path / "runs/vein/segmentation";
  const auto motion = nlohmann::json::parse(read_file(made / "motion.json"));
  EXPECT_EQ(motion.at("period_s"), 1);
  EXPECT_TRUE(nlohmann::json::parse(read_file(made / "quality.json")).contains("motion"));
  EXPECT_TRUE(std::filesystem::exists(made / "motion_1.png"));
  const auto reader = vtkSmartPointer<vtkXMLImageDataReader>::New();
  reader->SetFileName((made / "motion_1.vti").c_str());
  reader->Update();
  vtkImageData* frame = reader->GetOutput();
  EXPECT_EQ(frame->GetDimensions()[2], motion.at("grid").at("size")[2]);
  ASSERT_NE(frame->GetPointData()->GetArray("backward_m"), nullptr);
  EXPECT_EQ(frame->GetPointData()->GetArray("forward_m")->GetNumberOfComponents(), 3);
  EXPECT_EQ(frame->GetFieldData()->GetArray("TimeValue")->GetComponent(0, 0), 0.4);
}

TEST_F(ProgramRun, DoesNotOverwriteWhatSomebodyEdited) {
  ASSERT_EQ(soleus(folder.path, {"mesh", "pipe.yaml"}).exit_code, 0);
  const fs::path edited = folder.path / "runs/pipe/mesh/geometry.json";
  write_file(edited, read_file(edited) + "\n");

  const Outcome refused = soleus(folder.path, {"solve", "pipe.yaml"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(
      refused.err,
      HasSubstr("runs/pipe/mesh: geometry.json changed since the mesh stage made it; go on from it with "
                "'--from solve', or remove the folder to make it anew.\n"));

  const Outcome used = soleus(folder.path, {"run", "pipe.yaml", "--from", "solve", "--until", "solve"});
  EXPECT_EQ(used.exit_code, 0);
  EXPECT_THAT(used.err, HasSubstr("mesh: used as it is, with changes in geometry.json"));
}

TEST_F(ProgramRun, DryRunShowsThePlanAndWritesNothing) {
  const Outcome plan = soleus(folder.path, {"run", "pipe.yaml", "--dry-run"});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("mesh      would run\nsolve     would run\nreport    would run\n"));
  for (const char* row : {"fluid cells", "memory", "steps", "time step dt", "relaxation time tau",
                          "Mach number", "expected time"})
    EXPECT_THAT(plan.out, HasSubstr(row));
  EXPECT_FALSE(fs::exists(folder.path / "runs"));
}

/// A pipe of 6 mm with a round bulge of 1.3 diameters over 10 mm in its middle.
std::string bulged_pipe(const std::string& more_of_geometry) {
  std::string stations = "-30 mm", radii = "3 mm";
  for (int i = 0; i <= 10; ++i) {
    const double sine = std::sin(0.1 * std::numbers::pi * i);
    stations += fmt::format(", {} mm", i - 5);
    radii += fmt::format(", {:.4f} mm", 3 * (1 + 0.3 * sine * sine));
  }
  return fmt::format(
      "case: {{name: bulge}}\n"
      "geometry:\n"
      "  edge_length: 0.8 mm\n"
      "  analytic: {{shape: revolved, direction: 0 0 1, stations: [{}, 30 mm], radii: [{}, 3 mm]}}\n"
      "{}"
      "fluid: {{density: 1060 kg/m3, viscosity: 3.5 mPa s}}\n"
      "openings:\n"
      "  - {{name: inlet, end: end, kind: flow, flow: 60 mL/min}}\n"
      "  - {{name: outlet, end: start, kind: pressure}}\n"
      "solver: {{dx: 0.5 mm, end_time: 2 ms}}\n",
      stations, radii, more_of_geometry);
}

TEST_F(ProgramRun, MeshSuggestsValvesThatRunWhenTheyArePasted) {
  folder.write("bulge.yaml", bulged_pipe(""));
  const Outcome found = soleus(folder.path, {"mesh", "bulge.yaml", "--suggest-valves"});
  ASSERT_EQ(found.exit_code, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("  valves:\n    - name: suggested_1\n"));
  EXPECT_THAT(found.out, HasSubstr("in_lumen: true}"));
  EXPECT_EQ(read_file(folder.path / "runs/bulge/suggested-valves.yaml"), found.out);

  folder.write("bulge.yaml", bulged_pipe(found.out));
  const Outcome pasted = soleus(folder.path, {"mesh", "bulge.yaml", "--suggest-valves"});
  EXPECT_EQ(pasted.exit_code, 0) << pasted.err;
  EXPECT_THAT(pasted.err, HasSubstr("valve 'suggested_1': 2 cusps in a vein of 6.0 mm"));
  EXPECT_THAT(pasted.out, HasSubstr("# None was found."));  // but those that are there

  EXPECT_EQ(soleus(folder.path, {"mesh", "bulge.yaml", "--suggest-valves", "--dry-run"}).exit_code, 2);
  EXPECT_EQ(soleus(folder.path, {"solve", "bulge.yaml", "--suggest-valves"}).exit_code, 2);
}

TEST_F(ProgramRun, InterruptKeepsTheEarlierResultAndExits130) {
  ASSERT_EQ(soleus(folder.path, {"solve", "pipe.yaml"}).exit_code, 0);
  const std::string before = read_file(folder.path / "runs/pipe/solve/manifest.json");

  const Program program(folder.path, {"solve", "pipe.yaml", "--set", "solver.end_time=1000 s", "--set",
                                      "output.interval=100 s"});
  for (int i = 0; i < 600 && program.output_so_far().find("steps") == std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  program.interrupt();
  const Outcome outcome = program.wait();

  EXPECT_EQ(outcome.exit_code, 130) << outcome.err;
  EXPECT_THAT(outcome.err, testing::EndsWith("interrupted\n"));
  EXPECT_EQ(read_file(folder.path / "runs/pipe/solve/manifest.json"), before);
  EXPECT_TRUE(fs::exists(folder.path / "runs/pipe/.solve.partial/checkpoint.json"));
}

TEST_F(ProgramRun, InfoNamesVersionsAndDevices) {
  const Outcome info = soleus(folder.path, {"info"});
  EXPECT_EQ(info.exit_code, 0);
  for (const char* name : {"version", "ITK", "VTK", "compiler", "threads", "CUDA device"})
    EXPECT_THAT(info.out, HasSubstr(name));
}

TEST_F(ProgramRun, EveryCommandHasHelp) {
  for (const char* command : {"run", "segment", "mesh", "solve", "report", "validate", "phantom", "info",
                              "limb", "calibrate", "sweep", "bench", "schema", "docs"}) {
    const Outcome help = soleus(folder.path, {command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_GT(help.out.size(), 100u) << command;
  }
}

TEST_F(ProgramRun, UnknownOptionsAreBadInput) {
  EXPECT_EQ(soleus(folder.path, {"run", "pipe.yaml", "--colour"}).exit_code, 2);
  EXPECT_EQ(soleus(folder.path, {}).exit_code, 2);
}

}  // namespace
}  // namespace soleus::test
