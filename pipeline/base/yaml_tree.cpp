#include "pipeline/base/yaml_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

YAML::Node parse(const std::string& text, const std::string& where) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& e) {
    const std::string place = e.mark.is_null() ? where : fmt::format("{}:{}", where, e.mark.line + 1);
    throw InputError(fmt::format("{}: not valid YAML: {}.", place, e.msg));
  }
}

/// Index of the list item that a part of an override's key means; the size of the list if none.
std::size_t item_of(const YAML::Node& list, const std::string& part) {
  if (!part.empty() && std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c); }))
    return std::min<std::size_t>(std::stoul(part), list.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].IsMap() && list[i]["name"] && list[i]["name"].Scalar() == part) return i;
  return list.size();
}

std::vector<std::string> split(const std::string& key) {
  std::vector<std::string> parts{""};
  for (const char c : key) {
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

void put(YamlTree& tree, const Override& o) {
  YAML::Node node;
  node.reset(tree.root);
  std::string path;
  const std::vector<std::string> parts = split(o.key);
  for (std::size_t n = 0; n < parts.size(); ++n) {
    YAML::Node next;
    if (node.IsSequence()) {
      const std::size_t i = item_of(node, parts[n]);
      if (i == node.size())
        throw InputError(fmt::format(
            "--set {}: '{}' is no item of {}, which has {}; write a number from 0 or the item's name.", o.key,
            parts[n], path, node.size()));
      path += fmt::format("[{}]", i);
      next.reset(node[i]);
    } else if (node.IsScalar()) {
      throw InputError(fmt::format("--set {}: {} is a value, not a section.", o.key, path));
    } else {
      path += (path.empty() ? "" : ".") + parts[n];
      next.reset(node[parts[n]]);
      if (!next.IsDefined()) tree.overridden.insert(path);  // this section comes from the command line too
    }
    node.reset(next);
  }
  node = parse(o.value, "--set " + o.key);
  tree.overridden.insert(path);
}

}  // namespace

Override parse_override(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw InputError(fmt::format("--set {}: write KEY=VALUE, for example --set 'solver.dx=0.4 mm'.", text));
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

bool YamlTree::is_overridden(const std::string& path) const {
  return std::any_of(overridden.begin(), overridden.end(), [&](const std::string& o) {
    return path == o || path.starts_with(o + ".") || path.starts_with(o + "[");
  });
}

std::string YamlTree::place(const std::string& path, int line) const {
  return is_overridden(path) ? "--set" : fmt::format("{}:{}", file.string(), line);
}

YamlTree load_yaml_tree(const std::filesystem::path& file, std::span<const Override> overrides) {
  YamlTree tree{file, parse(read_file(file), file.string()), {}};
  if (!tree.root.IsMap())
    throw InputError(fmt::format("{}: holds no 'key: value' lines; is it the right file?", file.string()));
  for (const Override& o : overrides) put(tree, o);
  return tree;
}

}  // namespace soleus
