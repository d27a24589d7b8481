// Fields of a curved vein that narrows and widens: what a solve folder looks like, with a flow that needs no
// solver.
#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>

#include "solver_cuda/output/field_writer.hpp"

namespace soleus {

/// A vein of 80 mm along z, bent in x, its middle squeezed by a raised cosine in time.
struct CurvedVein {
  double length_m = 80e-3, radius_m = 5e-3, bend_m = 8e-3, squeeze = 0.35, period_s = 1,
         mean_velocity_m_s = 0.15;

  Vec3 center(double z) const { return {0.05 + bend_m * std::sin(std::numbers::pi * z / length_m), 0.02, z}; }
  Vec3 tangent(double z) const {
    return normalized(
        {bend_m * std::numbers::pi / length_m * std::cos(std::numbers::pi * z / length_m), 0, 1});
  }
  double radius(double z, double t) const {
    const double pulse = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * t / period_s);
    const double middle = std::exp(-std::pow((z / length_m - 0.5) / 0.2, 2));
    return radius_m * (1 - squeeze * pulse * middle);
  }
  double speed(double z, double t) const {  // same flow through every section
    return mean_velocity_m_s * std::pow(radius_m / radius(z, t), 2) *
           (0.6 + 0.4 * std::sin(2 * std::numbers::pi * t / period_s));
  }
};

inline VolumeFrame volume_of(const CurvedVein& v, double t, double dx) {
  VolumeFrame f{.time_s = t, .origin_m = {0.04, 0.01, 0}, .dx_m = dx};
  f.extent = {int(30e-3 / dx), int(20e-3 / dx), int(v.length_m / dx) + 1};
  for (int k = 0; k < f.extent[2]; ++k)
    for (int j = 0; j < f.extent[1]; ++j)
      for (int i = 0; i < f.extent[0]; ++i) {
        const Vec3 x = f.origin_m + dx * Vec3{double(i), double(j), double(k)};
        const Vec3 away = x - v.center(x.z);
        const double r = norm(away - dot(away, v.tangent(x.z)) * v.tangent(x.z)), wall = v.radius(x.z, t);
        if (r >= wall) continue;
        const Vec3 u = 2 * v.speed(x.z, t) * (1 - r * r / (wall * wall)) * v.tangent(x.z);
        f.nodes.push_back({i, j, k});
        f.velocity_m_s.insert(f.velocity_m_s.end(), {float(u.x), float(u.y), float(u.z)});
        f.pressure_pa.push_back(float(60 * (1 - x.z / v.length_m)));
        f.lumen.push_back(1);
      }
  return f;
}

inline Surface rest_wall(const CurvedVein& v) {
  constexpr int rings = 81, spokes = 32;
  Surface s;
  for (int k = 0; k < rings; ++k)
    for (int n = 0; n < spokes; ++n) {
      const double z = v.length_m * k / (rings - 1), a = 2 * std::numbers::pi * n / spokes;
      s.points_m.push_back(v.center(z) + v.radius(z, 0) * Vec3{std::cos(a), std::sin(a), 0});
    }
  for (int k = 0; k + 1 < rings; ++k)
    for (int n = 0; n < spokes; ++n) {
      const int a = k * spokes + n, b = k * spokes + (n + 1) % spokes;
      s.triangles.push_back({a, b, b + spokes});
      s.triangles.push_back({a, b + spokes, a + spokes});
    }
  return s;
}

inline WallFrame wall_of(const CurvedVein& v, const Surface& rest, double t) {
  WallFrame f{.time_s = t, .surface = &rest};
  for (const Vec3& x : rest.points_m) {
    const Vec3 radial = x - v.center(x.z), d = (v.radius(x.z, t) / v.radius(x.z, 0) - 1) * radial;
    const Vec3 stress = 4 * 3.5e-3 * v.speed(x.z, t) / v.radius(x.z, t) * v.tangent(x.z);
    f.displacement_m.insert(f.displacement_m.end(), {float(d.x), float(d.y), float(d.z)});
    f.wall_shear_stress_pa.insert(f.wall_shear_stress_pa.end(),
                                  {float(stress.x), float(stress.y), float(stress.z)});
  }
  return f;
}

/// Writes <run>/solve/volume.pvd and wall.pvd over one period, and <run>/mesh/geometry.json.
inline void write_fields(const CurvedVein& v, const std::filesystem::path& run, int frames = 5,
                         double dx = 1e-3) {
  const Surface rest = rest_wall(v);
  SeriesWriter volume(run / "solve", "volume", {"1f00", "soleus 0.1.0"});
  SeriesWriter wall(run / "solve", "wall", {"1f00", "soleus 0.1.0"});
  for (int n = 0; n < frames; ++n) {
    const double t = v.period_s * n / (frames - 1);
    volume.write(volume_of(v, t, dx), {});
    wall.write(wall_of(v, rest, t));
  }
  std::filesystem::create_directories(run / "mesh");
  std::ofstream(run / "mesh" / "geometry.json")
      << R"({"openings": [{"name": "tibial_inlet", "center_m": [0.05, 0.02, 0],
    "outward": [0, 0, -1], "radius_m": 0.005}]})";
}

}  // namespace soleus
