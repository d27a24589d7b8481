#include "pipeline/base/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <set>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/join.hpp"
#include "pipeline/base/nearest.hpp"
#include "pipeline/base/yaml_tree.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

struct Entry {
  std::string name;
  YAML::Node value;
  int line;
};

/// The section being read. `given`: it stands in the file; `checked`: its required keys are needed.
struct Frame {
  std::string path;
  int line = 1;
  bool given = true, checked = true;
  std::vector<Entry> entries;
  std::vector<std::string> known;
};

/// A list being read: its items, or none if it is not in the file.
struct List {
  std::string path;
  int line = 1;
  YAML::Node items;
};

std::string limits_sentence(const Limits& l, const std::function<std::string(double)>& show) {
  std::string out;
  const auto add = [&](const char* words, double bound) {
    if (std::isfinite(bound))
      out += fmt::format("{}{} {}", out.empty() ? "must be " : " and ", words, show(bound));
  };
  add("above", l.above);
  add("at least", l.min);
  add("below", l.below);
  add("at most", l.max);
  return out;
}

bool within(double v, const Limits& l) {
  return v >= l.min && v <= l.max && v > l.above && v < l.below;
}

std::string shown(const YAML::Node& node) {
  return node.IsScalar() ? "'" + node.Scalar() + "'" : node.IsSequence() ? "a list" : "a section";
}

const std::string& scalar(const YAML::Node& node, std::string_view what) {
  if (!node.IsScalar()) throw InputError(fmt::format("expected {}, found {}", what, shown(node)));
  return node.Scalar();
}

template <class Number>
Number whole_number(const std::string& text, std::string_view what) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw InputError(fmt::format("'{}' is not {}", text, what));
  return value;
}

double checked_quantity(const std::string& text, Dimension dimension, const Limits& limits) {
  const double si = parse_quantity(text, dimension);
  if (!within(si, limits))
    throw InputError(fmt::format("'{}' {}", text, limits_sentence(limits, [&](double bound) {
                                   return format_quantity(bound, dimension);
                                 })));
  return si;
}

Vec3 three(const YAML::Node& node, Dimension dimension) {
  if (!node.IsSequence()) return parse_quantities(scalar(node, "three values"), dimension);
  if (node.size() != 3) throw InputError(fmt::format("has {} values, expected three", node.size()));
  Vec3 v;
  for (int a = 0; a < 3; ++a) v[a] = parse_quantity(scalar(node[a], "a value with a unit"), dimension);
  return v;
}

/// A list, or a single value instead of a list of one.
std::vector<YAML::Node> items_of(const YAML::Node& node) {
  if (!node.IsSequence()) return {node};
  return {node.begin(), node.end()};
}

/// `${NAME}` replaced by the environment variable, `${NAME:-DEFAULT}` by DEFAULT when it is not set.
std::string with_environment(std::string text) {
  for (std::size_t start = 0; (start = text.find("${", start)) != std::string::npos;) {
    const std::size_t end = text.find('}', start);
    if (end == std::string::npos) throw InputError(fmt::format("'{}' lacks the '}}' of '${{'", text));
    std::string name = text.substr(start + 2, end - start - 2), value;
    const std::size_t colon = name.find(":-");
    const bool has_default = colon != std::string::npos;
    if (has_default) value = name.substr(colon + 2), name.resize(colon);
    if (const char* set = std::getenv(name.c_str()); set && *set)
      value = set;
    else if (!has_default)
      throw InputError(fmt::format(
          "the environment variable {} is not set; set it, or write ${{{}:-DEFAULT}}", name, name));
    text.replace(start, end - start + 1, value);
    start += value.size();
  }
  return text;
}

class YamlReader final : public Reader {
 public:
  explicit YamlReader(YamlTree tree) : tree_(std::move(tree)) { push("", tree_.root, 1); }

