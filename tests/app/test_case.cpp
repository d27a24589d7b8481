#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pipeline/app/case.hpp"
#include "pipeline/app/documents.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/settings_json.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string pipe = R"(
case: {name: pipe}
geometry: {analytic: {shape: pipe, radius: 2 mm, length: 8 mm}}
openings:
  - {name: inlet, end: start, kind: flow, flow: 60 mL/min}
  - {name: outlet, end: end}
)";

std::string faults(const std::string& text) {
  const TemporaryFolder folder;
  try {
    read_case(folder.write("case.yaml", text), {});
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(CaseFile, NeedsExactlyOneDoor) {
  EXPECT_THAT(
      faults("case: {name: a}\n"),
      testing::HasSubstr(
          "geometry: none of image, geometry.labels, geometry.surface and geometry.analytic are given; the "
          "lumen comes from exactly one of them."));
  EXPECT_THAT(
      faults(
          pipe +
          "image: {file: case.yaml}\nsegmentation: {intensity: {min: 1 HU, max: 2 HU}, seeds: [1 2 3 mm]}\n"),
      testing::HasSubstr("geometry: several of image"));
}

TEST(CaseFile, NeedsASegmentationWithAnImage) {
  EXPECT_THAT(
      faults("case: {name: a}\nimage: {file: case.yaml}\n"),
      testing::HasSubstr(
          "case.yaml:2: image: the section 'segmentation' is missing; it says how the veins are found in "
          "the image."));
}

TEST(CaseFile, NeedsDifferentOpeningNames) {
  EXPECT_THAT(faults(pipe + "  - {name: inlet, end: end}\n"),
              testing::HasSubstr("openings: two openings are named 'inlet'; give each its own name."));
}

TEST(CaseFile, HandsEverythingToTheSolver) {
  const TemporaryFolder folder;
  const Case c = read_case(folder.write("case.yaml", pipe), {});
  const FlowCase flow = flow_case(c);
  EXPECT_EQ(flow.openings.size(), 2u);
  EXPECT_DOUBLE_EQ(flow.openings[0].flow_m3_s, 1e-6);
  EXPECT_EQ(flow.program, "soleus 0.1.0");
}

/// Dotted paths of all choices in a schema, with their names. Items of lists are addressed as number 0.
void find_choices(const json& schema, const std::string& path,
                  std::map<std::string, std::vector<std::string>>& found) {
  if (schema.contains("enum")) found[path] = schema["enum"];
  if (schema.contains("items")) find_choices(schema["items"], path + ".0", found);
  if (!schema.contains("properties")) return;
  for (const auto& [name, value] : schema["properties"].items())
    find_choices(value, path.empty() ? name : fmt::format("{}.{}", path, name), found);
}

json at_path(json j, const std::string& path) {
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '.');) j = part == "0" ? json(j[0]) : json(j[part]);
  return j;
}

