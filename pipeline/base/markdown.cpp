#include "pipeline/base/markdown.hpp"

#include <fmt/format.h>

#include <cmath>

#include "pipeline/base/join.hpp"

namespace soleus {
namespace {

struct Table {
  std::string title, doc, rows;
};

/// "length, > 0 mm"; `what` stands before the dimension's name.
std::string accepted(Dimension d, const Limits& l, std::string_view what) {
  std::string out = fmt::format("{}{}", what, name(d));
  const auto add = [&](std::string_view sign, double bound) {
    if (std::isfinite(bound)) out += fmt::format(", {} {}", sign, format_quantity(bound, d));
  };
  add("&gt;", l.above);
  add("&ge;", l.min);
  add("&lt;", l.below);
  add("&le;", l.max);
  return out;
}

/// The tables in the order in which their sections were entered.
class MarkdownWriter final : public TextWriter {
 public:
  MarkdownWriter() : tables_{Table{}}, open_{0} {}

  void quantity(Key key, double& si, Dimension d, Limits l) override {
    row(key, accepted(d, l, ""), format_quantity(si, d));
  }
  void quantity(Key key, std::optional<double>&, Dimension d, Limits l) override {
    row(key, accepted(d, l, ""), "");
  }
  void quantities(Key key, std::vector<double>& si, Dimension d, Limits l) override {
    std::string all;
    for (const double v : si) all += (all.empty() ? "" : ", ") + format_quantity(v, d);
    row(key, accepted(d, l, "list, each a "), all.empty() ? "" : "[" + all + "]");
  }
  void vector(Key key, Vec3& si, Dimension d) override { row(key, three(d), format_quantities(si, d)); }
  void vector(Key key, std::optional<Vec3>&, Dimension d) override { row(key, three(d), ""); }
  void vectors(Key key, std::vector<Vec3>&, Dimension d) override { row(key, "list, each " + three(d), ""); }
  void number(Key key, double& value, Limits l) override {
    row(key, accepted(Dimension::number, l, ""), fmt::format("{:g}", value));
  }
  void integer(Key key, int& value, Limits l) override {
    row(key, accepted(Dimension::number, l, "whole "), fmt::format("{}", value));
  }
  void flag(Key key, bool& value) override { row(key, "true or false", value ? "true" : "false"); }
  void text(Key key, std::string& value) override { row(key, "text", value); }
  void texts(Key key, std::vector<std::string>& value) override {
    row(key, "list of texts", value.empty() ? "" : fmt::format("[{}]", join(value)));
  }
  void path(Key key, std::filesystem::path&) override { row(key, "file or folder", ""); }
  void fault(std::string_view, const std::string&) override {}

  std::string written() const override {
    std::string out;
    for (const Table& t : tables_) {
      if (t.rows.empty()) continue;
      if (!t.title.empty()) out += fmt::format("## {}\n\n{}\n\n", t.title, t.doc);
      out += "| key | value | default | meaning |\n| --- | --- | --- | --- |\n" + t.rows + "\n";
    }
    return out;
  }

 protected:
  void choice_index(Key key, int& index, std::span<const std::string_view> names) override {
    row(key, join(names), std::string(names[std::size_t(index)]));
  }
  bool enter(Key key, Presence presence) override {
    row(key, presence == Presence::always ? "section" : "section, may be left out", "");
    open(key, "");
    return true;
  }
  void leave() override { open_.pop_back(); }
  std::size_t enter_list(Key key, std::size_t) override {
    row(key, "list of sections", "");
    list_keys_.push_back(key);
    return 1;
  }
  void enter_item(std::size_t) override { open(list_keys_.back(), "[]"); }
  void leave_list() override { list_keys_.pop_back(); }

 private:
  static std::string three(Dimension d) {
    return d == Dimension::number ? "three numbers" : fmt::format("three numbers and a unit of {}", name(d));
  }
  void row(Key key, std::string_view value, const std::string& standard) {
    const std::string shown = key.required ? "required" : standard.empty() ? "" : "`" + standard + "`";
    tables_[open_.back()].rows += fmt::format("| `{}` | {} | {} | {} |\n", key.name, value, shown, key.doc);
  }
  void open(Key key, std::string_view suffix) {
    const std::string& parent = tables_[open_.back()].title;
    const std::string title = fmt::format("{}{}{}{}", parent, parent.empty() ? "" : ".", key.name, suffix);
    open_.push_back(tables_.size());
    tables_.push_back({title, std::string(key.doc), ""});
  }

  std::vector<Table> tables_;
  std::vector<std::size_t> open_;  // indices into tables_
  std::vector<Key> list_keys_;
};

}  // namespace

std::unique_ptr<TextWriter> make_markdown_writer() {
  return std::make_unique<MarkdownWriter>();
}

}  // namespace soleus
