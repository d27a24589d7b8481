#include "pipeline/base/nearest.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

#include "pipeline/base/join.hpp"

namespace soleus {
namespace {

std::string lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}

/// Levenshtein distance.
std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t(0));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  const std::string w = lower(word);
  std::string best;
  std::size_t fewest = std::max<std::size_t>(2, w.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::string k = lower(candidate);
    // 'radius_mm' and 'density_kg_m3' are the key with its unit.
    const bool extends =
        (w.starts_with(k + "_") || k.starts_with(w + "_")) && std::min(w.size(), k.size()) >= 2;
    const std::size_t n = extends ? 1 : edits(w, k);
    if (n < fewest && n < std::max(w.size(), k.size())) fewest = n, best = candidate;
  }
  return best;
}

std::string hint(std::string_view word, const std::vector<std::string>& known, std::string_view kind) {
  if (const std::string near = nearest(word, known); !near.empty()) return " Did you mean '" + near + "'?";
  if (known.empty()) return "";
  return " Known " + std::string(kind) + ": " + join(known) + ".";
}

}  // namespace soleus