TEST(EveryChoiceOfACase, RoundTripsThroughTheReader) {
  std::map<std::string, std::vector<std::string>> choices;
  find_choices(json::parse(case_schema()), "", choices);
  ASSERT_GE(choices.size(), 14u);
  const TemporaryFolder folder;
  folder.write("table.csv", "0,0\n1,1\n");
  const auto file = folder.write("case.yaml", pipe + "wall: {regions: [{}]}\n");
  const auto box = folder.write("box.yaml", R"(
case: {name: box}
geometry: {analytic: {shape: box, size: 9 9 9 mm, obstacles: [{radius: 1 mm, size: 1 1 1 mm}]}}
wall: {faces: [{}]}
)");
  // Files of their own for what acts on an elastic wall only.
  const auto pressed = folder.write("pressed.yaml", pipe + R"(
wall: {motion: tube_law, muscles: [{name: soleus}], tube_law: {branches: [{branch: 0}]}}
)");
  const auto of_a_box = [](const std::string& path) {
    return path.starts_with("geometry.analytic.obstacles") || path.starts_with("wall.faces") ||
           path == "geometry.analytic.through";
  };
  for (const auto& [path, names] : choices) {
    if (path.starts_with("segmentation")) continue;  // absent in a case without an image; see below
    for (const std::string& name : names) {
      if (path == "wall.motion" && name == "imaging") continue;  // needs images
      if (of_a_box(path)) {
        std::vector<Override> set{{path, name}};
        if (path == "geometry.analytic.through") set.push_back({"wall.faces", "[]"});
        EXPECT_EQ(at_path(json::parse(settings_json(read_yaml<Case>(box, set))), path), name) << path;
        continue;
      }
      if (path.starts_with("wall.muscles") || path.starts_with("wall.tube_law.branches")) {
        const std::vector<Override> set{
            {path, name},
            {"wall.muscles.0.waveform.period", "30 s"},
            {"wall.muscles.0.waveform.file", (folder.path / "table.csv").string()}};
        EXPECT_EQ(at_path(json::parse(settings_json(read_yaml<Case>(pressed, set))), path), name) << path;
        continue;
      }
      if (path.starts_with("sheets")) {
        const std::vector<Override> set{
            {"sheets",
             "[{name: leaflet, form: {kind: disc, radius: 1 mm, size: 1 1 0 mm, edge_length: 1 mm, "
             "held_min: 0 0 0 mm, held_max: 1 1 1 mm}}]"},
            {path, name}};
        EXPECT_EQ(at_path(json::parse(settings_json(read_yaml<Case>(file, set))), path), name) << path;
        continue;
      }
      if (path.starts_with("limb")) {
        std::vector<Override> set{{"limb",
                                   "{veins: [{name: soleus}], paths: [{name: popliteal}], collaterals: "
                                   "[{name: a, from: soleus, to: foot}], "
                                   "protocol: [{kind: walk, waveform: {kind: sine, period: 30 s}}]}"},
                                  {path, name},
                                  {"openings", "[{name: knee, end: end, vessel: popliteal}]"}};
        if (path == "limb.protocol.0.kind") set[1] = {"limb.protocol", "[{kind: " + name + "}]"};
        if (name == "tilt") set[1].value = "[{kind: tilt, angle: 60 deg}]";
        if (path.starts_with("limb.collaterals.0."))
          set.push_back({path.ends_with("from") ? "limb.collaterals.0.to" : "limb.collaterals.0.from",
                         name == "iliac" ? "foot" : "iliac"});
        if (path.ends_with("waveform.kind")) {
          set.push_back({"limb.protocol.0.waveform.file", (folder.path / "table.csv").string()});
          set.push_back({"limb.protocol.0.duration", "9 s"});
        }
        EXPECT_EQ(at_path(json::parse(settings_json(read_yaml<Case>(file, set))), path), name) << path;
        continue;
      }
      if (path.starts_with("calibration")) {
        const std::vector<Override> set{
            {"calibration",
             "{measured: [{figure: venous_volume, value: 110 mL, uncertainty: 8 mL}], "
             "parameters: [{keys: [limb.height], from: 1.6 m, to: 1.9 m}]}"},
            {path, name},
            {"limb", "{}"},
            {"openings", "[{name: knee, end: end, vessel: popliteal}]"}};
        EXPECT_EQ(at_path(json::parse(settings_json(read_yaml<Case>(file, set))), path), name) << path;
        continue;
      }
      if (path.starts_with("geometry.valves")) {
        const std::vector<Override> set{{"geometry.valves", "[{name: popliteal}]"}, {path, name}};
        EXPECT_EQ(at_path(json::parse(settings_json(read_yaml<Case>(file, set))), path), name) << path;
        continue;
      }
      // what some choices need to be complete
      const std::vector<Override> set{
          {"openings.0.kind", path == "openings.0.passage" ? "pressure" : "flow"},
          {"solver.velocity_set", "d3q27"},
          {"solver.backend", "cuda"},
          {path, name},
          {"openings.0.waveform.period", "30 s"},
          {"fluid.body_force_waveform.period", "30 s"},
          {"wall.external_waveform.period", "30 s"},
          {"wall.external_waveform.file", (folder.path / "table.csv").string()},
          {"fluid.body_force_waveform.file", (folder.path / "table.csv").string()},
          {"openings.0.waveform.file", (folder.path / "table.csv").string()},
          {"wall.table", (folder.path / "table.csv").string()},
          {"wall.wave_length", "10 mm"},
          {"wall.amplitude", "1 0 0 mm"},
          {"geometry.analytic.stations", "[0 mm, 9 mm]"},
          {"geometry.analytic.radii", "[1 mm, 1 mm]"},
          {"geometry.analytic.end_radius", "1 mm"},
          {"geometry.analytic.size", "9 9 9 mm"},
          {"geometry.analytic.height", "9 mm"},
          {"geometry.analytic.bend_radius", "9 mm"},
          {"geometry.analytic.bend_angle", "30 deg"}};
      const Case c = read_yaml<Case>(file, set);
      EXPECT_EQ(at_path(json::parse(settings_json(c)), path), name) << path;
    }
  }
}

TEST(EveryChoiceOfASegmentation, RoundTripsThroughTheReader) {
  std::map<std::string, std::vector<std::string>> choices;
  find_choices(json::parse(case_schema())["properties"]["segmentation"], "", choices);
  const TemporaryFolder folder;
  const auto file = folder.write("s.yaml", "seeds: [1 2 3 mm]\nintensity: {min: 100 HU, max: 300 HU}\n");
  for (const auto& [path, names] : choices)
    for (const std::string& name : names) {
      const std::vector<Override> set{{path, name}};
      EXPECT_EQ(at_path(json::parse(settings_json(read_yaml<SegmentationConfig>(file, set))), path), name)
          << path;
    }
}

class CheckedInCase : public testing::TestWithParam<fs::path> {};

TEST_P(CheckedInCase, IsValid) {
  try {
    read_case(GetParam(), {});
  } catch (const InputError& e) {
    for (const std::string& message : e.messages())
      if (message.find("no such file or folder") == std::string::npos) FAIL() << e.what();
    GTEST_SKIP() << "its data is not on this machine: " << e.what();
  }
}

std::vector<fs::path> checked_in_cases() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOLEUS_SOURCE) / "configs"))
    if (entry.path().extension() == ".yaml" &&
        entry.path().filename().string().find("phantom") == std::string::npos)
      all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

INSTANTIATE_TEST_SUITE_P(Configs, CheckedInCase, testing::ValuesIn(checked_in_cases()),
                         [](const auto& parameter) {
                           std::string name = parameter.param.stem().string();
                           for (char& c : name)
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           return name;
                         });

}  // namespace
}  // namespace soleus::test
