#include "meshing/cusp_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/smooth_step.hpp"

namespace soleus {
namespace {

constexpr double pi = std::numbers::pi;

double power4(double u) {
  return u * u * u * u;
}

}  // namespace

CuspSheet::CuspSheet(const Bvh& lumen, const ValveFrame& f, const ValveShape& v, std::size_t index,
                     std::string name)
    : lumen_(lumen),
      frame_(f),
      shape_(v),
      cusp_(v.cusps[index]),
      index_(index),
      name_(std::move(name)),
      reach_m_(4 * v.diameter_m),
      fullness_(attachment_fullness(v, cusp_)) {
  const double opposite = index_ == 0 ? 0.5 * pi : 1.5 * pi;
  // Counted so that u = 1 is the first commissure of the first cusp.
  const double low = opposite - 0.5 * pi + commissure_angle(1),
               high = opposite + 0.5 * pi - commissure_angle(-1);
  middle_rad_ = 0.5 * (low + high);
  half_rad_ = 0.5 * (high - low);
  for (const int side : {0, 1}) ends_[side] = attachment_across(2 * side - 1);
  find_sag();
}

/// How far the commissure at u = side lies from the plane of the commissures, as an angle.
double CuspSheet::commissure_angle(double side) const {
  if (shape_.cusps.size() < 2) return 0;
  const double plane = index_ == 0 ? (side > 0 ? 0 : pi) : (side > 0 ? pi : 2 * pi);
  double off = 0;
  for (int i = 0; i < 8; ++i)
    off = std::asin(std::min(
        1.0, 0.5 * shape_.commissure_gap_m / radius(plane + (side > 0 ? off : -off), cusp_.height_m)));
  return off;
}

double CuspSheet::radius(double angle_rad, double z_m) const {
  const double r = wall_radius(lumen_, frame_, z_m, angle_rad, reach_m_);
  if (r > 0 && r < 0.9 * shape_.diameter_m * std::max(1.0, calibre(shape_, z_m)) * shape_.sinus_ratio)
    return r;
  throw InputError(
      fmt::format("{}: near {} the vein has no wall that a cusp could be attached to; move the valve away "
                  "from side branches "
                  "and ends, or turn its commissures.",
                  name_, place_text(point_of(frame_, polar(0.5 * shape_.diameter_m, angle_rad, z_m)))));
}

double CuspSheet::height_of_attachment(double u) const {
  return cusp_.height_m * ((1 - fullness_) * u * u + fullness_ * power4(u));
}
double CuspSheet::height_of_free_edge(double u) const {
  return cusp_.height_m - sag_m_ * (1 - u * u) * (1 - u * u);
}

CuspSheet::Across CuspSheet::attachment_across(double u) const {
  const double angle = middle_rad_ - u * half_rad_, r = radius(angle, height_of_attachment(u));
  // A torn end has come off the wall by the rest gap.
  const double off = shape_.rest_gap_m * smooth_step(2 * torn_part(u));
  return {(r - off) * std::cos(angle), (r - off) * std::sin(angle)};
}

double CuspSheet::torn_part(double u) const {
  const double from_first = first_commissure_is_last() ? 1 - u : 1 + u;
  return cusp_.torn_rad > 0 ? 1 - from_first * half_rad_ / cusp_.torn_rad : -1;
}

CuspSheet::Across CuspSheet::target(double u, double z_m) const {
  if (shape_.cusps.size() > 1) {
    const double w = 0.5 * (u + 1);
    return {(1 - w) * ends_[0].x + w * ends_[1].x, (1 - w) * ends_[0].y + w * ends_[1].y};
  }
  if (std::abs(u) >= 1) return ends_[u > 0];
  const double angle = 1.5 * pi + 0.5 * pi * u,
               r = radius(angle, z_m) - shape_.rest_gap_m * (1 - std::pow(u, 12));
  return {r * std::cos(angle), r * std::sin(angle)};
}

Vec3 CuspSheet::attachment(double u) const {
  const Across a = attachment_across(u);
  return point_of(frame_, {a.x, a.y, height_of_attachment(u)});
}

Vec3 CuspSheet::point(double u, double v) const {
  v *= 1 - cusp_.retraction * (1 - u * u) * (1 - u * u);
  const double z0 = height_of_attachment(u), z = z0 + (height_of_free_edge(u) - z0) * v;
  const double s = std::min(1.0, v / (1 - straight_part_)), w = (1 - s) * (1 - s);
  const Across a = attachment_across(u), b = target(u, z);
  return point_of(frame_, {b.x + (a.x - b.x) * w, b.y + (a.y - b.y) * w, z});
}

Vec3 CuspSheet::into(double u) const {
  const double inside = std::clamp(u, -0.999, 0.999);
  return normalized(point(inside, 0.01) - attachment(inside));
}

/// So that the free edge, before it is shortened, has its length; then the part of the middle curve that is
/// straight.
void CuspSheet::find_sag() {
  const auto length = [&](double sag) {
    sag_m_ = sag;
    constexpr int n = 160;
    double sum = 0;
    Vec3 last;
    for (int i = 0; i <= n; ++i) {
      const double u = 2.0 * i / n - 1, z = height_of_free_edge(u);
      const Across a = target(u, z);
      const Vec3 p = point_of(frame_, {a.x, a.y, z});
      if (i > 0) sum += norm(p - last);
      last = p;
    }
    return sum;
  };
  if (const double chord = length(0); cusp_.free_edge_m < chord)
    throw InputError(
        fmt::format("{}: the free edge of cusp {} is {:.1f} mm long, less than the {:.1f} mm between its "
                    "commissures in this "
                    "vein.",
                    name_, index_ + 1, 1e3 * cusp_.free_edge_m, 1e3 * chord));
  double low = 0, high = cusp_.free_edge_m;
  for (int i = 0; i < 40; ++i) {
    const double sag = 0.5 * (low + high);
    (length(sag) < cusp_.free_edge_m ? low : high) = sag;
  }
  sag_m_ = low;
  straight_part_ = std::min(0.8, cusp_.coaptation_m / (cusp_.height_m - sag_m_));
}

}  // namespace soleus
