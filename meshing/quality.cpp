#include "meshing/quality.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "meshing/topology.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {

MeshQuality measure(const Surface& s) {
  MeshQuality q;
  q.triangles = int(s.triangles.size());
  if (s.triangles.empty()) return q;
  double sum = 0, sum2 = 0, ratios = 0;
  std::vector<double> angles, ratio;
  for (const auto& t : s.triangles) {
    double side[3];
    for (int e = 0; e < 3; ++e) {
      side[e] = norm(s.points_m[t[(e + 1) % 3]] - s.points_m[t[e]]);
      sum += side[e];
      sum2 += side[e] * side[e];
    }
    double smallest = std::numbers::pi;
    for (int e = 0; e < 3; ++e) {
      const Vec3 u = s.points_m[t[(e + 1) % 3]] - s.points_m[t[e]],
                 v = s.points_m[t[(e + 2) % 3]] - s.points_m[t[e]];
      smallest = std::min(smallest, std::atan2(norm(cross(u, v)), dot(u, v)));
    }
    angles.push_back(smallest * 180 / std::numbers::pi);
    const double half = (side[0] + side[1] + side[2]) / 2;
    const double area2 = half * (half - side[0]) * (half - side[1]) * (half - side[2]);
    ratio.push_back(area2 > 0 ? 8 * area2 / (half * side[0] * side[1] * side[2]) : 0);  // 2 (A/s) / (abc/4A)
    ratios += ratio.back();
  }
  const double n = 3.0 * double(s.triangles.size());
  q.edge_mean_m = sum / n;
  q.edge_cov = std::sqrt(std::max(0.0, sum2 / n - q.edge_mean_m * q.edge_mean_m)) / q.edge_mean_m;
  std::sort(angles.begin(), angles.end());
  std::sort(ratio.begin(), ratio.end());
  q.min_angle_deg = angles.front();
  q.min_angle_p01_deg = angles[angles.size() / 100];
  q.min_angle_p50_deg = angles[angles.size() / 2];
  q.part_below_20_deg =
      double(std::lower_bound(angles.begin(), angles.end(), 20.0) - angles.begin()) / double(angles.size());
  q.radius_ratio_p01 = ratio[ratio.size() / 100];
  q.radius_ratio_mean = ratios / double(ratio.size());
  q.volume_m3 = volume(s);
  q.area_m2 = area(s);
  q.euler = euler_characteristic(s);
  return q;
}

void report_quality(const Geometry& g, const VolumeChanges& changes, const std::filesystem::path& folder) {
  const MeshQuality q = measure(g.surface);
  nlohmann::json j{{"triangles", q.triangles},
                   {"edge_length_mean_m", q.edge_mean_m},
                   {"edge_length_cov", q.edge_cov},
                   {"min_angle_deg",
                    {{"min", q.min_angle_deg}, {"p01", q.min_angle_p01_deg}, {"p50", q.min_angle_p50_deg}}},
                   {"part_of_triangles_below_20_deg", q.part_below_20_deg},
                   {"radius_ratio", {{"p01", q.radius_ratio_p01}, {"mean", q.radius_ratio_mean}}},
                   {"volume_m3", q.volume_m3},
                   {"area_m2", q.area_m2},
                   {"euler_characteristic", q.euler},
                   {"branches", g.centerlines.branches.size()},
                   {"openings", nlohmann::json::array()}};
  if (std::isfinite(changes.smoothing)) j["volume_change_smoothing"] = changes.smoothing;
  if (std::isfinite(changes.remeshing)) j["volume_change_remeshing"] = changes.remeshing;
  for (const Opening& o : g.openings) {
    j["openings"].push_back({{"name", o.name},
                             {"center_m", {o.center_m.x, o.center_m.y, o.center_m.z}},
                             {"outward", {o.outward.x, o.outward.y, o.outward.z}},
                             {"radius_m", o.radius_m},
                             {"area_m2", o.area_m2}});
  }
  write_file(folder / "quality.json", j.dump(2) + "\n");
  if (q.triangles == 0) return;
  spdlog::info(
      "lumen: {} triangles of edge {:.2f} mm (CoV {:.2f}), smallest angle {:.0f} deg, {:.2f} mL, {} "
      "branches, {} openings",
      q.triangles, q.edge_mean_m * 1e3, q.edge_cov, q.min_angle_deg, q.volume_m3 * 1e6,
      g.centerlines.branches.size(), g.openings.size());
}

}  // namespace soleus
