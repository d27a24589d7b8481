#include "meshing/openings.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "meshing/picture.hpp"
#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/statistics.hpp"

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
  places.reserve(unnamed.size());
  for (int e : unnamed) places.push_back(ends[e].tip_m);
  write_picture(folder / "failure_unnamed_end.png", s, places, 2 * ends[unnamed[0]].radius_m);
  throw InputError(fmt::format(
      "openings: {} of the lumen {} named by no opening: {}. Add an entry with `near` at {} (`kind: closed` "
      "for a wall), or set geometry.close_unnamed: true.",
      unnamed.size() == 1 ? "an end" : fmt::format("{} ends", unnamed.size()),
      unnamed.size() == 1 ? "is" : "are", list_of(ends, unnamed),
      unnamed.size() == 1 ? "this place" : "each place"));
}

std::vector<char> paths_to_openings(const CenterTree& tree, const std::vector<char>& opens) {
  std::vector<char> needed(tree.paths.size(), 0);
  for (std::size_t e = 0; e < tree.ends.size(); ++e) {
    for (int p = opens[e] ? tree.ends[e].path : -1; p >= 0; p = tree.paths[p].parent) needed[p] = 1;
  }
  return needed;
}

namespace {

// Places along an end's path by their distance from the tip.
struct Approach {
  const EndSite& site;
  const LumenEnd& end;
  const CenterPath& path;
  std::vector<double> arc;
  double beyond;  // from the path's last point to the tip

  Approach(const EndSite& s, const LumenEnd& e)
      : site(s), end(e), path(s.tree.paths[e.path]), arc(arc_lengths(path.points_m)) {
    beyond = norm(e.tip_m - (e.at_start ? path.points_m.front() : path.points_m.back()));
  }
  double arc_at(double from_tip) const {
    return end.at_start ? from_tip - beyond : arc.back() - (from_tip - beyond);
  }
  Vec3 point(double from_tip) const { return point_at(path.points_m, arc, arc_at(from_tip)); }
  Vec3 outward(double from_tip) const {
    const Vec3 t = tangent_at(path.points_m, arc, arc_at(from_tip), 0.75 * end.radius_m);
    return end.at_start ? -t : t;
  }
  double area(double from_tip) const {
    return cross_section(site.wall, point(from_tip), outward(from_tip)).area_m2;
  }

  // The farthest place from the tip: not past a side branch that leads to an opening or, untrimmed, past any.
  double usable() const {
    const double trunk = path.parent < 0 ? 0 : site.wall.closest(path.points_m.front()).distance_m;
    double most = path.parent < 0 && site.trim_radius_m <= 0 ? 0.5 * arc.back() : arc.back() - 1.5 * trunk;
    for (std::size_t c = 0; c < site.tree.paths.size(); ++c) {
      const CenterPath& child = site.tree.paths[c];
      if (child.parent != end.path || child.dropped || (site.trim_radius_m > 0 && !site.needed[c])) continue;
      most = std::min(
          most, (end.at_start ? child.parent_arc_m : arc.back() - child.parent_arc_m) - 2 * end.radius_m);
    }
    return std::max(most, 1.5 * end.radius_m);
  }
  // How far the tip that goes may extend: side branches included.
  double reach(double from_tip) const {
    double far = from_tip + 4 * end.radius_m;
    for (const CenterPath& p : site.tree.paths) {
      if (site.trim_radius_m > 0 && p.parent == end.path && !p.dropped) far += arc_lengths(p.points_m).back();
    }
    return far;
  }
};

// The first clean cut at or behind `first` that is about as wide as the vessel further in.
std::optional<EndCut> first_good_cut(const Approach& a, double first, double last) {
  const double step = 0.25 * a.end.radius_m;
  std::vector<double> areas;
  for (double d = first; d <= std::min(first + 16 * step, last) + 1e-12; d += step)
    areas.push_back(a.area(d));
  const double typical = median(areas);
  std::optional<EndCut> best;
  double best_off = std::log(2.0);
  for (double d = first; d <= std::min(first + 20 * step, last) + 1e-12; d += step) {
    const auto cut = find_clean_cut(a.site.wall, a.site.neighbours, a.point(d), a.outward(d), a.reach(d));
    if (!cut) continue;
    const double off = std::abs(std::log(cut->area_m2 / typical));
    if (off < best_off) best = EndCut{*cut, a.arc_at(d)}, best_off = off;
    if (off < std::log(1.2)) break;
  }
  return best;
}

// Where, seen from the tip, the vessel first is as wide as the trim radius.
std::optional<double> wide_enough(const Approach& a, double last) {
  const double r = a.end.radius_m;
  for (double d = r; d <= last; d += 0.5 * r) {
    if (a.area(d) >= std::numbers::pi * a.site.trim_radius_m * a.site.trim_radius_m) return d;
  }
  return std::nullopt;
}

}  // namespace

