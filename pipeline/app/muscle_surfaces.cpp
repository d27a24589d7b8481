#include "pipeline/app/muscle_surfaces.hpp"

#include <fmt/format.h>

#include <set>

#include "meshing/labels_to_surface.hpp"
#include "meshing/surface_io.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/join.hpp"
#include "segmentation/segmentation.hpp"

namespace soleus {
namespace {

constexpr double file_unit_m = 1e-3;

Surface closed_surface(const MuscleConfig& m) {
  Surface s = read_surface(m.surface, file_unit_m, SurfaceSpace::lps);
  if (!is_closed(s))
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

FlowCase flow_case_with_muscles(const Case& c) {
  FlowCase flow = flow_case(c);
  flow.muscle_surfaces = muscle_surfaces(c);
  return flow;
}

}  // namespace soleus
