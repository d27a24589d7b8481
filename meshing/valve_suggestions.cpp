#include "meshing/valve_suggestions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "meshing/topology.hpp"
#include "meshing/valve_frame.hpp"
#include "meshing/valves.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

constexpr double degree = std::numbers::pi / 180;

double mm(double m) {
  return 1e3 * m;
}
double rounded(double x, double to) {
  return to * std::round(x / to);
}
double rounded_down(double x, double to) {
  return to * std::floor(x / to + 1e-9);
}

/// How a bulge widens the vein around it: by round at all angles, by pockets cos 2 (angle - axis) more.
struct BulgeShape {
  double round = 0, pockets = 0, axis_rad = 0;
};

/// From the distances of the wall in the bulge over those between its ends; as high as the bulge itself.
BulgeShape shape_of(const Bvh& lumen, const ValveFrame& f, double length_m, double reach_m) {
  constexpr int angles = 72, heights = 9;
  const auto angle_of = [](int k) { return 2 * std::numbers::pi * k / angles; };
  std::array<double, angles> before{}, behind{};
  for (int k = 0; k < angles; ++k) {
    before[k] = wall_radius(lumen, f, 0, angle_of(k), reach_m);
    behind[k] = wall_radius(lumen, f, length_m, angle_of(k), reach_m);
  }
  double weight = 0, round = 0;
  std::complex<double> second;
  for (int i = 0; i < heights; ++i) {
    const double part = 0.3 + 0.4 * i / (heights - 1), sine = std::sin(std::numbers::pi * part),
                 height = sine * sine;
    double excess = 0;
    std::complex<double> turned;
    int seen = 0;
    for (int k = 0; k < angles; ++k) {
      const double here = wall_radius(lumen, f, part * length_m, angle_of(k), reach_m);
      if (before[k] <= 0 || behind[k] <= 0 || here <= 0) continue;
      const double more = here / ((1 - part) * before[k] + part * behind[k]) - 1;
      excess += more, turned += more * std::polar(1.0, 2 * angle_of(k)), ++seen;
    }
    if (seen == 0) continue;
    weight += height * height;
    round += height * excess / seen, second += height * 2.0 * turned / double(seen);
  }
  if (weight <= 0) return {};
  return {round / weight, std::abs(second) / weight, 0.5 * std::arg(second)};
}

bool holds(const ValveConfig& c, const ValveFigures& f, const SinusBulge& b) {
  const double middle = 0.5 * (b.from_m + b.to_m) - f.abscissa_m,
               height = c.downstream == Downstream::to_root ? -middle : middle;
  return f.branch == b.branch && height > 0 && height < f.sinus_length_m;
}

bool is_taken(const Geometry& g, const std::vector<ValveConfig>& there, const SinusBulge& b) {
  return std::ranges::any_of(there, [&](const ValveConfig& c) {
    const auto v = std::ranges::find(g.valves.valves, c.name, &Valve::name);
    return v != g.valves.valves.end() && holds(c, v->figures, b);
  });
}

std::string free_name(const std::vector<ValveConfig>& taken, int number) {
  for (;; ++number) {
    const std::string name = fmt::format("suggested_{}", number);
    if (std::ranges::find(taken, name, &ValveConfig::name) == taken.end()) return name;
  }
}

ValveSuggestion suggestion_for(const SinusBulge& bulge, const Branch& branch, const Bvh& lumen, double dx_m) {
  // Pockets over round: 1 of a sinus with two pockets, 0 of a round one, whose direction would be noise.
  constexpr double two_pockets = 0.35;
  ValveSuggestion s;
  s.bulge = bulge;
  const double length_m = bulge.to_m - bulge.from_m, d = bulge.diameter_m;
  s.valve.branch = bulge.branch;
  s.valve.abscissa_m = rounded(bulge.to_m, 0.1e-3);
  const ValveFrame f = make_frame(branch, {.abscissa_m = s.valve.abscissa_m,
                                           .towards_root = true,
                                           .from_m = -0.5 * d,
                                           .to_m = length_m + 0.5 * d,
                                           .smoothing_m = 0.25 * d});
  s.station_m = point_of(f, {});
  const RoundSection section = round_section(lumen, f, 0, 2 * d);
  s.vein_m = section.closed ? section.diameter_m : d;
  const BulgeShape shape = shape_of(lumen, f, length_m, 2 * d);
  if (shape.pockets > two_pockets * shape.round) {
    double degrees = std::round(shape.axis_rad / degree) + 90;
    if (degrees > 90) degrees -= 180;
    s.valve.commissures_rad = degrees * degree;
  }
  s.valve.sinus.diameter = std::clamp(rounded(1 + shape.round + shape.pockets, 0.01), 1.0, 1.6);
  s.valve.sinus.length = std::clamp(rounded(length_m / s.vein_m, 0.01), 0.5, 3.0);
  s.valve.sinus.in_lumen = true;
  s.valve.leaflet.height = std::min(s.valve.leaflet.height, rounded_down(s.valve.sinus.length, 0.01));
  s.valve.dx_m = dx_m;
  return s;
}

