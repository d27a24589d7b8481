#include "pipeline/base/json_schema.hpp"

#include <nlohmann/json.hpp>

namespace soleus {
namespace {

using json = nlohmann::ordered_json;

json object(std::string_view doc) {
  return {{"description", doc},
          {"type", "object"},
          {"additionalProperties", false},
          {"properties", json::object()}};
}

class SchemaWriter final : public TextWriter {
 public:
  explicit SchemaWriter(std::string_view title) : title_(title), stack_{object(title)} {}

  void quantity(Key key, double& si, Dimension d, Limits limits) override {
    json schema = with_unit(d, limits);
    if (!key.required) schema["default"] = format_quantity(si, d);
    put(key, schema);
  }
  void quantity(Key key, std::optional<double>&, Dimension d, Limits limits) override {
    put(key, with_unit(d, limits));
  }
  void quantities(Key key, std::vector<double>&, Dimension d, Limits limits) override {
    put(key, {{"type", "array"}, {"items", with_unit(d, limits)}});
  }
  void vector(Key key, Vec3& si, Dimension d) override {
    json schema = three(d);
    if (!key.required) schema["default"] = format_quantities(si, d);
    put(key, schema);
  }
  void vector(Key key, std::optional<Vec3>&, Dimension d) override { put(key, three(d)); }
  void vectors(Key key, std::vector<Vec3>&, Dimension d) override {
    put(key, {{"type", "array"}, {"items", three(d)}});
  }
  void number(Key key, double& value, Limits limits) override {
    json schema = with_unit(Dimension::number, limits);
    if (!key.required) schema["default"] = value;
    put(key, schema);
  }
  void integer(Key key, int& value, Limits limits) override {
    json schema = {{"type", "integer"}};
    if (std::isfinite(limits.min)) schema["minimum"] = int(limits.min);
    if (std::isfinite(limits.max)) schema["maximum"] = int(limits.max);
    if (!key.required) schema["default"] = value;
    put(key, schema);
  }
  void flag(Key key, bool& value) override { put(key, {{"type", "boolean"}, {"default", value}}); }
  void text(Key key, std::string&) override { put(key, {{"type", json::array({"string", "number"})}}); }
  void texts(Key key, std::vector<std::string>& value) override {
    put(key,
        {{"type", "array"}, {"items", {{"type", json::array({"string", "number"})}}}, {"default", value}});
  }
  void path(Key key, std::filesystem::path&) override { put(key, {{"type", "string"}}); }
  void fault(std::string_view, const std::string&) override {}

  std::string written() const override {
    json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title_}};
    for (const auto& [name, value] : stack_.front().items()) schema[name] = value;
    return schema.dump(2) + "\n";
  }

 protected:
  void choice_index(Key key, int& index, std::span<const std::string_view> names) override {
    put(key, {{"enum", names}, {"default", names[std::size_t(index)]}});
  }
  bool enter(Key key, Presence) override {
    open_.push_back({std::string(key.name), std::string(key.doc), key.required, false});
    stack_.push_back(object(key.doc));
    return true;
  }
  void leave() override {
    json schema = std::move(stack_.back());
    stack_.pop_back();
    const Open o = std::move(open_.back());
    open_.pop_back();
    if (o.is_list) schema = {{"description", o.doc}, {"type", "array"}, {"items", std::move(schema)}};
    add(o.name, std::move(schema), o.required);
  }
  std::size_t enter_list(Key key, std::size_t) override {
    open_.push_back({std::string(key.name), std::string(key.doc), key.required, true});
    return 1;
  }
  void enter_item(std::size_t) override { stack_.push_back(object(open_.back().doc)); }
  void leave_list() override {}

 private:
  static json with_unit(Dimension d, const Limits& limits) {
    json text = {{"type", "string"}, {"pattern", pattern(d)}, {"examples", {example(d)}}};
    if (d != Dimension::number) return text;
    json number = {{"type", "number"}};
    if (std::isfinite(limits.min)) number["minimum"] = limits.min;
    if (std::isfinite(limits.max)) number["maximum"] = limits.max;
    if (std::isfinite(limits.above)) number["exclusiveMinimum"] = limits.above;
    if (std::isfinite(limits.below)) number["exclusiveMaximum"] = limits.below;
    return {{"anyOf", {number, text}}};
  }
  static json three(Dimension d) {
    const json list = {{"type", "array"}, {"items", with_unit(d, {})}, {"minItems", 3}, {"maxItems", 3}};
    return {{"anyOf", {{{"type", "string"}, {"pattern", pattern_of_three(d)}}, list}}};
  }

  void put(Key key, const json& schema) {
    json described = {{"description", key.doc}};
    described.update(schema);
    add(std::string(key.name), std::move(described), key.required);
  }
  void add(const std::string& name, json schema, bool required) {
    stack_.back()["properties"][name] = std::move(schema);
    if (required) stack_.back()["required"].push_back(name);
  }
  struct Open {
    std::string name, doc;
    bool required, is_list;
  };
  std::string title_;
  std::vector<json> stack_;
  std::vector<Open> open_;
};

}  // namespace

std::unique_ptr<TextWriter> make_schema_writer(std::string_view title) {
  return std::make_unique<SchemaWriter>(title);
}

}  // namespace soleus
