#include "pipeline/base/yaml_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "pipeline/base/join.hpp"

namespace soleus {
namespace {

/// In double quotes, where every character can be written.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + "\"";
}

/// "[a, b]"
template <class Values, class Show>
std::string in_brackets(const Values& values, Show show) {
  std::vector<std::string> all;
  std::ranges::transform(values, std::back_inserter(all), show);
  return fmt::format("[{}]", join(all));
}

class YamlWriter final : public TextWriter {
 public:
  void quantity(Key key, double& si, Dimension d, Limits) override { put(key, format_quantity(si, d)); }
  void quantity(Key key, std::optional<double>& si, Dimension d, Limits) override {
    if (si) put(key, format_quantity(*si, d));
  }
  void quantities(Key key, std::vector<double>& si, Dimension d, Limits) override {
    put(key, in_brackets(si, [d](double v) { return format_quantity(v, d); }));
  }
  void vector(Key key, Vec3& si, Dimension d) override { put(key, format_quantities(si, d)); }
  void vector(Key key, std::optional<Vec3>& si, Dimension d) override {
    if (si) put(key, format_quantities(*si, d));
  }
  void vectors(Key key, std::vector<Vec3>& si, Dimension d) override {
    put(key, in_brackets(si, [d](const Vec3& v) { return format_quantities(v, d); }));
  }
  void number(Key key, double& value, Limits) override {
    put(key, format_quantity(value, Dimension::number));
  }
  void integer(Key key, int& value, Limits) override { put(key, std::to_string(value)); }
  void flag(Key key, bool& value) override { put(key, value ? "true" : "false"); }
  void text(Key key, std::string& value) override {
    if (!value.empty()) put(key, in_quotes(value));
  }
  void texts(Key key, std::vector<std::string>& value) override { put(key, in_brackets(value, in_quotes)); }
  void path(Key key, std::filesystem::path& value) override {
    if (!value.empty()) put(key, in_quotes(std::filesystem::absolute(value).string()));
  }
  void fault(std::string_view, const std::string&) override {}

  std::string written() const override { return out_; }

 protected:
  void choice_index(Key key, int& index, std::span<const std::string_view> names) override {
    put(key, names[std::size_t(index)]);
  }
  bool enter(Key key, Presence presence) override {
    if (presence == Presence::absent) return false;
    line(fmt::format("{}:", key.name));
    ++depth_;
    return true;
  }
  void leave() override { --depth_; }
  std::size_t enter_list(Key key, std::size_t present) override {
    line(fmt::format("{}:{}", key.name, present > 0 ? "" : " []"));
    ++depth_;
    return present;
  }
  void enter_item(std::size_t) override {
    ++depth_;
    begins_item_ = true;
  }
  void leave_list() override { --depth_; }

 private:
  void put(Key key, std::string_view value) { line(fmt::format("{}: {}", key.name, value)); }
  void line(const std::string& text) {
    constexpr std::size_t step = 2;
    std::string indent(step * depth_, ' ');
    if (begins_item_) indent.replace(indent.size() - step, 1, "-");
    begins_item_ = false;
    out_ += indent + text + "\n";
  }

  std::string out_;
  std::size_t depth_ = 0;
  bool begins_item_ = false;  // the next line is the first of a list's item
};

}  // namespace

std::unique_ptr<TextWriter> make_yaml_writer() {
  return std::make_unique<YamlWriter>();
}

}  // namespace soleus
