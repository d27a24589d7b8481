// The parsed YAML document with the command line's values put in (private to the reader).
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>
#include <span>
#include <string>

#include "pipeline/base/yaml_reader.hpp"

namespace soleus {

struct YamlTree {
  std::filesystem::path file;
  YAML::Node root;
  std::set<std::string> overridden;  // paths as messages write them: "openings[0].pressure"

  bool is_overridden(const std::string& path) const;
  /// "calf.yaml:9", or "--set" for what the command line says.
  std::string place(const std::string& path, int line) const;
};

/// Throws InputError when the file is missing, is not YAML, or an override has no place in it.
YamlTree load_yaml_tree(const std::filesystem::path& file, std::span<const Override> overrides);

}  // namespace soleus
