// The settings of a described struct as canonical JSON: the same settings always give the same text, so that
// its hash tells whether a stage's result is still valid. Files count by their content, not by their name.
#pragma once

#include <memory>
#include <string>

#include "pipeline/base/fields.hpp"

namespace soleus {

class TextWriter : public Fields {
 public:
  virtual std::string written() const = 0;
};
std::unique_ptr<TextWriter> make_settings_writer();

template <class T>
std::string settings_json(const T& value) {
  T copy = value;  // describe() takes a mutable struct
  const std::unique_ptr<TextWriter> writer = make_settings_writer();
  describe(*writer, copy);
  return writer->written();
}

}  // namespace soleus
