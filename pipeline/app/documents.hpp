// The documents that are generated from the table of configuration keys.
#pragma once

#include <string>

namespace soleus {

std::string case_schema();         // schema/soleus-case.schema.json
std::string phantom_schema();      // schema/soleus-phantom.schema.json
std::string configuration_page();  // docs/configuration.md

}  // namespace soleus
