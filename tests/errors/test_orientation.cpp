// Left stays left: an asymmetric image through the whole pipeline, looked at in each stage's own files.
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <array>
#include <nlohmann/json.hpp>

#include "pipeline/base/files.hpp"
#include "tests/errors/faulty_run.hpp"
#include "tests/errors/vein_image.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;

template <class Reader>
std::array<double, 6> bounds(const fs::path& file) {
  const auto reader = vtkSmartPointer<Reader>::New();
  reader->SetFileName(file.c_str());
  reader->Update();
  std::array<double, 6> b{};
  reader->GetOutput()->GetBounds(b.data());
  return b;
}

/// The vein lies at x = -35, y = 22 mm and is 9 mm wide; `unit` is the length of a file's unit in mm.
void expect_where_the_vein_is(const std::array<double, 6>& b, double unit, const std::string& file) {
  EXPECT_NEAR(b[0] * unit, -39.5, 1.5) << file;
  EXPECT_NEAR(b[1] * unit, -30.5, 1.5) << file;
  EXPECT_NEAR(b[2] * unit, 17.5, 1.5) << file;
  EXPECT_NEAR(b[3] * unit, 26.5, 1.5) << file;
  EXPECT_GT(b[4] * unit, 95) << file;
  EXPECT_LT(b[5] * unit, 160) << file;
}

TEST(Orientation, LeftBackAndHeadStayWhereTheyAreThroughAllStages) {
  const TemporaryFolder folder;
  folder.write("vein.nrrd", vein_nrrd());
  folder.write("vein.yaml", vein_case);

  const Outcome outcome = soleus(folder.path, {"solve", "vein.yaml"});

  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const fs::path run = folder.path / "runs/vein";
  const auto geometry = nlohmann::json::parse(read_file(run / "mesh/geometry.json"));
  for (const auto& opening : geometry["openings"]) {
    EXPECT_NEAR(opening["center_m"][0].get<double>(), -35e-3, 1e-3);
    EXPECT_NEAR(opening["center_m"][1].get<double>(), 22e-3, 1e-3);
    EXPECT_EQ(opening["outward"][2].get<double>() > 0,
              opening["name"] == "outlet");  // the outlet is at the head's end
  }
  const double mm_of_metre = 1e3;
  expect_where_the_vein_is(bounds<vtkXMLPolyDataReader>(run / "mesh/lumen.vtp"), mm_of_metre, "lumen.vtp");
  expect_where_the_vein_is(bounds<vtkXMLPolyDataReader>(run / "solve/wall_00000.vtp"), mm_of_metre,
                           "wall.vtp");
  expect_where_the_vein_is(bounds<vtkXMLUnstructuredGridReader>(run / "solve/volume_00000.vtu"), mm_of_metre,
                           "volume.vtu");
}

}  // namespace
}  // namespace soleus::test
