// Where messages go: the terminal, and soleus.log in the run folder.
#pragma once

#include <filesystem>
#include <string>

namespace soleus {

/// Messages on standard error, above a progress bar if one is shown.
void log_to_terminal();

/// While it lives, messages also go to FOLDER/soleus.log, with the time.
class LogFile {
 public:
  explicit LogFile(const std::filesystem::path& folder);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  /// Into the file only: the terminal hears of it from main().
  void error(const std::string& message);
};

}  // namespace soleus