  void quantity(Key key, double& si, Dimension d, Limits limits) override {
    take(key,
         [&](const YAML::Node& n) { si = checked_quantity(scalar(n, "a value with a unit"), d, limits); });
  }
  void quantity(Key key, std::optional<double>& si, Dimension d, Limits limits) override {
    take(key,
         [&](const YAML::Node& n) { si = checked_quantity(scalar(n, "a value with a unit"), d, limits); });
  }
  void quantities(Key key, std::vector<double>& si, Dimension d, Limits limits) override {
    take(key, [&](const YAML::Node& n) {
      std::vector<double> all;
      for (const auto& item : items_of(n))
        all.push_back(checked_quantity(scalar(item, "a value with a unit"), d, limits));
      si = std::move(all);
    });
  }
  void vector(Key key, Vec3& si, Dimension d) override {
    take(key, [&](const YAML::Node& n) { si = three(n, d); });
  }
  void vector(Key key, std::optional<Vec3>& si, Dimension d) override {
    take(key, [&](const YAML::Node& n) { si = three(n, d); });
  }
  void vectors(Key key, std::vector<Vec3>& si, Dimension d) override {
    take(key, [&](const YAML::Node& n) {
      std::vector<Vec3> all;
      for (const auto& item : items_of(n)) all.push_back(three(item, d));
      si = std::move(all);
    });
  }
  void number(Key key, double& value, Limits limits) override {
    take(key, [&](const YAML::Node& n) {
      value = checked_quantity(scalar(n, "a number"), Dimension::number, limits);
    });
  }
  void integer(Key key, int& value, Limits limits) override {
    take(key, [&](const YAML::Node& n) {
      const int i = whole_number<int>(scalar(n, "a whole number"), "a whole number, for example 20");
      if (!within(i, limits))
        throw InputError(fmt::format(
            "'{}' {}", i, limits_sentence(limits, [](double b) { return fmt::format("{:g}", b); })));
      value = i;
    });
  }
  void flag(Key key, bool& value) override {
    take(key, [&](const YAML::Node& n) {
      if (!YAML::convert<bool>::decode(n, value))
        throw InputError(fmt::format("{} is not true or false", shown(n)));
    });
  }
  void text(Key key, std::string& value) override {
    take(key, [&](const YAML::Node& n) {
      value = scalar(n, "a text");
      if (key.required && value.empty()) throw InputError("must not be empty");
    });
  }
  void texts(Key key, std::vector<std::string>& value) override {
    take(key, [&](const YAML::Node& n) {
      std::vector<std::string> all;
      for (const auto& item : items_of(n)) all.push_back(scalar(item, "a text"));
      value = std::move(all);
    });
  }
  void path(Key key, fs::path& value) override {
    take(key, [&](const YAML::Node& n) {
      const fs::path given = with_environment(scalar(n, "a file name"));
      if (given.empty()) return;
      // Names in the file are relative to the file, those of the command line to where the user stands.
      value =
          (given.is_absolute() || tree_.is_overridden(path_of(key.name)) ? given
                                                                         : tree_.file.parent_path() / given)
              .lexically_normal();
      if (!fs::exists(value)) throw InputError(fmt::format("'{}': no such file or folder", value.string()));
    });
  }
  void fault(std::string_view key, const std::string& sentence) override {
    if (!frame().given && !frame().checked) return;
    const std::string path = path_of(key);
    if (reported_.contains(path)) return;  // its own fault says more
    const Entry* entry = find(key);
    report(path, entry ? entry->line : frame().line, sentence);
  }

