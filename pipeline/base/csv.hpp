// Tables as text with commas. REFERENCE: RFC 4180.
#pragma once

#include <string>

namespace soleus {

/// In quotes where a text holds a comma, a quote or a line's end.
inline std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

/// With its line's end.
template <class Texts>
std::string csv_row(const Texts& cells) {
  std::string row;
  for (const std::string& text : cells) row.append(csv_cell(text)).append(",");
  if (!row.empty()) row.pop_back();
  return row + "\n";
}

}  // namespace soleus
