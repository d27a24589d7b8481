#include "meshing/meshing.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "meshing/centerlines.hpp"
#include "meshing/checks.hpp"
#include "meshing/cut.hpp"
#include "meshing/intersections.hpp"
#include "meshing/labels_to_surface.hpp"
#include "meshing/openings.hpp"
#include "meshing/quality.hpp"
#include "meshing/remesh.hpp"
#include "meshing/shapes.hpp"
#include "meshing/surface_io.hpp"
#include "meshing/topology.hpp"
#include "meshing/valves.hpp"
#include "meshing/wall_edges.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

constexpr std::array<std::string_view, 2> space_names{"LPS", "RAS"};
constexpr double not_applicable = std::numeric_limits<double>::quiet_NaN();

// Voxels of the centreline search: half the detail asked for, at most two million of them.
double search_spacing(const Surface& s, double detail_m) {
  return std::max(0.5 * detail_m, std::cbrt(volume(s) / 2e6));
}

Surface wall_of(const PatchedSurface& mesh) {
  std::vector<char> keep(mesh.cap.size());
  for (std::size_t t = 0; t < keep.size(); ++t) keep[t] = mesh.cap[t] < 0;
  return keep_triangles(mesh.surface, keep);
}

struct CutOff {
  LumenEnd end;
  EndCut cut;
  int opening = -1;  // in the case; -1: the vessel is cut back to a wall
};

// The cuts of all openings, in the order of the case, then those that only trim thin ends.
std::vector<CutOff> cut_ends(CenterTree& tree, const GeometryConfig& config,
                             const std::vector<OpeningConfig>& openings, std::vector<int> opening_of_end,
                             const Bvh& wall, const std::filesystem::path& folder) {
  std::vector<char> opens;
  for (int& o : opening_of_end) {
    if (o >= 0 && openings[o].kind == OpeningKind::closed) o = -1;
    opens.push_back(o >= 0);
  }
  const auto neighbours = triangle_neighbours(wall.surface());
  const EndSite site{tree, wall, neighbours, paths_to_openings(tree, opens), config.trim_radius_m};
  std::vector<CutOff> cuts;
  const auto clash = [&](const EndCut& cut) {
    return std::find_if(cuts.begin(), cuts.end(),
                        [&](const CutOff& c) { return overlap(cut.cut, c.cut.cut); });
  };
  for (std::size_t e = 0; e < tree.ends.size(); ++e) {
    if (!opens[e]) continue;
    const std::string& name = openings[opening_of_end[e]].name;
    const EndCut cut = cut_end(site, tree.ends[e], name, folder);
    if (const auto other = clash(cut); other != cuts.end()) {
      throw InputError(
          fmt::format("openings: the ends of '{}' and '{}' are too close together to be opened separately.",
                      openings[other->opening].name, name));
    }
    drop_paths_beyond(tree, tree.ends[e], cut);
    cuts.push_back({tree.ends[e], cut, opening_of_end[e]});
  }
  std::sort(cuts.begin(), cuts.end(), [](const CutOff& a, const CutOff& b) { return a.opening < b.opening; });
  for (std::size_t e = 0; e < tree.ends.size(); ++e) {
    if (opens[e] || tree.paths[tree.ends[e].path].dropped) continue;
    const auto cut = trim_end(site, tree.ends[e]);
    if (!cut || clash(*cut) != cuts.end()) continue;
    drop_paths_beyond(tree, tree.ends[e], *cut);
    cuts.push_back({tree.ends[e], *cut, -1});
  }
  return cuts;
}

void follow_extensions(CenterTree& tree, const std::vector<CutOff>& cuts,
                       const std::vector<Extension>& extensions) {
  // The root's end last: it shifts all arc lengths of its path.
  for (bool root : {false, true}) {
    for (std::size_t k = 0; k < cuts.size(); ++k) {
      if (cuts[k].end.at_start != root) continue;
      // Before a wall the line stops a quarter radius short, so that the inscribed sphere does not vanish.
      const double inset_m = 0.25 * std::sqrt(cuts[k].cut.cut.area_m2 / std::numbers::pi);
      follow_extension(tree, cuts[k].end, cuts[k].cut,
                       cuts[k].opening < 0 ? -inset_m : extensions[k].length_m);
    }
  }
}

