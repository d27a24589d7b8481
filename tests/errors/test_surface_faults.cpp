// Faults of surfaces and openings; pictures of the place stay in the run folder.
#include "tests/errors/cube_stl.hpp"
#include "tests/errors/faulty_run.hpp"
#include "tests/errors/vein_image.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;

TEST(SurfaceFault, OpenSurface) {
  const TemporaryFolder folder;
  folder.write("cube.stl", cube_stl(1));
  folder.write(
      "cube.yaml",
      "case: {name: cube}\ngeometry: {surface: cube.stl}\nopenings:\n  - {name: inlet, near: 0 0 0 mm}\n");

  const Outcome outcome = soleus(folder.path, {"mesh", "cube.yaml"});

  EXPECT_EQ(outcome.exit_code, 2);
  const fs::path picture = "runs/cube/mesh-failure_open_surface.png";
  const bool drawn = fs::exists(folder.path / picture);
  EXPECT_EQ(sentences(outcome.err),
            "cube.stl: the surface is not closed: 3 boundary edges around (3.3 6.7 0.0) mm do not bound a "
            "flat vessel end; close the "
            "hole, or cut the vessel off across its axis." +
                (drawn ? " See " + picture.string() + "." : std::string()) + "\n");
  EXPECT_FALSE(fs::exists(folder.path / "runs/cube/mesh"));
  if (!drawn) GTEST_SKIP() << "no picture: Xvfb is not installed";
}

TEST(SurfaceFault, TextInsteadOfASurface) {
  const TemporaryFolder folder;
  folder.write("cube.stl", "Dear colleague");
  folder.write("cube.yaml", "case: {name: cube}\ngeometry: {surface: cube.stl}\n");
  const Outcome outcome = soleus(folder.path, {"mesh", "cube.yaml"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(sentences(outcome.err),
            "cube.stl: no triangles could be read from this file; is it a surface in .stl format?\n");
}

TEST(OpeningFault, NameThatMatchesNothing) {
  const TemporaryFolder folder;
  folder.write("vein.nrrd", vein_nrrd());
  folder.write("vein.yaml", edited(vein_case, "near: -35 22 100 mm", "near: 0 0 0 mm"));

  const Outcome outcome = soleus(folder.path, {"mesh", "vein.yaml"});

  EXPECT_EQ(outcome.exit_code, 2);
  const std::string said = sentences(outcome.err);
  EXPECT_TRUE(std::regex_match(
      said,
      std::regex(
          "vein.yaml:7: openings: 'inlet' is near \\(0.0 0.0 0.0\\) mm, but the nearest end of the "
          "lumen is [0-9]+ mm away \\(at most 20 mm is accepted\\). The ends of this lumen: "
          "\\(-3[45].* 2[12].* [0-9.]+\\) mm radius [0-9.]+ mm; \\(-3[45].* 2[12].* [0-9.]+\\) mm radius "
          "[0-9.]+ mm.\n")))
      << said;
}

TEST(OpeningFault, EndThatNoOpeningNames) {
  const TemporaryFolder folder;
  folder.write("vein.nrrd", vein_nrrd());
  folder.write("vein.yaml",
               edited(vein_case, "  - {name: outlet, near: -35 22 143 mm, kind: pressure}\n", ""));

  const Outcome outcome = soleus(folder.path, {"mesh", "vein.yaml"});

  EXPECT_EQ(outcome.exit_code, 2);
  const std::string said = sentences(outcome.err);
  // Where the end lies is the mesh's business within half a millimetre; without Xvfb there is no picture to
  // name.
  EXPECT_TRUE(std::regex_match(
      said,
      std::regex("vein.yaml:7: openings: an end of the lumen is named by no opening: "
                 "\\(-3[45].* 2[12].* [0-9.]+\\) mm radius [34][0-9.]+ mm. Add an entry with `near` at this "
                 "place \\(`kind: closed` for a wall\\), or set geometry.close_unnamed: true."
                 "( See runs/vein/mesh-failure_unnamed_end.png.)?\n")))
      << said;
}

}  // namespace
}  // namespace soleus::test
