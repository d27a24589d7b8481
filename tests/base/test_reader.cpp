#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "tests/base/sample.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

using testing::ElementsAre;

class YamlReader : public testing::Test {
 protected:
  Sample read(const std::string& text, const std::vector<Override>& overrides = {}) {
    return read_yaml<Sample>(folder.write("case.yaml", text), overrides);
  }
  /// The faults of a file, with the folder's name taken out.
  std::vector<std::string> faults(const std::string& text, const std::vector<Override>& overrides = {}) {
    try {
      read(text, overrides);
    } catch (const InputError& e) {
      std::vector<std::string> all = e.messages();
      for (std::string& m : all)
        for (auto at = m.find(folder.path.string() + "/"); at != std::string::npos;
             at = m.find(folder.path.string() + "/"))
          m.erase(at, folder.path.string().size() + 1);
      return all;
    }
    return {};
  }
  TemporaryFolder folder;
};

TEST_F(YamlReader, ReadsEveryKindOfKey) {
  folder.write("data.txt", "x");

  const Sample s = read(R"(
density: 1.05 g/cm3
step: 5 us
radii: [1 mm, 0.3 cm]
point: 1 -2 3 mm
corner: [1 mm, 2 cm, 3 m]
points: ["1 2 3 mm", [4 mm, 5 mm, 6 mm]]
share: 25 %
passes: 7
smooth: false
title: A leg
labels: [left, 2]
file: data.txt
colour: blue
inner: {depth: 2 mm}
extra: {depth: 3 mm}
items:
  - {name: one, radius: 1 mm}
  - name: two
)");

  EXPECT_DOUBLE_EQ(s.density_kg_m3, 1050);
  EXPECT_DOUBLE_EQ(*s.step_s, 5e-6);
  EXPECT_THAT(s.radii_m, ElementsAre(1e-3, 3e-3));
  EXPECT_EQ(s.point_m, (Vec3{1, -2, 3} * 1e-3));
  EXPECT_EQ(*s.corner_m, (Vec3{1e-3, 2e-2, 3}));
  EXPECT_THAT(s.points_m, ElementsAre(Vec3{1, 2, 3} * 1e-3, Vec3{4e-3, 5e-3, 6e-3}));
  EXPECT_DOUBLE_EQ(s.share, 0.25);
  EXPECT_EQ(s.passes, 7);
  EXPECT_FALSE(s.smooth);
  EXPECT_EQ(s.title, "A leg");
  EXPECT_THAT(s.labels, ElementsAre("left", "2"));
  EXPECT_EQ(s.file, folder.path / "data.txt");
  EXPECT_EQ(s.colour, Colour::blue);
  EXPECT_DOUBLE_EQ(s.inner.depth_m, 2e-3);
  EXPECT_DOUBLE_EQ(s.extra.value().depth_m, 3e-3);
  ASSERT_EQ(s.items.size(), 2u);
  EXPECT_EQ(s.items[1].name, "two");
}

TEST_F(YamlReader, KeepsDefaultsOfWhatIsNotGiven) {
  const Sample s = read("title: x\nshare:\n");
  EXPECT_DOUBLE_EQ(s.density_kg_m3, 1060);
  EXPECT_DOUBLE_EQ(s.share, 0.5);
  EXPECT_FALSE(s.step_s);
  EXPECT_FALSE(s.extra);
  EXPECT_TRUE(s.items.empty());
}

TEST_F(YamlReader, ReportsAllFaultsAtOnceInTheOrderOfTheFile) {
  EXPECT_THAT(
      faults("density: 1060\n"
             "step: -5 us\n"
             "pases: 3\n"
             "colour: grin\n"
             "share: 2\n"
             "passes: 2.5\n"
             "smooth: maybe\n"
             "file: nowhere.txt\n"
             "items:\n"
             "  - radius: 8 kg\n"),
      ElementsAre("case.yaml:1: density: '1060' has no unit; write for example 1060 kg/m3 or 1.06 g/mL "
                  "(accepted units: kg/m3, g/cm3, g/mL).",
                  "case.yaml:2: step: '-5 us' must be above 0 s.",
                  "case.yaml:3: pases: unknown key. Did you mean 'passes'?",
                  "case.yaml:4: colour: 'grin' is not one of red, green, blue; did you mean 'green'?",
                  "case.yaml:5: share: '2' must be at least 0 and at most 1.",
                  "case.yaml:6: passes: '2.5' is not a whole number, for example 20.",
                  "case.yaml:7: smooth: 'maybe' is not true or false.",
                  "case.yaml:8: file: 'nowhere.txt': no such file or folder.",
                  "case.yaml:10: items[0].name: this key is missing. Its name.",
                  "case.yaml:10: items[0].radius: '8 kg' is not a length; write for example 8 mm or 0.8 cm "
                  "(accepted units: m, mm, cm, um)."));
}

