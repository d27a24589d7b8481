#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>

#include "pipeline/app/build_info.hpp"
#include "pipeline/app/commands.hpp"
#include "pipeline/app/log.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

constexpr const char* description =
    "Soleus simulates the calf muscle pump of one patient: veins are found in a CT or MR venogram, turned "
    "into a lumen\n"
    "surface, and the flow in them is computed while the calf contracts. For research; not a medical device.";

constexpr const char* footer =
    "Exit codes: 0 done, 2 bad input, 3 numerical failure, 4 resource (disk, memory), 130 interrupted.\n"
    "Start with: soleus run configs/demo/calf.yaml";

int fail(ExitCode code, const std::string& text) {
  fmt::print(stderr, "{}\n", text);
  return int(code);
}

int run(int argc, char** argv) {
  CLI::App program(description, "soleus");
  program.footer(footer);
  program.set_version_flag("--version", program_version());
  program.require_subcommand(1);
  program.get_formatter()->column_width(34);
  add_run_commands(program);
  add_validate_command(program);
  add_phantom_command(program);
  add_info_command(program);
  add_bench_command(program);
  add_compare_commands(program);
  add_render_command(program);
  add_limb_command(program);
  add_calibrate_command(program);
  add_sweep_command(program);
  add_document_commands(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return program.exit(e) == 0 ? 0 : int(ExitCode::bad_input);
  }
  return int(ExitCode::done);
}

}  // namespace
}  // namespace soleus

int main(int argc, char** argv) {
  using namespace soleus;
  log_to_terminal();
  catch_interrupts();
  try {
    return run(argc, argv);
  } catch (const Error& e) {
    return fail(e.exit_code(), e.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::resource, "this needs more memory than the machine has.");
  } catch (const std::exception& e) {
    return fail(ExitCode{1}, fmt::format("a bug in soleus, please report it: {}", e.what()));
  }
}
