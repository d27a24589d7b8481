#include "pipeline/base/settings_json.hpp"

#include <nlohmann/json.hpp>

#include "pipeline/base/hash.hpp"

namespace soleus {
namespace {

using nlohmann::json;

json to_json(const Vec3& v) {
  return {v.x, v.y, v.z};
}

template <class T>
json to_json(const std::optional<T>& v) {
  if (!v) return nullptr;
  if constexpr (std::is_same_v<T, Vec3>)
    return to_json(*v);
  else
    return *v;
}

class SettingsWriter final : public TextWriter {
 public:
  SettingsWriter() : stack_{json::object()} {}

  void quantity(Key key, double& si, Dimension, Limits) override { put(key, si); }
  void quantity(Key key, std::optional<double>& si, Dimension, Limits) override { put(key, to_json(si)); }
  void quantities(Key key, std::vector<double>& si, Dimension, Limits) override { put(key, si); }
  void vector(Key key, Vec3& si, Dimension) override { put(key, to_json(si)); }
  void vector(Key key, std::optional<Vec3>& si, Dimension) override { put(key, to_json(si)); }
  void vectors(Key key, std::vector<Vec3>& si, Dimension) override {
    json all = json::array();
    for (const Vec3& v : si) all.push_back(to_json(v));
    put(key, all);
  }
  void number(Key key, double& value, Limits) override { put(key, value); }
  void integer(Key key, int& value, Limits) override { put(key, value); }
  void flag(Key key, bool& value) override { put(key, value); }
  void text(Key key, std::string& value) override { put(key, value); }
  void texts(Key key, std::vector<std::string>& value) override { put(key, value); }
  void path(Key key, std::filesystem::path& value) override {
    put(key, value.empty() ? json() : json(hash_path(value)));
  }
  void fault(std::string_view, const std::string&) override {}

  std::string written() const override { return stack_.front().dump(); }

 protected:
  void choice_index(Key key, int& index, std::span<const std::string_view> names) override {
    put(key, std::string(names[std::size_t(index)]));
  }
  bool enter(Key key, Presence presence) override {
    if (presence == Presence::absent) {
      put(key, nullptr);
      return false;
    }
    names_.emplace_back(key.name);
    stack_.push_back(json::object());
    return true;
  }
  void leave() override { close(); }
  std::size_t enter_list(Key key, std::size_t present) override {
    names_.emplace_back(key.name);
    stack_.push_back(json::array());
    return present;
  }
  void enter_item(std::size_t) override {
    names_.emplace_back();
    stack_.push_back(json::object());
  }
  void leave_list() override { close(); }

 private:
  void put(Key key, json value) { stack_.back()[std::string(key.name)] = std::move(value); }
  void close() {
    json done = std::move(stack_.back());
    stack_.pop_back();
    if (stack_.back().is_array())
      stack_.back().push_back(std::move(done));
    else
      stack_.back()[names_.back()] = std::move(done);
    names_.pop_back();
  }

  std::vector<json> stack_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<TextWriter> make_settings_writer() {
  return std::make_unique<SettingsWriter>();
}

}  // namespace soleus
