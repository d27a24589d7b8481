#include "meshing/openings.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "meshing/picture.hpp"
#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

constexpr double match_distance_m = 20e-3;  // how far from an end its `near` point may be

std::string list_of(const std::vector<LumenEnd>& ends, const std::vector<int>& which) {
  std::string text;
  for (int e : which) {
    text += fmt::format("{}{} radius {:.2f} mm", text.empty() ? "" : "; ", place_text(ends[e].tip_m),
                        ends[e].radius_m * 1e3);
  }
  return text;
}

std::vector<int> all_of(const std::vector<LumenEnd>& ends) {
  std::vector<int> all(ends.size());
  for (std::size_t e = 0; e < all.size(); ++e) all[e] = int(e);
  return all;
}

double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + std::ptrdiff_t(v.size() / 2), v.end());
  return v[v.size() / 2];
}

// A plane through the mesh's own points gives edges of no length; one a little further does not.
std::optional<VesselCut> find_clean_cut(const Bvh& wall, const std::vector<std::array<int, 3>>& neighbours,
                                        const Vec3& center, const Vec3& outward, double reach_m) {
  constexpr double shortest = 1e-3;  // of the mean edge
  std::optional<VesselCut> cut;
  for (double shift : {0.0, 0.03, -0.03, 0.05, -0.05}) {
    cut = find_cut(wall, neighbours, center + shift * wall.closest(center).distance_m * outward, outward,
                   reach_m);
    if (!cut) continue;
    const double mean = polygon_length(cut->curve_m) / double(cut->curve_m.size());
    double least = mean;
    for (std::size_t i = 0; i < cut->curve_m.size(); ++i) {
      least = std::min(least, norm(cut->curve_m[(i + 1) % cut->curve_m.size()] - cut->curve_m[i]));
    }
    if (least > shortest * mean) break;
  }
  return cut;
}

}  // namespace

std::vector<int> match_openings(const std::vector<OpeningConfig>& openings,
                                const std::vector<LumenEnd>& ends) {
  std::vector<int> opening(ends.size(), -1);
  std::vector<std::string> messages;
  for (int o = 0; o < int(openings.size()); ++o) {
    const OpeningConfig& config = openings[o];
    if (!config.near_m) {
      messages.push_back(fmt::format(
          "openings: '{}' has no `near` point; give the position of its end. The ends of this lumen: {}.",
          config.name, list_of(ends, all_of(ends))));
      continue;
    }
    int nearest = -1;
    for (int e = 0; e < int(ends.size()); ++e) {
      if (nearest < 0 || norm(ends[e].tip_m - *config.near_m) < norm(ends[nearest].tip_m - *config.near_m))
        nearest = e;
    }
    if (nearest < 0) {
      messages.push_back(fmt::format("openings: '{}' matches nothing: the lumen has no ends.", config.name));
      continue;
    }
    const double distance = norm(ends[nearest].tip_m - *config.near_m);
    if (distance > match_distance_m) {
      messages.push_back(fmt::format(
          "openings: '{}' is near {}, but the nearest end of the lumen is {:.0f} mm away (at most {:.0f} mm "
          "is accepted). The ends of this lumen: {}.",
          config.name, place_text(*config.near_m), distance * 1e3, match_distance_m * 1e3,
          list_of(ends, all_of(ends))));
    } else if (opening[nearest] >= 0) {
      messages.push_back(fmt::format(
          "openings: '{}' and '{}' are both nearest to the end at {}. The ends of this lumen: {}.",
          openings[opening[nearest]].name, config.name, place_text(ends[nearest].tip_m),
          list_of(ends, all_of(ends))));
    } else {
      opening[nearest] = o;
    }
  }
  if (!messages.empty()) throw InputError(messages);
  return opening;
}

void check_unnamed_ends(const GeometryConfig& config, const std::vector<LumenEnd>& ends,
                        const std::vector<int>& opening, const Surface& s,
                        const std::filesystem::path& folder) {
  std::vector<int> unnamed;
  for (int e = 0; e < int(ends.size()); ++e) {
    if (opening[e] < 0) unnamed.push_back(e);
  }
  if (unnamed.empty()) return;
  if (config.close_unnamed) {
    spdlog::warn("{} end{} of the lumen that no opening names stay{} closed: {}", unnamed.size(),
                 unnamed.size() == 1 ? "" : "s", unnamed.size() == 1 ? "s" : "", list_of(ends, unnamed));
    return;
  }
  std::vector<Vec3> places;
  for (int e : unnamed) places.push_back(ends[e].tip_m);
  write_picture(folder / "failure_unnamed_end.png", s, places, 2 * ends[unnamed[0]].radius_m);
  throw InputError(fmt::format(
      "openings: {} of the lumen {} named by no opening: {}. Add an entry with `near` at {} (`kind: closed` "
      "for a wall), or set geometry.close_unnamed: true.",
      unnamed.size() == 1 ? "an end" : fmt::format("{} ends", unnamed.size()),
      unnamed.size() == 1 ? "is" : "are", list_of(ends, unnamed),
      unnamed.size() == 1 ? "this place" : "each place"));
}

