#include "pipeline/app/documents.hpp"

#include <fmt/format.h>

#include "pipeline/app/case.hpp"
#include "pipeline/base/json_schema.hpp"
#include "pipeline/base/markdown.hpp"
#include "segmentation/phantom_spec.hpp"

namespace soleus {
namespace {

constexpr const char* introduction = R"(# Configuration

A case is one YAML file. `soleus validate CASE.yaml` checks it and lists every fault with file and line;
`soleus run CASE.yaml --set KEY=VALUE` replaces a value for one run. Editors complete and check cases with
[the schema](../schema/soleus-case.schema.json): put this line first in the file (the path as seen from it):

```yaml
# yaml-language-server: $schema=../../schema/soleus-case.schema.json
```

- **Units.** Every value that has a dimension is written with its unit: `8 mm`, `12 mmHg`, `250 mL/min`. A bare number is
  an error. Points and vectors are three numbers and one unit, `12 -40.5 230 mm`.
- **Positions** are in patient coordinates, LPS: x grows to the patient's left, y to the back, z to the head.
- **Files** are relative to the file that names them (with `--set`, to the current folder).
- **The lumen** comes from exactly one of `image`, `geometry.labels`, `geometry.surface` and `geometry.analytic`.

This page is written by `soleus docs` from the table that the program itself reads cases with; do not edit it by hand.

)";

constexpr const char* units_heading = R"(# Units

| quantity | units | for example |
| --- | --- | --- |
)";

constexpr const char* phantom_heading = R"(
# Phantom descriptions

The file that `image.phantom` names and `soleus phantom` reads.

)";

std::string units() {
  std::string out = units_heading;
  for (int d = int(Dimension::length); d <= int(Dimension::radiodensity); ++d)
    out += fmt::format("| {} | {} | {} |\n", name(Dimension(d)), accepted_units(Dimension(d)),
                       example(Dimension(d)));
  return out;
}

}  // namespace

std::string case_schema() {
  return json_schema<Case>("Soleus case");
}
std::string phantom_schema() {
  return json_schema<PhantomSpec>("Soleus phantom");
}
std::string configuration_page() {
  return introduction + markdown_tables<Case>() + units() + phantom_heading + markdown_tables<PhantomSpec>();
}

}  // namespace soleus
