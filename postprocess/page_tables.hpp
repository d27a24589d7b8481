// The parts of a page that need no script: figures, credibility, provenance, pictures; and curves for its
// plots.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "postprocess/page.hpp"

namespace soleus {

/// HTML of one case, all text escaped.
std::string page_tables(const PageCase& c);

/// The report's *.png as <figure>.
std::string page_pictures(const PageCase& c);

/// [{"title", "unit", "lines": [{"name", "values"}]}] in the clinic's units, and "time" [s].
nlohmann::ordered_json page_curves(const PageCase& c);

}  // namespace soleus
