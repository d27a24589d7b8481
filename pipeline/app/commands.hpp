// The program's commands, one file each; each adds itself to the command line.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "pipeline/base/yaml_reader.hpp"

namespace soleus {

void add_run_commands(CLI::App& program);       // run, segment, mesh, solve, report
void add_validate_command(CLI::App& program);   // validate
void add_phantom_command(CLI::App& program);    // phantom
void add_info_command(CLI::App& program);       // info
void add_bench_command(CLI::App& program);      // bench
void add_limb_command(CLI::App& program);       // limb
void add_calibrate_command(CLI::App& program);  // calibrate
void add_sweep_command(CLI::App& program);      // sweep
void add_compare_commands(CLI::App& program);   // compare, preview
void add_render_command(CLI::App& program);     // render
void add_document_commands(CLI::App& program);  // schema, docs

/// What `--set` was given, each time it was.
std::vector<Override> parse_overrides(const std::vector<std::string>& set);

}  // namespace soleus
