// JSON Schema (draft 7) of a described struct: editors complete and check case files with it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "pipeline/base/settings_json.hpp"

namespace soleus {

std::unique_ptr<TextWriter> make_schema_writer(std::string_view title);

template <class T>
std::string json_schema(std::string_view title) {
  T value{};
  const std::unique_ptr<TextWriter> writer = make_schema_writer(title);
  describe(*writer, value);
  return writer->written();
}

}  // namespace soleus
