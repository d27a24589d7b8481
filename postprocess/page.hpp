// report.html: one or more runs as one page that a browser opens by itself, without network or server.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "pipeline/base/artifacts/flow.hpp"
#include "postprocess/metrics.hpp"

namespace soleus {

/// A run as the page shows it. A run that stopped half-way has no flow: its stored frames are shown.
struct PageCase {
  std::string name, description;
  std::filesystem::path solve_folder, picture_folder;  // fields; *.png of the report
  std::optional<Flow> flow;
  std::optional<Metrics> metrics;
};

/// As its report calls the run; else as its folder is called.
std::string name_of_run(const std::filesystem::path& run_folder);
/// Reads a run folder, finished or not. Throws InputError where there is no solve folder.
PageCase read_page_case(const std::filesystem::path& run_folder);

/// Writes `file`. Several cases stand side by side under one slider. Without the viewer (built without npm)
/// the page has the pictures instead of 3D.
void write_page(std::span<const PageCase> cases, const std::filesystem::path& file);

/// Text as it may stand in HTML, also in an attribute.
std::string html_text(const std::string& text);

/// Whether the viewer was built in.
bool page_has_viewer();

}  // namespace soleus
