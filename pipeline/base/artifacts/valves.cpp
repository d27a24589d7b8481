#include "pipeline/base/artifacts/valves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace soleus {
namespace {

/// Directed edges of the sheet, with how often they occur.
std::map<std::pair<int, int>, int> directed_edges(const Surface& s) {
  std::map<std::pair<int, int>, int> edges;
  for (const auto& t : s.triangles)
    for (int k = 0; k < 3; ++k) ++edges[{t[k], t[(k + 1) % 3]}];
  return edges;
}

bool numbers_fit(const Cusp& c) {
  const auto points = c.surface.points_m.size(), triangles = c.surface.triangles.size();
  const auto known = [&](int p) { return p >= 0 && p < int(points); };
  return c.attached.size() == points && c.into.size() == points && c.fibre.size() == triangles &&
         c.thickness_m.size() == triangles && std::ranges::all_of(c.free_edge, known) &&
         std::ranges::all_of(c.surface.triangles,
                             [&](const auto& t) { return std::ranges::all_of(t, known); });
}

std::string fault_of(const Cusp& c) {
  if (!numbers_fit(c)) return "arrays of different lengths";
  const auto finite = [](const Vec3& p) { return std::isfinite(p.x + p.y + p.z); };
  if (!std::ranges::all_of(c.surface.points_m, finite)) return "a point that is not finite";
  if (!std::ranges::all_of(c.thickness_m, [](double h) { return h > 0; }))
    return "a thickness that is not above zero";
  const auto edges = directed_edges(c.surface);
  if (std::ranges::any_of(edges, [](const auto& e) { return e.second > 1; }))
    return "triangles that are turned differently, or an edge with more than two";
  return "";
}

std::vector<double> over(std::vector<double> values, double by) {
  for (double& v : values) v /= by;
  return values;
}

}  // namespace

std::vector<AttachedEdge> attached_edges(const Cusp& cusp) {
  std::vector<AttachedEdge> out;
  const auto edges = directed_edges(cusp.surface);
  for (const auto& [edge, count] : edges) {
    const auto [a, b] = edge;
    if (cusp.attached[a] && cusp.attached[b] && !edges.contains({b, a}))
      out.push_back({{a, b}, normalized(cusp.into[a] + cusp.into[b])});
  }
  return out;
}

std::vector<Sheet> sheets_of(const Valves& valves) {
  std::vector<Sheet> sheets;
  for (const Valve& v : valves.valves)
    for (std::size_t k = 0; k < v.cusps.size(); ++k) {
      const Cusp& c = v.cusps[k];
      const double thinnest_m = c.thickness_m.empty() ? 0 : std::ranges::min(c.thickness_m);
      Sheet& sheet = sheets.emplace_back(Sheet{.name = fmt::format("{}-{}", v.name, k + 1),
                                               .rest = c.surface,
                                               .start_m = c.surface.points_m,
                                               .fibre = c.fibre,
                                               .valve = v.name,
                                               .thickness_m = thinnest_m,
                                               .thickness = over(c.thickness_m, thinnest_m)});
      for (int n = 0; n < int(c.attached.size()); ++n)
        if (c.attached[std::size_t(n)]) sheet.held.push_back(n);
    }
  return sheets;
}

double chain_length(const Surface& s, const std::vector<int>& chain) {
  double length = 0;
  for (std::size_t i = 1; i < chain.size(); ++i)
    length += norm(s.points_m[chain[i]] - s.points_m[chain[i - 1]]);
  return length;
}

std::vector<std::string> faults(const Valves& valves) {
  std::vector<std::string> out;
  for (const Valve& v : valves.valves)
    for (std::size_t k = 0; k < v.cusps.size(); ++k)
      if (const std::string fault = fault_of(v.cusps[k]); !fault.empty())
        out.push_back(fmt::format("cusp {} of valve '{}' has {}.", k, v.name, fault));
  return out;
}

}  // namespace soleus
