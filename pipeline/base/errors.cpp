#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

std::string join_lines(const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines) all += (all.empty() ? "" : "\n") + line;
  return all;
}

}  // namespace

InputError::InputError(std::vector<std::string> all)
    : Error(ExitCode::bad_input, join_lines(all)), messages_(std::move(all)) {}

}  // namespace soleus
