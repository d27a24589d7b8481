// What a user sees when something is wrong: the sentences on the terminal, without the lines that only tell
// progress.
#pragma once

#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <string>

#include "tests/app/program.hpp"

namespace soleus::test {

/// Lines of the log begin with the time of day; the sentences of an error do not.
inline std::string sentences(const std::string& err) {
  static const std::regex log_line("^[0-9][0-9]:[0-9][0-9]:[0-9][0-9] .*");
  std::string all;
  std::istringstream in(err);
  for (std::string line; std::getline(in, line);)
    if (!std::regex_match(line, log_line)) all += line + "\n";
  return all;
}

/// `text` with its first `what` replaced.
inline std::string edited(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::logic_error("the case does not hold '" + what + "'");
  return text.replace(at, what.size(), by);
}

/// What a command says of a case that it refuses.
inline std::string refusal_of(const TemporaryFolder& folder, const std::string& file, const std::string& text,
                              const std::string& command) {
  folder.write(file, text);
  const Outcome outcome = soleus(folder.path, {command, file});
  EXPECT_EQ(outcome.exit_code, 2);
  return outcome.err;
}

/// That a command refuses small_case with its first `what` replaced, by this sentence alone.
inline void expect_refusal(const TemporaryFolder& folder, const std::string& what, const std::string& by,
                           const std::string& sentence, const std::string& command) {
  EXPECT_EQ(sentences(refusal_of(folder, "pipe.yaml", edited(small_case, what, by), command)),
            sentence + "\n");
}

}  // namespace soleus::test