// Opens all ends. An extension that would run into another vessel, or come close to another extension, loses
// a quarter of its wanted length until it does not.
OpenedSurface open_without_collision(const Surface& closed, std::vector<Extension>& extensions,
                                     const std::vector<std::string>& names,
                                     const std::filesystem::path& folder) {
  constexpr int parts = 4;
  const std::vector<Extension> wanted = extensions;
  std::vector<int> kept(extensions.size(), parts);
  for (;;) {
    OpenedSurface opened = open_ends(closed, extensions, int(names.size()));
    const Bvh bvh(opened.patched.surface);
    std::vector<char> collides = crowded_extensions(extensions);
    for (const auto& [s, t] : self_intersections(bvh, 1000)) {
      for (int part : {opened.part[s], opened.part[t]}) {
        if (part >= 0) collides[part] = 1;
      }
    }
    bool shortened = false;
    for (std::size_t k = 0; k < extensions.size(); ++k) {
      if (!collides[k] || kept[k] == 0 || extensions[k].length_m <= 0) continue;
      extensions[k].length_m = wanted[k].length_m * --kept[k] / parts;
      shortened = true;
    }
    if (shortened) continue;
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (kept[k] == parts) continue;
      spdlog::warn(
          "the flow extension of '{}' would run into another vessel; shortened from {:.1f} to {:.1f} mm{}",
          names[k], wanted[k].length_m * 1e3, extensions[k].length_m * 1e3,
          extensions[k].length_m < diameter(extensions[k])
              ? ", less than a diameter: lengthen the vessel or end it elsewhere"
              : "");
    }
    check_no_self_intersection(bvh, "geometry", folder);
    return opened;
  }
}

struct SurfaceSource {
  std::string what;             // in messages
  double detail_m = 0;          // size of the finest detail to look for
  std::vector<OpenLoop> loops;  // open ends that were closed
  double smoothing_change = not_applicable;
};

Geometry mesh_closed(const GeometryConfig& config, const std::vector<OpeningConfig>& openings,
                     const Surface& closed, const SurfaceSource& source,
                     const std::filesystem::path& folder) {
  const std::string& what = source.what;
  const Bvh wall(closed);
  check_no_self_intersection(wall, what, folder);
  report_handles(closed);
  CenterTree tree = center_tree(wall, search_spacing(closed, source.detail_m),
                                {config.min_branch_length_m, config.min_branch_radius_m});
  std::vector<Vec3> tips;
  for (const LumenEnd& end : tree.ends) tips.push_back(end.tip_m);
  check_loops_are_tips(closed, source.loops, tips, what, folder);

  const auto opening_of_end = match_openings(openings, tree.ends);
  check_unnamed_ends(config, tree.ends, opening_of_end, closed, folder);
  const auto cuts = cut_ends(tree, config, openings, opening_of_end, wall, folder);
  std::vector<Extension> extensions;
  std::vector<std::string> names;
  for (const CutOff& c : cuts) {
    const double radius = std::sqrt(c.cut.cut.area_m2 / std::numbers::pi),
                 edge = local_edge(config.edge_length_m, radius);
    if (c.opening < 0) {
      extensions.push_back({c.cut.cut, 0, edge, -1});
    } else {
      extensions.push_back({c.cut.cut, config.flow_extension * 2 * radius, edge, int(names.size())});
      names.push_back(openings[c.opening].name);
    }
  }
  OpenedSurface opened = open_without_collision(closed, extensions, names, folder);

  Geometry g;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const VesselCut& cut = cuts[k].cut.cut;
    g.openings.push_back({names[k], cut.center_m + extensions[k].length_m * cut.outward, cut.outward,
                          cut.area_m2, std::sqrt(cut.area_m2 / std::numbers::pi)});
  }
  follow_extensions(tree, cuts, extensions);
  const Bvh open_wall(wall_of(opened.patched));
  const std::vector<double> edges =
      local_edges(open_wall.surface(), tree, Bvh(opened.patched.surface), config.edge_length_m);
  g.centerlines = branches_of(tree, open_wall);
  const double volume_before = volume(opened.patched.surface);
  remesh(opened.patched, [&](const Vec3& x) {
    const Bvh::Hit hit = open_wall.closest(x);
    const auto& [a, b, c] = open_wall.surface().triangles[hit.triangle];
    return WallPoint{hit.point, (edges[a] + edges[b] + edges[c]) / 3};
  });
  g.surface = std::move(opened.patched.surface);
  g.cap = std::move(opened.patched.cap);
  check_no_self_intersection(Bvh(g.surface), what + " (remeshed)", folder);
  const VolumeChanges changes{source.smoothing_change, volume(g.surface) / volume_before - 1};
  insert_valves(g, config.valves);
  report_quality(g, changes, folder);
  return g;
}

}  // namespace

