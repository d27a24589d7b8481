// Valves from a case to the files of the mesh stage and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "meshing/topology.hpp"
#include "meshing/valve_io.hpp"
#include "meshing/valves.hpp"
#include "pipeline/base/errors.hpp"
#include "tests/meshing/valve_sites.hpp"

namespace soleus {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string load_error(const std::filesystem::path& folder) {
  try {
    load_valves(folder);
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

/// Two valves in a row; the upper one is a monocusp.
const Geometry& vein() {
  static const Geometry g = [] {
    ValveConfig upper = valve_at("upper", 24 * mm), lower = valve_at("lower", 50 * mm);
    upper.leaflet.cusps = 1;
    return vein_of(pipe_shape(), {upper, lower});
  }();
  return g;
}

TEST(ValveFiles, StageBuildsValvesIntoTheLumen) {
  const Geometry& g = vein();

  EXPECT_THAT(faults(g), testing::IsEmpty());
  EXPECT_FALSE(g.shape);  // a pipe no more
  ASSERT_EQ(g.valves.valves.size(), 2u);
  const Valve& v = g.valves.valves[1];
  EXPECT_EQ(v.name, "lower");
  EXPECT_EQ(g.valves.valves[0].cusps.size(), 1u);
  ASSERT_EQ(v.cusps.size(), 2u);
  // Abscissas count from z = -30 mm; downstream is towards the root.
  EXPECT_LT(norm(v.figures.center_m - Vec3{0, 0, 20 * mm}), 1e-6);
  EXPECT_LT(norm(v.figures.downstream - Vec3{0, 0, -1}), 1e-3);
  EXPECT_LT(norm(v.figures.first_commissure - Vec3{1, 0, 0}), 1e-3);
  EXPECT_NEAR(v.figures.diameter_m, 9 * mm, 0.02 * mm);
  EXPECT_NEAR(v.figures.free_edge_m[0], 1.3 * 9 * mm, 0.1 * mm);
  EXPECT_NEAR(v.figures.area_m2[1], area(v.cusps[1].surface), 1e-15);
}

TEST(ValveFiles, CentrelineKnowsTheSinus) {
  const Branch& b = vein().centerlines.branches[0];
  double widest = 0;
  for (std::size_t i = 0; i < b.points_m.size(); ++i) {
    widest = std::max(widest, b.area_m2[i]);
    EXPECT_NEAR(b.radius_m[i], 4.5 * mm, 0.03 * mm);  // no wider at the commissures
  }

  // The section's factor 1 + 0.3 sin^2 squared, averaged over the angle: 1 + 0.3 + 0.09 * 3 / 8.
  EXPECT_NEAR(widest / (std::numbers::pi * 4.5 * mm * 4.5 * mm), 1.334, 0.02);
}

TEST(ValveFiles, RoundTripIsExact) {
  const TempFolder folder("valve_io");
  const Geometry& g = vein();

  save(g, folder.path(), {{"program", "soleus test"}});
  const Geometry back = load_geometry(folder.path());

  ASSERT_EQ(back.valves.valves.size(), 2u);
  for (std::size_t v = 0; v < 2; ++v) {
    const Valve &a = g.valves.valves[v], &b = back.valves.valves[v];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.figures.branch, b.figures.branch);
    EXPECT_EQ(a.figures.abscissa_m, b.figures.abscissa_m);
    EXPECT_EQ(a.figures.center_m, b.figures.center_m);
    EXPECT_EQ(a.figures.downstream, b.figures.downstream);
    EXPECT_EQ(a.figures.first_commissure, b.figures.first_commissure);
    EXPECT_EQ(a.figures.diameter_m, b.figures.diameter_m);
    EXPECT_EQ(a.figures.sinus_diameter_ratio, b.figures.sinus_diameter_ratio);
    EXPECT_EQ(a.figures.sinus_length_m, b.figures.sinus_length_m);
    EXPECT_EQ(a.figures.rest_gap_m, b.figures.rest_gap_m);
    EXPECT_EQ(a.figures.height_m, b.figures.height_m);
    EXPECT_EQ(a.figures.coaptation_m, b.figures.coaptation_m);
    EXPECT_EQ(a.figures.free_edge_m, b.figures.free_edge_m);
    EXPECT_EQ(a.figures.area_m2, b.figures.area_m2);
    ASSERT_EQ(a.cusps.size(), b.cusps.size());
    for (std::size_t k = 0; k < a.cusps.size(); ++k) {
      EXPECT_EQ(a.cusps[k].surface.points_m, b.cusps[k].surface.points_m);
      EXPECT_EQ(a.cusps[k].surface.triangles, b.cusps[k].surface.triangles);
      EXPECT_EQ(a.cusps[k].attached, b.cusps[k].attached);
      EXPECT_EQ(a.cusps[k].into, b.cusps[k].into);
      EXPECT_EQ(a.cusps[k].fibre, b.cusps[k].fibre);
      EXPECT_EQ(a.cusps[k].thickness_m, b.cusps[k].thickness_m);
      EXPECT_EQ(a.cusps[k].free_edge, b.cusps[k].free_edge);
    }
  }
  EXPECT_THAT(text_of(folder.path() / "valves.vtp"), testing::HasSubstr("valves_version"));
  EXPECT_THAT(text_of(folder.path() / "valves.json"), testing::HasSubstr("\"program\": \"soleus test\""));
}

TEST(ValveFiles, VeinsWithoutValvesHaveNoSuchFiles) {
  const TempFolder folder("valve_io");

  save(vein_of(pipe_shape()), folder.path());

  EXPECT_FALSE(std::filesystem::exists(folder.path() / "valves.vtp"));
  EXPECT_TRUE(load_geometry(folder.path()).valves.valves.empty());
}

TEST(ValveFiles, ValvesWithoutCuspsAreKept) {
  const TempFolder folder("valve_io");
  ValveConfig c = valve_at("gone", 40 * mm);
  c.condition.kind = ValveCondition::absent;

  save(vein_of(pipe_shape(), {c}).valves, folder.path());

  const Valves back = load_valves(folder.path());
  ASSERT_EQ(back.valves.size(), 1u);
  EXPECT_TRUE(back.valves[0].cusps.empty());
}

TEST(ValveFiles, DamagedAndForeignFilesAreRefused) {
  const TempFolder folder("valve_io");
  save(vein().valves, folder.path());
  const auto numbers = folder.path() / "valves.json", sheets = folder.path() / "valves.vtp";
  const std::string good = text_of(numbers);

  std::string other = good;
  other.replace(other.find("\"version\": 1"), 12, "\"version\": 9");
  std::ofstream(numbers) << other;
  EXPECT_EQ(
      load_error(folder.path()),
      numbers.string() + ": the file has version 9, this program reads version 1; run the mesh stage again.");
  std::ofstream(numbers) << "{";
  EXPECT_EQ(
      load_error(folder.path()),
      numbers.string() + ": the file is damaged or was not written by soleus; run the mesh stage again.");
  std::ofstream(numbers) << good;
  std::ofstream(sheets) << "no mesh";
  EXPECT_EQ(
      load_error(folder.path()),
      sheets.string() + ": the file is damaged or was not written by soleus; run the mesh stage again.");
  std::filesystem::remove(sheets);
  EXPECT_EQ(load_error(folder.path()),
            sheets.string() + ": the file does not exist; run the mesh stage again.");
}

TEST(ValveFiles, FaultyCuspsAreNotSaved) {
  const TempFolder folder("valve_io");
  Valves valves = vein().valves;
  std::swap(valves.valves[1].cusps[1].surface.triangles[5][0],
            valves.valves[1].cusps[1].surface.triangles[5][1]);

  try {
    save(valves, folder.path());
    FAIL();
  } catch (const InputError& e) {
    EXPECT_EQ(
        std::string(e.what()),
        folder.path().string() +
            ": cusp 1 of valve 'lower' has triangles that are turned differently, or an edge with more than "
            "two.");
  }
}

TEST(ValveYaml, AllKeysAreRead) {
  const GeometryConfig c = read_geometry(R"(
valves:
  - name: popliteal
    near: 1 2 30 mm
    commissures: 90 deg
    downstream: from_root
    dx: 0.4 mm
    sinus: {diameter: 1.4, length: 1.8, in_lumen: true}
    agger: {thickness: 2.5, width: 1.2 mm}
    leaflet: {cusps: 2, height: 1.3, free_edge: 1.2, coaptation: 0.25, thickness: 80 um, commissural_angle: 30 deg}
    condition: {kind: prolapsed, cusp: second, free_edge: 1.3}
    repair: {kind: banding, diameter: 0.9, length: 1.5}
  - name: femoral
    branch: 2
    abscissa: 120 mm
    dx: 0.4 mm
    condition: {kind: torn, angle: 30 deg}
    repair: {kind: neovalve, cusps: 1, thickness: 0.2 mm}
)");

  ASSERT_EQ(c.valves.size(), 2u);
  const ValveConfig &a = c.valves[0], &b = c.valves[1];
  EXPECT_EQ(a.name, "popliteal");
  EXPECT_EQ(a.near_m, (Vec3{1 * mm, 2 * mm, 30 * mm}));
  EXPECT_EQ(a.downstream, Downstream::from_root);
  EXPECT_NEAR(*a.commissures_rad, 0.5 * std::numbers::pi, 1e-12);
  EXPECT_NEAR(a.dx_m.value(), 0.4 * mm, 1e-12);
  EXPECT_EQ(a.sinus.length, 1.8);
  EXPECT_TRUE(a.sinus.in_lumen);
  EXPECT_FALSE(b.sinus.in_lumen);
  EXPECT_EQ(a.agger.thickness, 2.5);
  EXPECT_NEAR(a.agger.width_m, 1.2 * mm, 1e-12);
  EXPECT_EQ(b.agger.thickness, 1);
  EXPECT_NEAR(a.leaflet.thickness_m, 80e-6, 1e-12);
  EXPECT_EQ(a.condition.kind, ValveCondition::prolapsed);
  EXPECT_EQ(a.condition.cusp, CuspChoice::second);
  EXPECT_EQ(a.repair.kind, ValveRepair::banding);
  EXPECT_EQ(b.branch, 2);
  EXPECT_NEAR(b.abscissa_m, 120 * mm, 1e-12);
  EXPECT_FALSE(b.commissures_rad);
  EXPECT_EQ(b.repair.cusps, 1);
}

TEST(ValveYaml, WordsOfConditionsAndRepairsAreTheirs) {
  const std::vector<std::string> conditions{"competent", "prolapsed", "torn",  "shortened",
                                            "thickened", "dilated",   "absent"},
      repairs{"none",      "internal_valvuloplasty", "external_valvuloplasty", "banding", "neovalve",
              "transplant"};
  const auto read = [](const std::string& section, const std::string& word) {
    return read_geometry("valves: [{name: a, dx: 0.4 mm, " + section + ": {kind: " + word + "}}]\n")
        .valves[0];
  };
  for (std::size_t i = 0; i < conditions.size(); ++i)
    EXPECT_EQ(read("condition", conditions[i]).condition.kind, ValveCondition(i));
  for (std::size_t i = 0; i < repairs.size(); ++i)
    EXPECT_EQ(read("repair", repairs[i]).repair.kind, ValveRepair(i));
}

TEST(ValveYaml, FaultsAreListedWithWhatIsAccepted) {
  try {
    read_geometry(R"(
valves:
  - name: popliteal
    dx: 0.4 mm
    sinus: {diameter: 3}
    leaflet: {thickness: 2 mm, heigth: 1.2}
    condition: {kind: prolapse}
)");
    FAIL();
  } catch (const InputError& e) {
    EXPECT_THAT(e.messages(), testing::SizeIs(4)) << e.what();
    EXPECT_THAT(e.what(),
                testing::HasSubstr("valves[0].sinus.diameter: '3' must be at least 1 and at most 1.6."))
        << e.what();
    EXPECT_THAT(e.what(), testing::HasSubstr("Did you mean 'height'?"));
    EXPECT_THAT(e.what(), testing::HasSubstr("prolapsed"));
  }
}

TEST(ValveYaml, NamesDiffer) {
  try {
    read_geometry("valves: [{name: a, dx: 0.4 mm}, {name: b, dx: 0.4 mm}, {name: a, dx: 0.4 mm}]\n");
    FAIL();
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("valves: two valves are named 'a'; give each its own name."));
  }
}

TEST(ValveRefusal, OutsideEveryVein) {
  EXPECT_EQ(refusal({valve_at("a", 61 * mm)}),
            "geometry.valves[0] 'a': abscissa = 61.0 mm lies outside every vein: branch 0 runs from 0.0 to "
            "60.0 mm.");
  ValveConfig far = valve_at("a", 0);
  far.near_m = Vec3{0, 9 * mm, 1 * mm};
  EXPECT_EQ(refusal({far}),
            "geometry.valves[0] 'a': near = (0.0 9.0 1.0) mm lies outside every vein: the nearest centreline "
            "point, (0.0 "
            "0.0 1.0) mm in branch 0, is 9.0 mm away and the vein's radius there is 4.5 mm.");
  ValveConfig lost = valve_at("a", 30 * mm);
  lost.branch = 4;
  EXPECT_EQ(refusal({lost}),
            "geometry.valves[0] 'a': branch = 4 does not exist; the veins have the branches 0 to 0.");
}

TEST(ValveRefusal, BeyondTheEndOfItsVein) {
  EXPECT_EQ(
      refusal({valve_at("a", 12 * mm)}),
      "geometry.valves[0] 'a': the valve reaches beyond its vein: it takes the abscissas -3.3 to 12.0 mm of "
      "branch "
      "0, which runs from 0.0 to 60.0 mm.");
}

TEST(ValveRefusal, Overlapping) {
  EXPECT_EQ(refusal({valve_at("a", 30 * mm), valve_at("b", 40 * mm)}),
            "geometry.valves[0] 'a': the valve overlaps 'b': on branch 0 they take 14.7 to 30.0 mm and 24.7 "
            "to 40.0 mm; "
            "move them 5.3 mm further apart.");
}

TEST(ValveRefusal, AllFaultsAtOnce) {
  ValveConfig high = valve_at("high", 40 * mm), coarse = valve_at("coarse", 20 * mm);
  high.leaflet.height = 1.9;
  coarse.dx_m = 1.2 * mm;

  const std::string message = refusal({high, coarse, valve_at("out", 90 * mm)});

  EXPECT_THAT(message,
              testing::HasSubstr("geometry.valves[0] 'high': each cusp is 17.1 mm high but the sinus is only "
                                 "15.3 mm long"));
  EXPECT_THAT(message, testing::HasSubstr(
                           "geometry.valves[1] 'coarse': a gap of one lattice cell between closed cusps, "
                           "1.20 mm, is too coarse for a vein of 9.0 mm; dx = 0.89 mm or "
                           "less would do"));
  EXPECT_THAT(message,
              testing::HasSubstr("geometry.valves[2] 'out': abscissa = 90.0 mm lies outside every vein"));
}

TEST(ValveRefusal, WhereASideBranchLeaves) {
  ValveConfig v = valve_at("at_the_fork", 41 * mm);
  v.downstream = Downstream::from_root;
  v.branch = 1;

  EXPECT_THAT(refusal_of([&] { fork_of(40 * mm, 0.6, {v}); }),
              testing::MatchesRegex("geometry\\.valves\\[0\\] 'at_the_fork': at \\([-0-9. ]+\\) mm a side "
                                    "branch leaves the vein; move the valve away from there, or turn its "
                                    "commissures\\."));
}

TEST(Valves, CommissuresGoToTheEndsOfTheLongDiameter) {
  // Flat across y; without an angle the cusps are put on the broad faces.
  Geometry g = vein_of(pipe_shape());
  for (Vec3& p : g.surface.points_m) p.x *= 0.75;
  ValveConfig c = valve_at("a", 40 * mm);
  c.commissures_rad.reset();
  c.dx_m = 0.35 * mm;

  insert_valves(g, {c});

  EXPECT_GT(std::abs(g.valves.valves[0].figures.first_commissure.y), 0.99);
}

}  // namespace
}  // namespace soleus
