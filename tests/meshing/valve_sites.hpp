// Veins for valves: a straight pipe and a bent oval tube, each with a station.
#pragma once

#include <cmath>
#include <fstream>
#include <string>

#include "meshing/meshing.hpp"
#include "meshing/valve_frame.hpp"
#include "meshing/valve_wall.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {

struct ValveSite {
  Geometry geometry;
  ValveFrame frame;
  double diameter_m = 0;
  double across_m = 0, up_m = 0;  // half axes of the section along the frame's x and y

  double dx_m() const { return diameter_m / 20; }
  double radius(double angle_rad) const {
    return 1 / std::hypot(std::cos(angle_rad) / across_m, std::sin(angle_rad) / up_m);
  }
};

inline OpeningConfig opening_at_end(const std::string& end) {
  OpeningConfig o;
  o.name = "at_" + end;
  o.end = end;
  return o;
}

inline Geometry vein_of(const Shape& s, std::vector<ValveConfig> valves = {}) {
  const TempFolder folder("valve_site");
  GeometryConfig c;
  c.shape = s;
  c.valves = std::move(valves);
  return mesh(c, {opening_at_end("start"), opening_at_end("end")}, folder.path());
}

/// A vein of 9 mm along z that forks into two of 7.2 mm, branches 1 and 2.
inline Geometry fork_of(double length_m, double bend_angle_rad, std::vector<ValveConfig> valves = {}) {
  const TempFolder folder("valve_fork");
  GeometryConfig c;
  c.shape = Shape{.kind = ShapeKind::bifurcation,
                  .direction = {0, 0, 1},
                  .normal = {0, 1, 0},
                  .radius_m = 4.5e-3,
                  .end_radius_m = 3.6e-3,
                  .length_m = length_m,
                  .bend_angle_rad = bend_angle_rad};
  c.valves = std::move(valves);
  return mesh(c, {opening_at_end("start"), opening_at_end("left"), opening_at_end("right")}, folder.path());
}

/// Blood flows towards the start, down along z.
inline Shape pipe_shape() {
  return {.kind = ShapeKind::pipe, .direction = {0, 0, 1}, .radius_m = 4.5e-3, .length_m = 60e-3};
}

inline ValveFrame frame_at(const Geometry& g, double abscissa_m, double diameter_m) {
  return make_frame(g.centerlines.branches[0], {.abscissa_m = abscissa_m,
                                                .towards_root = true,
                                                .from_m = -1.5 * diameter_m,
                                                .to_m = 3 * diameter_m,
                                                .smoothing_m = 0.25 * diameter_m});
}

inline ValveSite straight_site() {
  const Geometry g = vein_of(pipe_shape());
  return {g, frame_at(g, 38e-3, 9e-3), 9e-3, 4.5e-3, 4.5e-3};
}

/// Axes 4.5 and 3.6 mm, bent with a radius of 50 mm in the plane of the long one.
inline ValveSite bent_site() {
  Geometry g = vein_of({.kind = ShapeKind::bent_pipe,
                        .direction = {0, 0, 1},
                        .normal = {1, 0, 0},
                        .radius_m = 4.5e-3,
                        .bend_radius_m = 50e-3,
                        .bend_angle_rad = 1.2});
  const double flat = 0.8;
  for (Vec3& p : g.surface.points_m) p.y *= flat;
  const double d = 9e-3 * std::sqrt(flat);
  return {g, frame_at(g, 38e-3, d), d, 4.5e-3, 3.6e-3};
}

constexpr double mm = 1e-3;

inline ValveConfig valve_at(const std::string& name, double abscissa_m) {
  ValveConfig c;
  c.name = name;
  c.abscissa_m = abscissa_m;
  c.dx_m = 0.45 * mm;
  c.commissures_rad = 0;
  return c;
}

/// What the program says to it.
template <class Work>
std::string refusal_of(const Work& work) {
  try {
    work();
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}
inline std::string refusal(const std::vector<ValveConfig>& valves) {
  return refusal_of([&] { vein_of(pipe_shape(), valves); });
}

inline GeometryConfig read_geometry(const std::string& yaml) {
  const TempFolder folder("valve_yaml");
  std::ofstream(folder.path() / "case.yaml") << yaml;
  return read_yaml<GeometryConfig>(folder.path() / "case.yaml");
}

inline PatchedSurface wall_of(const ValveSite& site, const ValveShape& v) {
  return shape_wall({site.geometry.surface, site.geometry.cap, {}}, site.frame, v, "test");
}

}  // namespace soleus
