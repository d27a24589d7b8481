#include "pipeline/app/muscle_surfaces.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <numbers>
#include <set>

#include "meshing/labels_to_surface.hpp"
#include "meshing/surface_io.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/join.hpp"
#include "segmentation/segmentation.hpp"

namespace soleus {
namespace {

constexpr double file_unit_m = 1e-3;

/// Muscles of anatomical models have slits, which do not matter to what lies inside: holes may add up to 1 %
/// of the surface at most, if all their edges bounded one.
Surface closed_surface(const MuscleConfig& m) {
  constexpr double most = 0.01;
  Surface s = read_surface(m.surface, file_unit_m, SurfaceSpace::lps);
  double edges_m = 0;
  for (const EdgeUse& e : edge_faults(s).boundary) edges_m += norm(s.points_m[e.a] - s.points_m[e.b]);
  if (edges_m > 0)
    spdlog::warn("{}: the surface has slits, {:.3g} mm of edges; it is taken as closed", m.surface.string(),
                 1e3 * edges_m);
  if (edges_m * edges_m / (4 * std::numbers::pi) > most * area(s))
    throw InputError(fmt::format(
        "wall.muscles: '{}': {} is not a closed surface, so nothing lies inside; close its holes, or give "
        "the muscle by regions or labels.",
        m.name, m.surface.string()));
  return s;
}

Surface surface_of_label(const MuscleConfig& m) {
  constexpr int smoothing_passes = 20;
  Labels labels = load_labels(m.labels);
  const std::set<int> present(labels.values.begin(), labels.values.end());
  if (!present.contains(m.label)) {
    std::vector<std::string> names;
    for (const int label : present)
      if (label != 0) names.push_back(std::to_string(label));
    throw InputError(fmt::format("wall.muscles: '{}': {} has no label {}; it has {}.", m.name,
                                 m.labels.string(), m.label, names.empty() ? "none" : join(names)));
  }
  for (auto& value : labels.values) value = value == m.label ? 1 : 0;
  return labels_to_surface(labels, smoothing_passes).surface;
}

}  // namespace

std::vector<Surface> muscle_surfaces(const Case& c) {
  std::vector<Surface> all;
  for (const MuscleConfig& m : c.wall.muscles)
    all.push_back(!m.surface.empty()  ? closed_surface(m)
                  : !m.labels.empty() ? surface_of_label(m)
                                      : Surface{});
  return all;
}

FlowCase flow_case_with_files(const Case& c, const std::filesystem::path& run) {
  FlowCase flow = flow_case(c);
  flow.muscle_surfaces = muscle_surfaces(c);
  if (c.wall.motion == MotionKind::imaging)
    flow.wall.imaged = std::make_shared<const ImagedMotion>(load_motion(run / "segmentation"));
  return flow;
}

}  // namespace soleus