  void finish() override {
    leave();
    std::stable_sort(faults_.begin(), faults_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> messages;
    for (auto& [line, message] : faults_)
      if (std::find(messages.begin(), messages.end(), message) == messages.end())
        messages.push_back(std::move(message));
    if (!messages.empty()) throw InputError(std::move(messages));
  }

 protected:
  void choice_index(Key key, int& index, std::span<const std::string_view> names) override {
    take(key, [&](const YAML::Node& n) {
      const std::string& word = scalar(n, "a name");
      const auto found = std::find(names.begin(), names.end(), word);
      if (found != names.end()) {
        index = int(found - names.begin());
        return;
      }
      const std::vector<std::string> all(names.begin(), names.end());
      const std::string near = nearest(word, all);
      throw InputError(fmt::format("'{}' is not one of {}{}", word, join(all),
                                   near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    });
  }

  bool enter(Key key, Presence presence) override {
    const std::string path = path_of(key.name);
    frame().known.emplace_back(key.name);
    const Entry* entry = find(key.name);
    if (entry && entry->value.IsMap()) {
      push(path, entry->value, entry->line);
      return true;
    }
    if (entry)
      report(path, entry->line,
             fmt::format("{} is not a section of 'key: value' lines.", shown(entry->value)));
    if (!entry && key.required && frame().checked)
      report(path, frame().line, fmt::format("this section is missing. {}", key.doc));
    if (presence != Presence::always) return false;
    const bool needed = !entry && !key.required && frame().checked;
    stack_.push_back({path, frame().line, false, needed, {}, {}});
    return true;
  }

  void leave() override {
    const Frame& f = frame();
    for (const Entry& e : f.entries)
      if (std::find(f.known.begin(), f.known.end(), e.name) == f.known.end())
        report(path_of(e.name), e.line,
               "unknown key." + hint(e.name, f.known, f.path.empty() ? "sections" : "keys"));
    stack_.pop_back();
  }

  std::size_t enter_list(Key key, std::size_t present) override {
    const std::string path = path_of(key.name);
    frame().known.emplace_back(key.name);
    const Entry* entry = find(key.name);
    const int line = entry ? entry->line : frame().line;
    if (entry && !entry->value.IsSequence()) {
      report(path, line, fmt::format("{} is not a list; start each item with '- '.", shown(entry->value)));
      entry = nullptr;
    } else if (!entry && key.required && frame().checked) {
      report(path, line, fmt::format("this list is missing. {}", key.doc));
    }
    lists_.push_back({path, line, entry ? entry->value : YAML::Node()});
    return entry ? entry->value.size() : present;
  }

  void enter_item(std::size_t index) override {
    const List& list = lists_.back();
    const std::string path = fmt::format("{}[{}]", list.path, index);
    if (!list.items.IsSequence()) {
      stack_.push_back({path, list.line, false, false, {}, {}});
      return;
    }
    const YAML::Node item = list.items[index];
    const int line = item.Mark().is_null() ? list.line : item.Mark().line + 1;
    if (item.IsMap()) {
      push(path, item, line);
    } else {
      report(path, line, fmt::format("{} is not a section of 'key: value' lines.", shown(item)));
      stack_.push_back({path, line, false, false, {}, {}});
    }
  }

  void leave_list() override { lists_.pop_back(); }

 private:
  Frame& frame() { return stack_.back(); }

  std::string path_of(std::string_view key) {
    return frame().path.empty() ? std::string(key) : fmt::format("{}.{}", frame().path, key);
  }

  void push(const std::string& path, const YAML::Node& map, int line) {
    Frame f{path, line, true, true, {}, {}};
    for (const auto& pair : map) {
      const std::string name = pair.first.IsScalar() ? pair.first.Scalar() : "?";
      const int key_line = pair.first.Mark().is_null() ? line : pair.first.Mark().line + 1;
      const bool twice =
          std::any_of(f.entries.begin(), f.entries.end(), [&](const Entry& e) { return e.name == name; });
      stack_.push_back(f);
      if (twice) report(path_of(name), key_line, "given twice; remove one of the two.");
      stack_.pop_back();
      if (!twice) f.entries.push_back({name, pair.second, key_line});
    }
    stack_.push_back(std::move(f));
  }

  /// The entry with a value; a key with nothing after the colon counts as not given.
  const Entry* find(std::string_view key) {
    for (const Entry& e : frame().entries)
      if (e.name == key && !e.value.IsNull()) return &e;
    return nullptr;
  }

  template <class Assign>
  void take(Key key, Assign assign) {
    frame().known.emplace_back(key.name);
    const Entry* entry = find(key.name);
    if (!entry) {
      if (key.required && frame().checked)
        report(path_of(key.name), frame().line, fmt::format("this key is missing. {}", key.doc));
      return;
    }
    try {
      assign(entry->value);
    } catch (const InputError& e) {
      const std::string sentence = e.what();
      report(path_of(key.name), entry->line, sentence + (sentence.ends_with('?') ? "" : "."));
    }
  }

  void report(const std::string& path, int line, const std::string& sentence) {
    reported_.insert(path);
    faults_.emplace_back(line, fmt::format("{}: {}: {}", tree_.place(path, line), path, sentence));
  }

  YamlTree tree_;
  std::vector<Frame> stack_;
  std::vector<List> lists_;
  std::vector<std::pair<int, std::string>> faults_;  // line and message
  std::set<std::string> reported_;                   // paths that have a fault
};

/// Calls `visit(path, line)` for every key below `node`.
void for_each_key(const YAML::Node& node, const std::string& path,
                  const std::function<void(const std::string&, int)>& visit) {
  if (node.IsSequence())
    for (std::size_t i = 0; i < node.size(); ++i)
      for_each_key(node[i], fmt::format("{}[{}]", path, i), visit);
  if (!node.IsMap()) return;
  for (const auto& pair : node) {
    const std::string key =
        path.empty() ? pair.first.Scalar() : fmt::format("{}.{}", path, pair.first.Scalar());
    visit(key, pair.first.Mark().is_null() ? 1 : pair.first.Mark().line + 1);
    for_each_key(pair.second, key, visit);
  }
}

}  // namespace

std::string with_place(const std::string& message, const fs::path& file,
                       std::span<const Override> overrides) {
  const YamlTree tree = load_yaml_tree(file, overrides);
  std::string key;  // the longest one that the message begins with
  int line = 0;
  for_each_key(tree.root, "", [&](const std::string& path, int at) {
    const bool begins =
        message.starts_with(path) && message.find_first_of(":. =[", path.size()) == path.size();
    if (begins && path.size() > key.size()) key = path, line = at;
  });
  return key.empty() ? message : fmt::format("{}: {}", tree.place(key, line), message);
}

InputError with_places(const InputError& e, const fs::path& file, std::span<const Override> overrides) {
  std::vector<std::string> messages;
  for (const std::string& m : e.messages()) messages.push_back(with_place(m, file, overrides));
  return InputError(std::move(messages));
}

std::unique_ptr<Reader> open_yaml(const fs::path& file, std::span<const Override> overrides) {
  return std::make_unique<YamlReader>(load_yaml_tree(file, overrides));
}

}  // namespace soleus
