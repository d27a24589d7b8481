#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "pipeline/app/commands.hpp"
#include "pipeline/app/documents.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {

void add_document_commands(CLI::App& program) {
  struct Arguments {
    bool phantom = false;
    std::string output;
  };
  const auto emit = [](const std::string& text, const std::string& file) {
    if (file.empty())
      std::fputs(text.c_str(), stdout);
    else
      write_file(file, text);
  };

  const auto s = std::make_shared<Arguments>();
  CLI::App* schema = program.add_subcommand("schema", "Write the JSON Schema of case files, for editors");
  schema->add_flag("--phantom", s->phantom, "Of phantom descriptions instead");
  schema->add_option("-o,--output", s->output, "File to write instead of the terminal")->type_name("FILE");
  schema->callback([=] { emit(s->phantom ? phantom_schema() : case_schema(), s->output); });

  const auto d = std::make_shared<Arguments>();
  CLI::App* docs = program.add_subcommand("docs", "Write the reference of all configuration keys (Markdown)");
  docs->add_option("-o,--output", d->output, "File to write instead of the terminal")->type_name("FILE");
  docs->callback([=] { emit(configuration_page(), d->output); });
}

}  // namespace soleus
