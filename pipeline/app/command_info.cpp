#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "pipeline/app/build_info.hpp"
#include "pipeline/app/commands.hpp"
#include "pipeline/app/machine.hpp"
#include "solver_cuda/backend/cuda_devices.hpp"

namespace soleus {

void add_info_command(CLI::App& program) {
  program
      .add_subcommand("info",
                      "Say which version this is, what it was built with, and what this machine offers")
      ->callback([] {
        for (const auto& [name, value] : build_info()) fmt::print("{:<16}{}\n", name, value);
        fmt::print("{:<16}{}\n", "threads", default_threads());
        fmt::print("{:<16}{:.1f} GB\n", "free memory", available_memory_bytes() / 1e9);
        for (const std::string& device : cuda_devices()) fmt::print("{:<16}{}\n", "CUDA device", device);
      });
}

}  // namespace soleus