std::string entry(const ValveSuggestion& s) {
  const ValveConfig& v = s.valve;
  std::string text = fmt::format(
      "    - name: {}\n"
      "      # near {}: by area {:.0f} % wider than the vein of {:.1f} mm, over {:.1f} mm; explains {:.0f} % "
      "of\n"
      "      # what a taper leaves{}\n"
      "      branch: {}\n"
      "      abscissa: {:.1f} mm\n",
      v.name, place_text(s.station_m), 100 * s.bulge.wider, mm(s.vein_m), mm(s.bulge.to_m - s.bulge.from_m),
      100 * s.bulge.explained,
      v.commissures_rad ? "" : "; about round: commissures along the vein's longest diameter", v.branch,
      mm(v.abscissa_m));
  if (v.commissures_rad) text += fmt::format("      commissures: {:.0f} deg\n", *v.commissures_rad / degree);
  text += fmt::format("      sinus: {{diameter: {:.2f}, length: {:.2f}, in_lumen: true}}\n", v.sinus.diameter,
                      v.sinus.length);
  if (v.leaflet.height < LeafletProportions{}.height)
    text += fmt::format("      leaflet: {{height: {:.2f}}}\n", v.leaflet.height);
  return text;
}

std::string as_comment(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    out += "    # " + text.substr(std::min(at + 4, end), end - std::min(at + 4, end)) + "\n";
    at = end + 1;
  }
  return out;
}

}  // namespace

std::vector<ValveSuggestion> suggest_valves(const Geometry& g, const std::vector<ValveConfig>& there,
                                            const SuggestionScales& scales) {
  const Bvh lumen(g.surface);
  std::vector<ValveSuggestion> out;
  std::vector<ValveConfig> taken = there;
  const std::vector<SinusBulge> bulges = find_bulges(g, lumen, scales.detail_m);
  Progress progress("trying valves", double(bulges.size()), "bulges");
  double done = 0;
  for (const SinusBulge& bulge : bulges) {
    progress.update(done++);
    if (is_taken(g, there, bulge)) continue;
    const auto branch = std::ranges::find(g.centerlines.branches, bulge.branch, &Branch::id);
    ValveSuggestion s = suggestion_for(bulge, *branch, lumen, scales.dx_m);
    s.valve.name = free_name(taken, int(out.size()) + 1);
    s.faults = faults_of_one_more(g, lumen, taken, s.valve);
    if (s.faults.empty()) taken.push_back(s.valve);
    out.push_back(std::move(s));
  }
  return out;
}

std::string yaml_text(const std::vector<ValveSuggestion>& suggestions) {
  std::string text =
      "# Bulges of the veins' walls that look like the sinuses of valves. Look at each before you believe "
      "it;\n"
      "# valves are then built where this list stands in the case's section `geometry`.\n";
  if (suggestions.empty()) return text + "# None was found.\n";
  const bool any = std::ranges::any_of(suggestions, [](const auto& s) { return s.faults.empty(); });
  text += any ? "  valves:\n" : "  # valves:\n";
  for (const ValveSuggestion& s : suggestions) {
    if (s.faults.empty()) {
      text += entry(s);
      continue;
    }
    text += as_comment(entry(s));
    for (const std::string& fault : s.faults) text += "    #   cannot be built: " + fault + "\n";
  }
  return text;
}

}  // namespace soleus
