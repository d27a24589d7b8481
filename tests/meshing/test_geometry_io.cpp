#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vtkFieldData.h>
#include <vtkNew.h>
#include <vtkPolyData.h>
#include <vtkStringArray.h>
#include <vtkXMLPolyDataReader.h>

#include <fstream>
#include <sstream>

#include "meshing/meshing.hpp"
#include "pipeline/base/errors.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

Geometry pipe() {
  const TempFolder folder("io_pipe");
  GeometryConfig c;
  c.shape = Shape{.kind = ShapeKind::pipe, .center_m = {0.1, -0.2, 0.3}, .radius_m = 4e-3, .length_m = 20e-3};
  OpeningConfig a, b;
  a.name = "inlet", a.end = "start";
  b.name = "outlet", b.end = "end";
  return mesh(c, {a, b}, folder.path());
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string load_error(const std::filesystem::path& folder) {
  try {
    load_geometry(folder);
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(GeometryFiles, RoundTripIsExact) {
  const TempFolder folder("io");
  const Geometry g = pipe();

  save(g, folder.path());
  const Geometry back = load_geometry(folder.path());

  EXPECT_EQ(back.surface.points_m, g.surface.points_m);
  EXPECT_EQ(back.surface.triangles, g.surface.triangles);
  EXPECT_EQ(back.cap, g.cap);
  ASSERT_EQ(back.openings.size(), 2u);
  EXPECT_EQ(back.openings[1].name, "outlet");
  EXPECT_EQ(back.openings[1].center_m, g.openings[1].center_m);
  EXPECT_EQ(back.openings[1].area_m2, g.openings[1].area_m2);
  ASSERT_EQ(back.centerlines.branches.size(), 1u);
  EXPECT_EQ(back.centerlines.branches[0].points_m, g.centerlines.branches[0].points_m);
  EXPECT_EQ(back.centerlines.branches[0].radius_m, g.centerlines.branches[0].radius_m);
  EXPECT_EQ(back.centerlines.branches[0].area_m2, g.centerlines.branches[0].area_m2);
  EXPECT_EQ(back.centerlines.branches[0].abscissa_m, g.centerlines.branches[0].abscissa_m);
  EXPECT_EQ(back.centerlines.branches[0].parent, -1);
  ASSERT_TRUE(back.shape);
  EXPECT_EQ(back.shape->center_m, g.shape->center_m);
  EXPECT_EQ(back.shape->radius_m, g.shape->radius_m);
}

TEST(GeometryFiles, EmptySurfaceOfAPeriodicBoxIsKept) {
  const TempFolder folder("io");
  GeometryConfig c;
  c.shape = Shape{.kind = ShapeKind::box, .periodic = {true, true, true}, .period_m = {1e-2, 1e-2, 1e-2}};

  save(mesh(c, {}, folder.path()), folder.path());

  EXPECT_TRUE(load_geometry(folder.path()).surface.triangles.empty());
  EXPECT_TRUE(load_geometry(folder.path()).shape->periodic[2]);
}

TEST(GeometryFiles, SayUnitSpaceAndCompression) {
  const TempFolder folder("io");
  save(pipe(), folder.path());

  const std::string lumen = text_of(folder.path() / "lumen.vtp");

  EXPECT_THAT(lumen, testing::HasSubstr("length_unit"));
  EXPECT_THAT(lumen, testing::HasSubstr("geometry_version"));
  EXPECT_THAT(lumen, testing::HasSubstr("vtkZLibDataCompressor"));
  EXPECT_THAT(lumen, testing::HasSubstr("format=\"appended\""));
}

TEST(GeometryFiles, CarryWhatTheyComeFrom) {
  const TempFolder folder("io");

  save(pipe(), folder.path(), {{"mesh_stage_hash", "1f00"}, {"program", "soleus 0.1.0"}});

  for (const char* name : {"lumen.vtp", "centerlines.vtp"}) {
    vtkNew<vtkXMLPolyDataReader> reader;
    reader->SetFileName((folder.path() / name).c_str());
    reader->Update();
    const auto text = [&](const char* array) -> std::string {
      auto* found =
          vtkStringArray::SafeDownCast(reader->GetOutput()->GetFieldData()->GetAbstractArray(array));
      return found ? found->GetValue(0) : "";
    };
    EXPECT_EQ(text("mesh_stage_hash"), "1f00") << name;
    EXPECT_EQ(text("program"), "soleus 0.1.0") << name;
  }
  EXPECT_THAT(text_of(folder.path() / "geometry.json"), testing::HasSubstr("\"mesh_stage_hash\": \"1f00\""));
  EXPECT_EQ(load_geometry(folder.path()).openings.size(), 2u);
}

TEST(GeometryFiles, OtherVersionIsRefused) {
  const TempFolder folder("io");
  save(pipe(), folder.path());
  const auto file = folder.path() / "geometry.json";
  std::string text = text_of(file);
  text.replace(text.find("\"version\": 2"), 12, "\"version\": 9");
  std::ofstream(file) << text;

  EXPECT_EQ(
      load_error(folder.path()),
      file.string() + ": the file has version 9, this program reads version 2; run the mesh stage again.");
}

TEST(GeometryFiles, MissingLumenIsRefused) {
  const TempFolder folder("io");
  save(pipe(), folder.path());
  std::filesystem::remove(folder.path() / "lumen.vtp");

  EXPECT_EQ(load_error(folder.path()),
            (folder.path() / "lumen.vtp").string() + ": the file does not exist; run the mesh stage again.");
}

TEST(GeometryFiles, DamagedLumenIsRefused) {
  const TempFolder folder("io");
  save(pipe(), folder.path());
  std::ofstream(folder.path() / "lumen.vtp") << "no mesh";

  EXPECT_EQ(load_error(folder.path()),
            (folder.path() / "lumen.vtp").string() +
                ": the file is damaged or was not written by soleus; run the mesh stage again.");
}

TEST(GeometryFiles, OpenSurfaceIsNotSaved) {
  const TempFolder folder("io");
  Geometry g = pipe();
  g.surface.triangles.pop_back();
  g.cap.pop_back();

  try {
    save(g, folder.path());
    FAIL();
  } catch (const InputError& e) {
    EXPECT_EQ(std::string(e.what()),
              folder.path().string() + ": the lumen surface is not closed: 3 boundary edges.");
  }
}

TEST(Faults, BentCapIsFound) {
  Geometry g = pipe();
  for (std::size_t t = 0; t < g.cap.size(); ++t) {
    if (g.cap[t] != 0) continue;
    g.surface.points_m[g.surface.triangles[t][0]] += 0.3e-3 * g.openings[0].outward;
    break;
  }

  EXPECT_THAT(faults(g), testing::ElementsAre("a cap of the lumen surface is not flat."));
}

TEST(Faults, InsideOutIsFound) {
  Geometry g = pipe();
  for (auto& t : g.surface.triangles) std::swap(t[0], t[1]);

  EXPECT_THAT(faults(g), testing::Contains("the lumen surface is turned inside out."));
}

}  // namespace
}  // namespace soleus
