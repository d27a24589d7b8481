#include "pipeline/app/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "pipeline/base/files.hpp"

namespace soleus {

void log_to_terminal() {
  auto logger = spdlog::stderr_color_mt("soleus");
  // On a terminal a message first wipes the progress bar, which is drawn again below it.
  logger->set_pattern(::isatty(STDERR_FILENO) ? "\r\033[K%^%v%$" : "%H:%M:%S %^%v%$");
  spdlog::set_default_logger(logger);
}

LogFile::LogFile(const std::filesystem::path& folder) {
  make_writable_folder(folder);
  auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>((folder / "soleus.log").string());
  sink->set_pattern("%Y-%m-%d %H:%M:%S %l %v");
  spdlog::default_logger()->sinks().push_back(sink);
  spdlog::default_logger()->flush_on(spdlog::level::info);
}

void LogFile::error(const std::string& message) {
  auto& sink = *spdlog::default_logger()->sinks().back();
  sink.log(spdlog::details::log_msg("soleus", spdlog::level::err, message));
  sink.flush();
}

LogFile::~LogFile() {
  spdlog::default_logger()->sinks().pop_back();
}

}  // namespace soleus
