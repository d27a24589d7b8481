#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pipeline/base/json_schema.hpp"
#include "pipeline/base/markdown.hpp"
#include "pipeline/base/settings_json.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "pipeline/base/yaml_writer.hpp"
#include "tests/base/sample.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(SettingsJson, HoldsEveryValueInSi) {
  Sample s;
  s.items = {{"one", 1e-3}};
  s.point_m = {1, 2, 3};

  const json j = json::parse(settings_json(s));

  EXPECT_EQ(j["density"], 1060);
  EXPECT_TRUE(j["step"].is_null());
  EXPECT_EQ(j["colour"], "green");
  EXPECT_EQ(j["point"], json({1, 2, 3}));
  EXPECT_EQ(j["inner"]["depth"], 1e-3);
  EXPECT_TRUE(j["extra"].is_null());
  EXPECT_EQ(j["items"][0]["name"], "one");
}

TEST(SettingsJson, ChangesWithEveryKey) {
  const std::string standard = settings_json(Sample{});
  const auto changed = [&](auto change) {
    Sample s;
    change(s);
    return settings_json(s) != standard;
  };
  EXPECT_TRUE(changed([](Sample& s) { s.density_kg_m3 = std::nextafter(1060, 2000); }));
  EXPECT_TRUE(changed([](Sample& s) { s.step_s = 0; }));
  EXPECT_TRUE(changed([](Sample& s) { s.colour = Colour::blue; }));
  EXPECT_TRUE(changed([](Sample& s) { s.extra.emplace(); }));
  EXPECT_TRUE(changed([](Sample& s) { s.items.emplace_back(); }));
  EXPECT_TRUE(changed([](Sample& s) { s.labels = {"a"}; }));
  EXPECT_FALSE(changed([](Sample&) {}));
}

TEST(YamlWriter, WritesWhatReadsBackAsTheSame) {
  const TemporaryFolder folder;
  Sample s;
  s.step_s = 12e-3;
  s.point_m = {1e-3, -2e-3, 0.3};
  s.points_m = {{1, 2, 3}, {-4, 5e-3, 6}};
  s.smooth = false, s.share = 0.25;
  s.title = "a \"title\": with \\ and\na line";
  s.labels = {"one", "2", "three: 4"};
  s.file = folder.write("a file.txt", "content");
  s.colour = Colour::blue;
  s.extra.emplace().depth_m = 7e-3;
  s.items = {{"first", 1e-3}, {"second", 0}};
  const auto back = read_yaml<Sample>(folder.write("sample.yaml", as_yaml(s)));
  EXPECT_EQ(settings_json(back), settings_json(s));
  EXPECT_FALSE(read_yaml<Sample>(folder.write("plain.yaml", as_yaml(Sample{}))).extra);
}

TEST(SettingsJson, FilesCountByContentNotByName) {
  const TemporaryFolder folder;
  Sample a, b, c;
  a.file = folder.write("a.txt", "same");
  b.file = folder.write("b.txt", "same");
  c.file = folder.write("c.txt", "other");
  EXPECT_EQ(settings_json(a), settings_json(b));
  EXPECT_NE(settings_json(a), settings_json(c));
}

TEST(EveryChoice, RoundTripsThroughYamlAndSettings) {
  const TemporaryFolder folder;
  for (const char* colour : {"red", "green", "blue"}) {
    const auto file = folder.write("case.yaml", std::string("colour: ") + colour + "\n");
    EXPECT_EQ(json::parse(settings_json(read_yaml<Sample>(file)))["colour"], colour);
  }
}

TEST(JsonSchema, DescribesKeysAndRefusesOthers) {
  const json j = json::parse(json_schema<Sample>("Sample"));

  EXPECT_EQ(j["title"], "Sample");
  EXPECT_EQ(j["additionalProperties"], false);
  const json& p = j["properties"];
  EXPECT_EQ(p.size(), 16u);
  EXPECT_EQ(p["density"]["default"], "1060 kg/m3");
  EXPECT_EQ(p["density"]["type"], "string");
  EXPECT_EQ(p["colour"]["enum"], json({"red", "green", "blue"}));
  EXPECT_EQ(p["passes"]["maximum"], 100);
  EXPECT_EQ(p["inner"]["properties"]["depth"]["description"], "How deep.");
  EXPECT_EQ(p["items"]["type"], "array");
  EXPECT_EQ(p["items"]["items"]["required"], json({"name"}));
}

TEST(Markdown, HasARowForEveryKeyAndATableForEverySection) {
  const std::string text = markdown_tables<Sample>();
  EXPECT_THAT(text, HasSubstr("| `density` | density, &gt; 0 kg/m3 | `1060 kg/m3` | Mass density. |\n"));
  EXPECT_THAT(text, HasSubstr("| `colour` | red, green, blue | `green` | A colour. |\n"));
  EXPECT_THAT(text, HasSubstr("| `point` | three numbers and a unit of length | `0 0 0 mm` | A point. |\n"));
  EXPECT_THAT(text, HasSubstr("## inner\n"));
  EXPECT_THAT(text, HasSubstr("## items[]\n"));
  EXPECT_THAT(text, HasSubstr("| `name` | text | required | Its name. |\n"));
}

}  // namespace
}  // namespace soleus::test