EndCut cut_end(const CenterTree& tree, const LumenEnd& end, const std::string& name, const Bvh& wall,
               const std::vector<std::array<int, 3>>& neighbours, const std::filesystem::path& folder) {
  const CenterPath& path = tree.paths[end.path];
  const auto arc = arc_lengths(path.points_m);
  const double r = end.radius_m;
  const Vec3 last = end.at_start ? path.points_m.front() : path.points_m.back();
  const double beyond = norm(end.tip_m - last);  // the path stops short of the wall
  const auto arc_at = [&](double from_tip) {
    return end.at_start ? from_tip - beyond : arc.back() - (from_tip - beyond);
  };
  double usable = (path.parent < 0 ? 0.5 : 0.8) * arc.back();
  for (const CenterPath& child : tree.paths) {  // not past a side branch
    if (child.parent != end.path) continue;
    usable = std::min(usable, (end.at_start ? child.parent_arc_m : arc.back() - child.parent_arc_m) - r);
  }
  usable = std::max(usable, 1.5 * r);
  const auto outward_at = [&](double s) {
    const Vec3 t = tangent_at(path.points_m, arc, s, 0.75 * r);
    return end.at_start ? -t : t;
  };
  std::vector<double> areas;
  for (double from_tip = r; from_tip <= std::min(5 * r, usable) + 1e-12; from_tip += 0.25 * r) {
    const double s = arc_at(from_tip);
    areas.push_back(cross_section(wall, point_at(path.points_m, arc, s), outward_at(s)).area_m2);
  }
  const double typical = median(areas);
  std::optional<EndCut> best;
  double best_off = 1e300;
  // The first place as wide as the vessel further in: behind a rounded, tapered or slanted tip.
  for (double from_tip = r; from_tip <= std::min(6 * r, usable) + 1e-12; from_tip += 0.25 * r) {
    const double s = arc_at(from_tip);
    const auto cut =
        find_clean_cut(wall, neighbours, point_at(path.points_m, arc, s), outward_at(s), from_tip + 4 * r);
    if (!cut) continue;
    const double off = std::abs(std::log(cut->area_m2 / typical));
    if (off < best_off) best = EndCut{*cut, s}, best_off = off;
    if (off < std::log(1.2)) return {*cut, s};
  }
  if (best && best_off < std::log(2.0)) return *best;
  write_picture(folder / "failure_opening.png", wall.surface(), {end.tip_m}, 2 * r);
  throw InputError(
      fmt::format("openings: the vessel end of '{}' at {} cannot be cut off across its axis: no clean "
                  "cross-section within "
                  "{:.1f} mm of the tip. Lengthen the vessel there, or give it `kind: closed`.",
                  name, place_text(end.tip_m), std::min(6 * r, usable) * 1e3));
}

void follow_extension(CenterTree& tree, const LumenEnd& end, const EndCut& cut, double length_m) {
  CenterPath& path = tree.paths[end.path];
  const auto arc = arc_lengths(path.points_m);
  const double step = arc.back() / double(path.points_m.size() - 1);
  const Vec3 n = cut.cut.outward, cap = cut.cut.center_m + length_m * n;
  std::vector<Vec3> line;
  const int steps = std::max(1, int(std::ceil(length_m / step)));
  for (int i = 0; i < (length_m > 0 ? steps : 0); ++i) line.push_back(cap - (length_m * i / steps) * n);
  line.push_back(cut.cut.center_m);
  // From the cap inwards, now the kept points in the same order.
  const int count = int(path.points_m.size());
  for (int m = 0; m < count; ++m) {
    const int i = end.at_start ? m : count - 1 - m;
    const bool kept = end.at_start ? arc[i] > cut.arc_m + 0.5 * step : arc[i] < cut.arc_m - 0.5 * step;
    if (kept) line.push_back(path.points_m[i]);
  }
  if (end.at_start) {
    const double shift = arc_lengths(line).back() - arc.back();
    for (CenterPath& child : tree.paths) {
      if (child.parent == end.path) child.parent_arc_m = std::max(0.0, child.parent_arc_m + shift);
    }
  } else {
    std::reverse(line.begin(), line.end());
  }
  path.points_m = std::move(line);
}

}  // namespace soleus
