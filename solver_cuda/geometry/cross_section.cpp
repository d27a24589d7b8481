#include "solver_cuda/geometry/cross_section.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace soleus {
namespace {

constexpr int intervals = 512;          // of the table
constexpr double perimeter_kept = 0.7;  // area below which a section has its perimeter at rest
constexpr double first_dent = 0.6, last_dent = 0.2, deepest_dent = 0.9;  // of two lobes: areas, depth

double cubic_step(double x) {
  x = std::clamp(x, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

/// Of a unit circle that is moved so.
double perimeter(const SectionScale& s) {
  constexpr int pieces = 400;
  double sum = 0, last_u = s.across, last_v = 0;
  for (int k = 1; k <= pieces; ++k) {  // a quarter
    const double angle = 0.5 * std::numbers::pi * k / pieces, sine = std::sin(angle);
    const double u = s.across * std::cos(angle), v = s.closing * sine * (1 - s.dent * sine * sine);
    sum += std::hypot(u - last_u, v - last_v);
    last_u = u, last_v = v;
  }
  return 4 * sum;
}

/// `flattening`: closing over across. A dent takes 3/4 of its depth from the area of a circle.
SectionScale scale_of(double area, double dent, double flattening) {
  const double product = area / (1 - 0.75 * dent);
  return {std::sqrt(product / flattening), std::sqrt(product * flattening), dent};
}

/// The flattening by which the perimeter stays what it was.
double flattening_of(double area, double dent) {
  double low = std::log(1e-4), high = 0;
  for (int k = 0; k < 50; ++k) {
    const double middle = 0.5 * (low + high);
    (perimeter(scale_of(area, dent, std::exp(middle))) > 2 * std::numbers::pi ? low : high) = middle;
  }
  return std::exp(0.5 * (low + high));
}

}  // namespace

/// A ring that keeps its perimeter flattens with the root of the area it loses: at first infinitely fast. So
/// it shrinks a little before.
SectionShape::SectionShape(CrossSection kind) : kind_(kind) {
  if (kind == CrossSection::circle || kind == CrossSection::flat) return;
  const bool lobes = kind == CrossSection::two_lobed;
  table_.push_back({0.5 * std::numbers::pi, 0, lobes ? deepest_dent : 0});
  for (int k = 1; k <= intervals; ++k) {
    const double area = double(k) / intervals;
    const double dent = lobes ? deepest_dent * cubic_step((first_dent - area) / (first_dent - last_dent)) : 0;
    const double kept = cubic_step((1 - area) / (1 - perimeter_kept));
    table_.push_back(scale_of(area, dent, 1 - kept * (1 - flattening_of(area, dent))));
  }
}

SectionScale SectionShape::at_table(double area_ratio) const {
  const double x = std::max(area_ratio, 0.0) * intervals;
  const int k = std::min(static_cast<int>(x), intervals - 1);
  const double t = x - k;
  const SectionScale &a = table_[std::size_t(k)], &b = table_[std::size_t(k) + 1];
  const double across = a.across * (1 - t) + b.across * t, dent = a.dent * (1 - t) + b.dent * t;
  return {across, area_ratio / (across * (1 - 0.75 * dent)), dent};
}

double SectionShape::area_at(double thickness) const {
  double low = 0, high = 1;
  for (int k = 0; k < 50; ++k) {
    const double middle = 0.5 * (low + high);
    (at(middle).thickness() < thickness ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

std::vector<Vec3> flattest_axes(const Stations& stations, const std::vector<Vec3>& along,
                                const std::vector<WallOffset>& wall) {
  constexpr int evened = 8;  // times over three stations
  using Moments = Eigen::Matrix3d;
  std::vector<Moments> of(stations.count(), Moments::Zero());
  for (const WallOffset& w : wall) {
    const Eigen::Vector3d x(w.offset_m.x, w.offset_m.y, w.offset_m.z);
    of[std::size_t(w.at.first)] += (1 - w.at.t) * x * x.transpose();
    of[std::size_t(w.at.second)] += w.at.t * x * x.transpose();
  }
  std::vector<Vec3> axes(stations.count());
  for (const Stations::OnBranch& b : stations.branches)
    for (int pass = 0; pass < evened + 1; ++pass) {
      const std::vector<Moments> before = of;
      for (int k = b.first; k < b.first + b.count && pass < evened; ++k)
        of[std::size_t(k)] = 0.5 * before[std::size_t(k)] +
                             0.25 * (before[std::size_t(std::max(k - 1, b.first))] +
                                     before[std::size_t(std::min(k + 1, b.first + b.count - 1))]);
      for (int k = b.first; k < b.first + b.count && pass == evened; ++k) {
        const Vec3& t = along[std::size_t(k)];
        const Eigen::Vector3d tangent(t.x, t.y, t.z);
        const Moments& m = of[std::size_t(k)];
        // The tangent's own moment is made the largest.
        const Eigen::SelfAdjointEigenSolver<Moments> solved(m + 10 * (m.trace() + 1e-30) * tangent *
                                                                    tangent.transpose());
        const Eigen::Vector3d least = solved.eigenvectors().col(0);
        axes[std::size_t(k)] = {least[0], least[1], least[2]};
        if (k > b.first && dot(axes[std::size_t(k)], axes[std::size_t(k) - 1]) < 0)
          axes[std::size_t(k)] = axes[std::size_t(k)] * -1.0;
      }
    }
  return axes;
}

}  // namespace soleus
