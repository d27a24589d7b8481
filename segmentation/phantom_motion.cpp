#include "segmentation/phantom_motion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/parallel.hpp"
#include "segmentation/part.hpp"

namespace soleus::phantom {
namespace {

constexpr double kStep_m = 0.4e-3;  // along the centrelines
constexpr double kDecays = 3.5;     // exp(-3.5^2) = 5e-6: nothing moves farther away

/// 1 between `from` and `to`, falling to 0 as a cosine over the edge outside of them.
double along(const Contraction& c, double z_m) {
  const double outside = std::max({c.from_m - z_m, z_m - c.to_m, 0.0});
  if (outside >= c.edge_m) return outside > 0 ? 0 : 1;
  return 0.5 + 0.5 * std::cos(std::numbers::pi * outside / c.edge_m);
}

double around(double rho_m, double radius_m, double decay_m) {
  const double q = std::max(rho_m - radius_m, 0.0) / decay_m;
  return std::exp(-q * q);
}

/// The rho at rest that went to `now`: Newton's method within the bracket [now, now / k].
double rho_at_rest(double now_m, double radius_m, double squeeze, double decay_m) {
  double low = now_m, high = now_m / (1 - squeeze), rho = high;
  for (int step = 0; step < 50 && high - low > 1e-10; ++step) {
    const double f = around(rho, radius_m, decay_m), q = std::max(rho - radius_m, 0.0) / decay_m;
    const double left = rho * (1 - squeeze * f) - now_m;
    if (std::abs(left) < 1e-10) break;
    (left > 0 ? high : low) = rho;
    rho -= left / (1 - squeeze * (f - 2 * q * f * rho / decay_m));
    if (rho <= low || rho >= high) rho = (low + high) / 2;
  }
  return rho;
}

double distance_to_segment(const Vec3& x, const Vec3& a, const Vec3& ab, double& t) {
  t = std::clamp(dot(x - a, ab) / std::max(dot(ab, ab), 1e-18), 0.0, 1.0);
  return norm(x - a - ab * t);
}

segmentation::Box moving_box(const PhantomSpec& spec, const Grid& grid) {
  segmentation::Box box{{grid.size[0], grid.size[1], grid.size[2]}, {-1, -1, -1}};
  const Contraction c = make_contraction(spec, 0);
  for (const Curve& vein : c.veins)
    for (std::size_t i = 0; i < vein.points_m.size(); ++i) {
      if (along(c, vein.points_m[i].z) == 0) continue;
      const double reach_m = vein.radius_m[i] + kDecays * c.decay_m;
      const Vec3 at = grid.continuous_index(vein.points_m[i]);
      for (int a = 0; a < 3; ++a) {
        const double n = reach_m / grid.spacing_m[a];
        box.first[a] = std::clamp(int(std::floor(at[a] - n)), 0, std::min(box.first[a], grid.size[a] - 1));
        box.last[a] = std::clamp(int(std::ceil(at[a] + n)), std::max(box.last[a], 0), grid.size[a] - 1);
      }
    }
  const bool none = box.last[0] < box.first[0];
  return none ? segmentation::Box{{0, 0, 0}, {grid.size[0] - 1, grid.size[1] - 1, grid.size[2] - 1}} : box;
}

}  // namespace

Contraction make_contraction(const PhantomSpec& spec, std::size_t frame) {
  const PhantomContraction& given = *spec.contracted;
  Contraction c{.veins = {},
                .area_ratio = at(given.area_ratios, frame),
                .from_m = std::min(given.from_m, given.to_m),
                .to_m = std::max(given.from_m, given.to_m),
                .edge_m = given.edge_m,
                .decay_m = given.decay_m,
                .shift_m = given.shift_m};
  for (const PhantomVessel& v : spec.veins) {
    const auto& names = given.veins;
    if (!names.empty() && std::find(names.begin(), names.end(), v.tube.name) == names.end()) continue;
    c.veins.push_back(smooth_curve(v.tube, kStep_m));
    add_sinuses(c.veins.back(), v.sinuses);
  }
  return c;
}

ContractionNear::ContractionNear(const Contraction& contraction, const Vec3& center, double reach_m)
    : contraction_(contraction) {
  const double squeeze = 1 - std::sqrt(contraction.area_ratio);
  const auto moved_m = [&](const Curve& v) {  // rho f is at most R + 0.43 decay
    return squeeze * (*std::max_element(v.radius_m.begin(), v.radius_m.end()) + 0.43 * contraction.decay_m);
  };
  double slack_m = reach_m + norm(contraction.shift_m);  // the block as seen from rest and from now
  for (const Curve& v : contraction.veins) slack_m += moved_m(v);
  const Vec3 before = center - contraction.shift_m;
  for (const Curve& v : contraction.veins) {
    std::vector<double> d;
    double nearest = 1e300, t = 0;
    for (std::size_t i = 0; i + 1 < v.points_m.size(); ++i) {
      d.push_back(distance_to_segment(before, v.points_m[i], v.points_m[i + 1] - v.points_m[i], t));
      nearest = std::min(nearest, d.back() - v.radius_m[i]);
    }
    if (nearest > slack_m + kDecays * contraction.decay_m + 1e-3) continue;
    const double closest = *std::min_element(d.begin(), d.end());
    Near near{&v, {}};
    bool squeezed = false;
    for (std::size_t i = 0; i < d.size(); ++i) {
      if (d[i] > closest + 2 * slack_m) continue;
      near.segments.push_back(int(i));
      squeezed |= along(contraction, v.points_m[i].z) > 0 || along(contraction, v.points_m[i + 1].z) > 0;
    }
    if (!squeezed) continue;
    veins_.push_back(std::move(near));
    most_moved_m_ += moved_m(v);
    most_stretched_ /= 1 - squeeze;  // veins move one after the other
  }
}

ContractionNear::Foot ContractionNear::foot(const Near& near, const Vec3& x) const {
  double nearest = 1e300;
  Foot foot{};
  for (const int i : near.segments) {
    const auto& p = near.vein->points_m;
    const auto& r = near.vein->radius_m;
    double t = 0;
    const double d = distance_to_segment(x, p[i], p[i + 1] - p[i], t);
    if (d >= nearest) continue;
    nearest = d;
    foot = {p[i] + (p[i + 1] - p[i]) * t, r[i] + (r[i + 1] - r[i]) * t, 0};
  }
  foot.squeeze = 1 - std::sqrt(1 - (1 - contraction_.area_ratio) * along(contraction_, foot.point.z));
  return foot;
}

Vec3 ContractionNear::forward(Vec3 x) const {
  for (const Near& near : veins_) {
    const Foot f = foot(near, x);
    const Vec3 out = x - f.point;
    x = f.point + out * (1 - f.squeeze * around(norm(out), f.radius_m, contraction_.decay_m));
  }
  return x + contraction_.shift_m;
}

Vec3 ContractionNear::backward(Vec3 x) const {
  x -= contraction_.shift_m;
  for (auto near = veins_.rbegin(); near != veins_.rend(); ++near) {
    const Foot f = foot(*near, x);
    const Vec3 out = x - f.point;
    const double now_m = norm(out);
    if (now_m == 0 || f.squeeze == 0) continue;
    x = f.point + out * (rho_at_rest(now_m, f.radius_m, f.squeeze, contraction_.decay_m) / now_m);
  }
  return x;
}

ImagedMotion true_motion(const PhantomSpec& spec, const Grid& grid) {
  ImagedMotion motion{.period_s = spec.contracted->cycle_s,
                      .grid = segmentation::part_of(grid, moving_box(spec, grid)).grid,
                      .frames = {}};
  const Grid& g = motion.grid;
  for (std::size_t n = 0; n < spec.contracted->times_s.size(); ++n) {
    const Contraction contraction = make_contraction(spec, n);
    DisplacementFrame frame{.time_s = spec.contracted->times_s[n],
                            .backward_m = VectorField(3 * g.voxels()),
                            .forward_m = VectorField(3 * g.voxels())};
    constexpr int block = 8;  // voxels of a row whose neighbourhood is looked up once
    parallel_for(std::size_t(g.size[1]) * g.size[2], 1, [&](std::size_t row) {
      const int j = int(row % g.size[1]), k = int(row / g.size[1]);
      for (int i0 = 0; i0 < g.size[0]; i0 += block) {
        const ContractionNear near(contraction, g.point(i0 + 0.5 * (block - 1), j, k),
                                   0.5 * block * g.spacing_m.x);
        for (int i = i0; i < std::min(i0 + block, g.size[0]); ++i) {
          const Vec3 x = g.point(i, j, k);
          set_vector(frame.backward_m, g.index(i, j, k), near.backward(x) - x);
          set_vector(frame.forward_m, g.index(i, j, k), near.forward(x) - x);
        }
      }
    });
    motion.frames.push_back(std::move(frame));
  }
  return motion;
}

}  // namespace soleus::phantom
