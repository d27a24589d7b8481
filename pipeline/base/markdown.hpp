// The keys of a described struct as Markdown tables.
#pragma once

#include <memory>
#include <string>

#include "pipeline/base/settings_json.hpp"

namespace soleus {

std::unique_ptr<TextWriter> make_markdown_writer();

/// One heading and table per section, in the order in which the struct describes them.
template <class T>
std::string markdown_tables() {
  T value{};
  const std::unique_ptr<TextWriter> writer = make_markdown_writer();
  describe(*writer, value);
  return writer->written();
}

}  // namespace soleus
