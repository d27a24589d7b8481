#include "pipeline/base/errors.hpp"

#include "pipeline/base/join.hpp"

namespace soleus {
InputError::InputError(std::vector<std::string> all)
    : Error(ExitCode::bad_input, join(all, "\n")), messages_(std::move(all)) {}

}  // namespace soleus
