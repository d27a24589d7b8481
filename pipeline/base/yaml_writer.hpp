// A described struct as YAML that reads back as the same struct: every key with its value and unit, absent
// options left out.
#pragma once

#include <memory>
#include <string>

#include "pipeline/base/settings_json.hpp"

namespace soleus {

std::unique_ptr<TextWriter> make_yaml_writer();

/// Files are named by their absolute path, so that the text may lie anywhere.
template <class T>
std::string as_yaml(const T& value) {
  T copy = value;  // describe() takes a mutable struct
  const std::unique_ptr<TextWriter> writer = make_yaml_writer();
  describe(*writer, copy);
  return writer->written();
}

}  // namespace soleus
