// The schema is generated; here it is used the way an editor uses it, on the cases of this repository.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>

#include "pipeline/app/documents.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// YAML as an editor sees it: plain scalars that look like numbers or truth values are that.
json to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    json object = json::object();
    for (const auto& pair : node) object[pair.first.Scalar()] = to_json(pair.second);
    return object;
  }
  if (node.IsSequence()) {
    json list = json::array();
    for (const auto& item : node) list.push_back(to_json(item));
    return list;
  }
  if (node.IsNull()) return nullptr;
  const bool plain = node.Tag() == "?";
  bool flag = false;
  double number = 0;
  if (plain && (node.Scalar() == "true" || node.Scalar() == "false"))
    return YAML::convert<bool>::decode(node, flag) && flag;
  if (plain && YAML::convert<double>::decode(node, number))
    return number == std::floor(number) ? json(std::int64_t(number)) : json(number);
  return node.Scalar();
}

bool has_type(const json& value, const json& type) {
  if (type.is_array())
    return std::any_of(type.begin(), type.end(), [&](const json& t) { return has_type(value, t); });
  return type == "object"    ? value.is_object()
         : type == "array"   ? value.is_array()
         : type == "string"  ? value.is_string()
         : type == "boolean" ? value.is_boolean()
         : type == "integer" ? value.is_number_integer()
                             : value.is_number();
}

/// What a draft-7 validator says of the keywords that our schema uses; empty: valid.
std::string fault(const json& value, const json& schema, const std::string& path) {
  if (schema.contains("anyOf"))
    return std::any_of(schema["anyOf"].begin(), schema["anyOf"].end(),
                       [&](const json& s) { return fault(value, s, path).empty(); })
               ? ""
               : path + ": fits none of its forms";
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    return path + ": no such choice";
  if (schema.contains("type") && !has_type(value, schema["type"]))
    return path + ": is not " + schema["type"].dump();
  if (schema.contains("pattern") &&
      !std::regex_match(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>())))
    return path + ": '" + value.get<std::string>() + "' does not fit its pattern";
  if (schema.contains("minimum") && value < schema["minimum"]) return path + ": too small";
  if (schema.contains("maximum") && value > schema["maximum"]) return path + ": too large";
  for (const json& name : schema.value("required", json::array()))
    if (!value.contains(name)) return path + "." + name.get<std::string>() + ": missing";
  if (value.is_object())
    for (const auto& [name, item] : value.items()) {
      const std::string full_name = fmt::format("{}.{}", path, name);
      if (!schema["properties"].contains(name)) return full_name + ": unknown key";
      if (std::string f = fault(item, schema["properties"][name], full_name); !f.empty()) return f;
    }
  if (value.is_array() && schema.contains("items"))
    for (const json& item : value)
      if (std::string f = fault(item, schema["items"], path + "[]"); !f.empty()) return f;
  return "";
}

TEST(Schema, AcceptsEveryCheckedInFile) {
  const json cases = json::parse(case_schema()), phantoms = json::parse(phantom_schema());
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOLEUS_SOURCE) / "configs")) {
    if (entry.path().extension() != ".yaml") continue;
    const bool phantom = entry.path().stem().string().find("phantom") != std::string::npos;
    EXPECT_EQ(fault(to_json(YAML::LoadFile(entry.path())), phantom ? phantoms : cases, ""), "")
        << entry.path();
    ++count;
  }
  EXPECT_GE(count, 18) << "configs/ has lost files, or they are no longer found";
}

TEST(Schema, MarksWhatTheReaderWouldRefuse) {
  const json schema = json::parse(case_schema());
  const auto marked = [&](const std::string& yaml) {
    return fault(to_json(YAML::Load("case: {name: a}\n" + yaml)), schema, "");
  };
  EXPECT_EQ(marked("solver: {dx: 0.5 mm}"), "");
  EXPECT_EQ(marked("solver: {dx: 0.5}"), ".solver.dx: is not \"string\"");
  EXPECT_EQ(marked("solver: {dx: 0.5 kg}"), ".solver.dx: '0.5 kg' does not fit its pattern");
  EXPECT_EQ(marked("solver: {dxx: 0.5 mm}"), ".solver.dxx: unknown key");
  EXPECT_EQ(marked("solver: {backend: gpu}"), ".solver.backend: no such choice");
  EXPECT_EQ(marked("openings: [{end: start}]"), ".openings[].name: missing");
}

}  // namespace
}  // namespace soleus