EndCut cut_end(const EndSite& site, const LumenEnd& end, const std::string& name,
               const std::filesystem::path& folder) {
  const Approach approach(site, end);
  const double last = approach.usable();
  const auto wide = wide_enough(approach, last);
  if (!wide)
    spdlog::warn("the vessel of '{}' is nowhere as wide as geometry.trim_radius; it is not cut back", name);
  if (const auto cut = first_good_cut(approach, wide.value_or(end.radius_m), last)) return *cut;
  write_picture(folder / "failure_opening.png", site.wall.surface(), {end.tip_m}, 2 * end.radius_m);
  throw InputError(
      fmt::format("openings: the vessel end of '{}' at {} cannot be cut off across its axis: no clean "
                  "cross-section within "
                  "{:.1f} mm of the tip. Lengthen the vessel there, or give it `kind: closed`.",
                  name, place_text(end.tip_m), std::min(6 * end.radius_m, last) * 1e3));
}

std::optional<EndCut> trim_end(const EndSite& site, const LumenEnd& end) {
  if (end.radius_m >= site.trim_radius_m) return std::nullopt;
  const Approach approach(site, end);
  const double last = approach.usable();
  const double first = wide_enough(approach, last).value_or(std::max(end.radius_m, last - 2 * end.radius_m));
  return first_good_cut(approach, first, last);
}

void drop_paths_beyond(CenterTree& tree, const LumenEnd& end, const EndCut& cut) {
  for (CenterPath& p : tree.paths) {
    if (p.parent < 0) continue;
    const bool beyond =
        p.parent == end.path && (end.at_start ? p.parent_arc_m < cut.arc_m : p.parent_arc_m > cut.arc_m);
    p.dropped = p.dropped || beyond || tree.paths[p.parent].dropped;
  }
}

void follow_extension(CenterTree& tree, const LumenEnd& end, const EndCut& cut, double length_m) {
  CenterPath& path = tree.paths[end.path];
  const auto arc = arc_lengths(path.points_m);
  const double step = arc.back() / double(path.points_m.size() - 1);
  const Vec3 n = cut.cut.outward, cap = cut.cut.center_m + length_m * n;
  std::vector<Vec3> line;
  const int steps = std::max(1, int(std::ceil(length_m / step)));
  line.reserve(steps + 1 + path.points_m.size());
  for (int i = 0; i < (length_m > 0 ? steps : 0); ++i) line.push_back(cap - (length_m * i / steps) * n);
  line.push_back(length_m > 0 ? cut.cut.center_m : cap);
  // From the cap inwards, now the kept points in the same order.
  const double margin = 0.5 * step + std::max(0.0, -length_m);
  const int count = int(path.points_m.size());
  for (int m = 0; m < count; ++m) {
    const int i = end.at_start ? m : count - 1 - m;
    const bool kept = end.at_start ? arc[i] > cut.arc_m + margin : arc[i] < cut.arc_m - margin;
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