TEST_F(YamlReader, ListsTheKnownKeysWhenNoneIsNear) {
  EXPECT_THAT(faults("inner: {colour: red}\n"),
              ElementsAre("case.yaml:1: inner.colour: unknown key. Known keys: depth."));
}

TEST_F(YamlReader, SuggestsTheKeyThatWasWrittenWithItsUnit) {
  EXPECT_THAT(faults("density_kg_m3: 1060\n"),
              ElementsAre("case.yaml:1: density_kg_m3: unknown key. Did you mean 'density'?"));
}

TEST_F(YamlReader, RefusesAKeyGivenTwice) {
  EXPECT_THAT(faults("title: a\ntitle: b\n"),
              ElementsAre("case.yaml:2: title: given twice; remove one of the two."));
}

TEST_F(YamlReader, RefusesTheWrongKindOfNode) {
  EXPECT_THAT(faults("inner: 3 mm\nitems: {name: a}\ntitle: [a]\n"),
              ElementsAre("case.yaml:1: inner: '3 mm' is not a section of 'key: value' lines.",
                          "case.yaml:2: items: a section is not a list; start each item with '- '.",
                          "case.yaml:3: title: expected a text, found a list."));
}

TEST_F(YamlReader, SaysWhatInvolvesSeveralKeys) {
  EXPECT_THAT(faults("smooth: true\nshare: 0.95\n"),
              ElementsAre("case.yaml:2: share: above 0.9 it cannot be smooth."));
}

TEST_F(YamlReader, NamesTheLineOfBrokenYaml) {
  const auto all = faults("title: a\n  depth: [1\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_THAT(all[0], testing::StartsWith("case.yaml:2: not valid YAML: "));
}

TEST_F(YamlReader, NamesAMissingFile) {
  EXPECT_THROW(
      {
        try {
          read_yaml<Sample>("nowhere/case.yaml");
        } catch (const InputError& e) {
          EXPECT_STREQ(e.what(), "nowhere/case.yaml: no such file.");
          throw;
        }
      },
      InputError);
}

TEST_F(YamlReader, RefusesTextThatIsNotACase) {
  EXPECT_THAT(faults("just some words\n"),
              ElementsAre("case.yaml: holds no 'key: value' lines; is it the right file?"));
}

TEST_F(YamlReader, OverridesReplaceAndAddValues) {
  const Sample s = read(
      "title: a\nitems:\n  - {name: one}\n  - {name: two}\n",
      {{"title", "b"}, {"inner.depth", "9 mm"}, {"items.two.radius", "4 mm"}, {"items.0.radius", "1 mm"}});
  EXPECT_EQ(s.title, "b");
  EXPECT_DOUBLE_EQ(s.inner.depth_m, 9e-3);
  EXPECT_DOUBLE_EQ(s.items[1].radius_m, 4e-3);
  EXPECT_DOUBLE_EQ(s.items[0].radius_m, 1e-3);
}

TEST_F(YamlReader, FaultsOfOverridesNameTheCommandLine) {
  EXPECT_THAT(faults("title: a\n", {{"inner.depth", "9"}, {"innr.depth", "9 mm"}}),
              ElementsAre("--set: inner.depth: '9' has no unit; write for example 8 mm or 0.8 cm (accepted "
                          "units: m, mm, cm, um).",
                          "--set: innr: unknown key. Did you mean 'inner'?"));
  EXPECT_THAT(
      faults("items: [{name: one}]\n", {{"items.four.radius", "1 mm"}}),
      ElementsAre(
          "--set items.four.radius: 'four' is no item of items, which has 1; write a number from 0 or the "
          "item's name."));
  EXPECT_THROW(parse_override("solver.dx"), InputError);
}

TEST_F(YamlReader, AddsThePlaceToMessagesOfStages) {
  const auto file = folder.write("case.yaml", "title: a\ninner:\n  depth: 1 mm\nitems:\n  - {name: one}\n");
  const std::vector<Override> set{{"density", "1 kg/m3"}};
  EXPECT_EQ(with_place("inner.depth: too deep.", file, set), file.string() + ":3: inner.depth: too deep.");
  EXPECT_EQ(with_place("inner.width: not there.", file, set), file.string() + ":2: inner.width: not there.");
  EXPECT_EQ(with_place("items[0].name: bad.", file, set), file.string() + ":5: items[0].name: bad.");
  EXPECT_EQ(with_place("density = 1: low.", file, set), "--set: density = 1: low.");
  EXPECT_EQ(with_place("titles are long.", file, set), "titles are long.");
}

}  // namespace
}  // namespace soleus::test
