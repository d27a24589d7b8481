#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "pipeline/app/commands.hpp"
#include "pipeline/app/machine.hpp"
#include "pipeline/app/workspace.hpp"
#include "pipeline/base/settings_json.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "segmentation/phantom.hpp"
#include "segmentation/phantom_spec.hpp"

namespace soleus {

void add_phantom_command(CLI::App& program) {
  struct Arguments {
    std::string spec, output;
    std::vector<std::string> set;
    int threads = default_threads();
  };
  const auto a = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand(
      "phantom", "Make a CT-venography-like volume of a lower leg, with its ground truth");
  command->footer(
      "Writes image.nrrd (Hounsfield units), truth.nrrd (veins by name) and truth_centerlines.csv; with "
      "`contracted` "
      "in the description also the leg at those times and its true motion.\n\n"
      "Example:\n  soleus phantom configs/demo/calf-phantom.yaml --output runs/phantom --set scanner.seed=7");
  command->add_option("spec", a->spec, "Description of the leg (YAML)")->required()->type_name("SPEC.yaml");
  command->add_option("-o,--output", a->output, "Folder for the volume")->required()->type_name("DIR");
  command->add_option("-s,--set", a->set, "Replace a value of the description")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_option("-t,--threads", a->threads, "CPU threads; without it all that this process may use")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command->callback([a] {
    use_threads(a->threads);
    const PhantomSpec spec = read_yaml<PhantomSpec>(a->spec, parse_overrides(a->set));
    const std::filesystem::path folder = std::filesystem::absolute(a->output).lexically_normal();
    const auto trimmed = folder.has_filename() ? folder : folder.parent_path();
    produce({"phantom", trimmed, settings_json(spec), {}},
            [&](const std::filesystem::path& out) { save(make_phantom(spec), out); });
    fmt::print("image.nrrd, truth.nrrd and truth_centerlines.csv are in {}\n", a->output);
  });
}

}  // namespace soleus
