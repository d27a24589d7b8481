#include "pipeline/app/limb_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>

#include "pipeline/app/build_info.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

using json = nlohmann::ordered_json;

const std::vector<double>& shown_in(const limb::Series& s, const limb::Column& c) {
  switch (c.what) {
    case limb::Shown::volume:
      return s.volume_m3[c.index];
    case limb::Shown::pressure:
      return s.pressure_pa[c.index];
    case limb::Shown::flow:
      return s.flow_m3_s[c.index];
    default:
      return s.opening[c.index];
  }
}

json figure(const limb::FigureRow& row, const limb::Figures& f) {
  const limb::Figure& value = f.*row.value;
  json j = {{"value", value ? json(*value * row.per_si) : json()}, {"unit", row.unit}, {"name", row.label}};
  if (row.low) j["healthy_from"] = *row.low;
  if (row.high) j["healthy_to"] = *row.high;
  if (!row.source.empty()) j["source"] = row.source;
  return j;
}

/// Three digits, or none where that is more.
std::string shown(const limb::Figure& value, double per_si) {
  return value ? fmt::format("{:.3g}", *value * per_si) : "-";
}

std::string range(const limb::FigureRow& row) {
  if (row.low && row.high) return fmt::format("{:g} - {:g}", *row.low, *row.high);
  return row.low ? fmt::format("from {:g}", *row.low) : row.high ? fmt::format("to {:g}", *row.high) : "";
}

bool has_any(std::span<const NamedLimb> limbs, const limb::FigureRow& row) {
  return std::ranges::any_of(limbs, [&](const NamedLimb& l) { return bool(l.run.figures.*row.value); });
}

std::string reflux_table(const NamedLimb& limb) {
  std::string out = fmt::format("{:<22}{:>10}{:>10}{:>12}\n", "reflux after movement", "s", "mL", "peak m/s");
  for (const limb::Reflux& r : limb.run.figures.refluxes)
    out += fmt::format("  {:<20}{:>10.2f}{:>10.2f}{:>12.3f}\n", r.vein, r.duration_s, r.volume_m3 * 1e6,
                       r.peak_m_s);
  return out;
}

}  // namespace

void write_limb_csv(const NamedLimb& limb, double interval_s, const std::filesystem::path& file) {
  const std::vector<limb::Column> columns = limb::columns(limb.run.network);
  const limb::Series& s = limb.run.series;
  const double step_s = s.time_s.size() > 1 ? s.time_s[1] - s.time_s[0] : interval_s;
  const auto stride = std::size_t(std::max(1L, std::lround(interval_s / step_s)));
  fmt::memory_buffer text;
  const auto to = std::back_inserter(text);
  fmt::format_to(to, "time_s");
  for (const limb::Column& c : columns) fmt::format_to(to, ",{}", c.name);
  text.push_back('\n');
  for (std::size_t k = 0; k < s.time_s.size(); k += stride) {
    fmt::format_to(to, "{:.6g}", s.time_s[k]);
    for (const limb::Column& c : columns) fmt::format_to(to, ",{:.6g}", shown_in(s, c)[k]);
    text.push_back('\n');
  }
  write_file(file, fmt::to_string(text));
}

void write_limb_json(const NamedLimb& limb, const std::filesystem::path& file) {
  json j = {{"case", limb.name}, {"description", limb.description}, {"program", program_version()}};
  for (const limb::FigureRow& row : limb::figure_rows())
    j["figures"][std::string(row.key)] = figure(row, limb.run.figures);
  j["reflux"] = json::array();
  for (const limb::Reflux& r : limb.run.figures.refluxes)
    j["reflux"].push_back({{"vein", r.vein},
                           {"duration_s", r.duration_s},
                           {"volume_mL", r.volume_m3 * 1e6},
                           {"peak_velocity_m_s", r.peak_m_s}});
  for (const limb::Phase& p : limb.run.schedule.phases)
    j["phases"].push_back({{"kind", limb::phase_names[std::size_t(p.kind)]},
                           {"from_s", p.from_s},
                           {"to_s", p.to_s},
                           {"movements", p.count}});
  const auto& total = limb.run.series.total_m3;
  j["blood_volume_m3"] = total.front();
  j["relative_volume_drift"] = (total.back() - total.front()) / total.front();
  write_file(file, j.dump(2) + "\n");
}

std::string limb_table(std::span<const NamedLimb> limbs) {
  constexpr int least_column = 12;
  std::string out = fmt::format("{:<48}{:<8}", "", "unit");
  std::vector<int> width;
  for (const NamedLimb& l : limbs) {
    width.push_back(std::max(least_column, int(l.name.size()) + 2));
    out += fmt::format("{:>{}}", l.name, width.back());
  }
  out += fmt::format("{:>14}\n", "healthy");
  for (const limb::FigureRow& row : limb::figure_rows()) {
    if (!has_any(limbs, row)) continue;
    out += fmt::format("{:<48}{:<8}", row.label, row.unit);
    for (std::size_t i = 0; i < limbs.size(); ++i)
      out += fmt::format("{:>{}}", shown(limbs[i].run.figures.*row.value, row.per_si), width[i]);
    const std::string healthy = range(row);
    out += healthy.empty() ? "\n" : fmt::format("{:>14}\n", healthy);
  }
  if (limbs.size() == 1 && !limbs[0].run.figures.refluxes.empty())
    out.append("\n").append(reflux_table(limbs[0]));
  return out;
}

}  // namespace soleus