void describe(Fields& f, GeometryConfig& c) {
  f.path(
      {"labels", "Label map (NRRD, MetaImage, NIfTI) that enters instead of the segmentation; 0 is outside."},
      c.labels);
  f.path({"surface", "Lumen surface (STL, PLY, OBJ, VTP) that enters instead of the segmentation."},
         c.surface);
  f.quantity({"surface_unit", "Length unit of the surface file's coordinates."}, c.surface_unit_m,
             Dimension::length, {.above = 0});
  f.choice({"surface_space",
            "Axes of the surface file: LPS (x to the left, y to the back) or RAS (x to the right, y to the "
            "front)."},
           c.surface_space, space_names);
  f.section({"analytic", "An exact shape that enters instead of the segmentation."}, c.shape);
  f.quantity({"edge_length", "Wanted edge length of the surface triangles; shorter where a vein is thin."},
             c.edge_length_m, Dimension::length, {.above = 0});
  f.integer({"smoothing_passes", "Passes of smoothing of a label map's surface; they keep its volume."},
            c.smoothing_passes, {.min = 0, .max = 500});
  f.number({"flow_extension", "Length of the straight extension added at each opening, in vessel diameters."},
           c.flow_extension, {.min = 0, .max = 20});
  f.flag({"close_unnamed",
          "Leave ends of the lumen that no opening names closed, instead of refusing the case."},
         c.close_unnamed);
  f.quantity(
      {"min_branch_length", "Side branches that stick out less than this are left as bumps of the wall."},
      c.min_branch_length_m, Dimension::length, {.min = 0});
  f.quantity({"min_branch_radius", "Side branches thinner than this get no centreline and no end."},
             c.min_branch_radius_m, Dimension::length, {.min = 0});
  f.quantity(
      {"trim_radius", "Ends of thinner vessels are cut back to where the vessel is this wide; 0: as given."},
      c.trim_radius_m, Dimension::length, {.min = 0});
  f.list({"valves", "Valves that are built into the veins; images do not resolve them."}, c.valves);
  for (std::size_t i = 0; i < c.valves.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (c.valves[i].name == c.valves[k].name && !c.valves[i].name.empty())
        f.fault("valves", "two valves are named '" + c.valves[i].name + "'; give each its own name.");
  const int doors = !c.labels.empty() + !c.surface.empty() + c.shape.has_value();
  if (doors > 1) f.fault("labels", "give only one of `labels`, `surface` and `analytic`.");
}

Geometry mesh(const GeometryConfig& config, const std::vector<OpeningConfig>& openings, const Labels& labels,
              const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const LabelSurface smooth = labels_to_surface(labels, config.smoothing_passes);
  const double change = volume(smooth.surface) / smooth.label_volume_m3 - 1;
  const Vec3& h = labels.grid.spacing_m;
  const double detail = std::min(config.edge_length_m, std::max({h.x, h.y, h.z}));
  return mesh_closed(config, openings, smooth.surface, {"label map", detail, {}, change}, folder);
}

Geometry mesh(const GeometryConfig& config, const std::vector<OpeningConfig>& openings,
              const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  if (config.shape) {
    Geometry g = shape_geometry(config, openings);
    insert_valves(g, config.valves);
    report_quality(g, {not_applicable, not_applicable}, folder);
    return g;
  }
  if (config.surface.empty())
    throw InputError("geometry: nothing to mesh; give `surface`, `analytic` or `labels`, or an image.");
  Surface s = read_surface(config.surface, config.surface_unit_m, config.surface_space);
  const auto loops = close_open_ends(s, config.surface.string(), folder);
  return mesh_closed(config, openings, s,
                     {config.surface.string(), config.edge_length_m, loops, not_applicable}, folder);
}

}  // namespace soleus
