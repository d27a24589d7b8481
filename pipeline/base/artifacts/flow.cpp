#include "pipeline/base/artifacts/flow.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string to_csv(const Series& series) {
  std::string out = "time_s";
  for (const auto& [name, values] : series.columns) out += "," + name;
  out += "\n";
  for (std::size_t k = 0; k < series.time_s.size(); ++k) {
    out += fmt::format("{:.10g}", series.time_s[k]);
    for (const auto& [name, values] : series.columns) out += fmt::format(",{:.10g}", values[k]);
    out += "\n";
  }
  return out;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

Series from_csv(const fs::path& file) {
  std::istringstream in(read_file(file));
  std::string line;
  std::getline(in, line);
  const auto names = split(line);
  if (names.empty() || names[0] != "time_s")
    throw InputError(fmt::format("{}:1: the first column must be 'time_s'.", file.string()));
  Series series;
  for (std::size_t c = 1; c < names.size(); ++c) series.columns[names[c]];
  for (int number = 2; std::getline(in, line); ++number) {
    const auto cells = split(line);
    if (cells.size() != names.size())
      throw InputError(
          fmt::format("{}:{}: {} values, expected {}.", file.string(), number, cells.size(), names.size()));
    try {
      series.time_s.push_back(std::stod(cells[0]));
      for (std::size_t c = 1; c < names.size(); ++c) series.columns[names[c]].push_back(std::stod(cells[c]));
    } catch (const std::exception&) {
      throw InputError(fmt::format("{}:{}: '{}' is not a row of numbers.", file.string(), number, line));
    }
  }
  return series;
}

void check(const Series& series) {
  for (const auto& [name, values] : series.columns)
    if (values.size() != series.time_s.size())
      throw InputError(fmt::format("series column '{}' has {} values for {} times.", name, values.size(),
                                   series.time_s.size()));
}

}  // namespace

void save(const Flow& flow, const fs::path& folder) {
  check(flow.series), check(flow.probes), check(flow.limb);
  const json j = {{"version", flow_version},
                  {"openings", flow.openings},
                  {"valves", flow.valves},
                  {"cycle_s", flow.cycle_s},
                  {"numbers", flow.numbers},
                  {"texts", flow.texts},
                  {"volume_series", flow.volume_series.string()},
                  {"wall_series", flow.wall_series.string()},
                  {"wall_means", flow.wall_means.string()},
                  {"volume_means", flow.volume_means.string()}};
  write_file(folder / "series.csv", to_csv(flow.series));
  if (!flow.probes.columns.empty()) write_file(folder / "probes.csv", to_csv(flow.probes));
  if (!flow.limb.columns.empty()) write_file(folder / "limb.csv", to_csv(flow.limb));
  if (flow.vein_map) save(*flow.vein_map, folder);
  write_file(folder / "flow.json", j.dump(2) + "\n");
}

Flow load_flow(const fs::path& folder) {
  const fs::path file = folder / "flow.json";
  Flow flow;
  try {
    const json j = json::parse(read_file(file));
    if (j.at("version") != flow_version)
      throw InputError(
          fmt::format("{}: version {}, this program reads version {}; run the solve stage again.",
                      file.string(), j.at("version").dump(), flow_version));
    flow.openings = j.at("openings");
    flow.valves = j.value("valves", std::map<std::string, double>{});
    flow.cycle_s = j.at("cycle_s");
    for (const auto& [name, value] : j.at("numbers").items())
      if (value.is_number()) flow.numbers[name] = value;  // NaN is written as null
    flow.texts = j.at("texts").get<std::map<std::string, std::string>>();
    flow.volume_series = j.at("volume_series").get<std::string>();
    flow.wall_series = j.at("wall_series").get<std::string>();
    flow.wall_means = j.value("wall_means", "");
    flow.volume_means = j.value("volume_means", "");
  } catch (const json::exception& e) {
    throw InputError(fmt::format("{}: not a flow file of this program ({}).", file.string(), e.what()));
  }
  flow.series = from_csv(folder / "series.csv");
  if (std::filesystem::exists(folder / "probes.csv")) flow.probes = from_csv(folder / "probes.csv");
  if (std::filesystem::exists(folder / "limb.csv")) flow.limb = from_csv(folder / "limb.csv");
  if (std::filesystem::exists(folder / "vein_map.vti")) flow.vein_map = load_vein_map(folder);
  return flow;
}

}  // namespace soleus
