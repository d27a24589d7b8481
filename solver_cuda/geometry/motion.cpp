#include "solver_cuda/geometry/motion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "pipeline/base/smooth_step.hpp"
#include "solver_cuda/geometry/external_pressure.hpp"
#include "solver_cuda/geometry/projection.hpp"

namespace soleus {
namespace {

constexpr double pi = std::numbers::pi;

}  // namespace

Motion::Motion(const WallConfig& wall, const Geometry& geometry)
    : wall_(wall),
      geometry_(geometry),
      shape_(wall.cross_section),
      keeps_perimeter_(wall.cross_section == CrossSection::ellipse ||
                       wall.cross_section == CrossSection::two_lobed) {
  if (const auto fault = motion_fault(wall_, geometry_.shape)) throw InputError("wall: " + *fault);
  if (imaged() && !wall_.imaged)
    throw InputError("wall: motion: imaging: the case has no motion from images.");
  if (wall_.motion == MotionKind::contraction && wall_.squeeze == SqueezeKind::limb && !wall_.limb)
    throw InputError(
        "wall: squeeze: limb needs a limb that an opening leads to; write vessel for one, for example "
        "vessel: popliteal.");
  if (wall_.flat_axis) flat_axis_ = normalized(*wall_.flat_axis);
  if (geometry_.shape) center_m_ = geometry_.shape->center_m, axis_ = normalized(geometry_.shape->direction);
  same_everywhere_ = wall_.squeeze == SqueezeKind::steady_rate ||
                     (wall_.squeeze != SqueezeKind::travelling_wave && wall_.regions.empty());
  if (!geometry_.shape)
    for (const Branch& b : geometry_.centerlines.branches) segment_runs_.push_back(segment_runs(b));
  const bool flattens = squeezes() && !geometry_.shape && wall_.cross_section != CrossSection::circle;
  if (compliant() || flattens) stations_ = make_stations(geometry_);
  if (compliant()) same_everywhere_ = false;
  if (flattens) flat_axes_ = find_flat_axes();
  moment_s_ = 1e-5 * (period_s() > 0 ? period_s() : 1.0);
  if (wall_.squeeze != SqueezeKind::table || wall_.motion != MotionKind::contraction) return;
  table_.kind = WaveformKind::table;
  table_.file = wall_.table;
  load_table(table_);
}

CenterlineCoordinates Motion::coordinates(const Vec3& x) const {
  CenterlineCoordinates s;
  if (geometry_.shape) {
    s.count = 1;
    const Vec3 d = x - center_m_;
    const double along = dot(d, axis_);
    s.of[0] = at_axis(along, d - axis_ * along);
    return s;
  }
  std::vector<Projection> all;
  for (std::size_t k = 0; k < segment_runs_.size(); ++k)
    if (!segment_runs_[k].empty())
      all.push_back(project(geometry_.centerlines.branches[k], segment_runs_[k], x));
  std::sort(all.begin(), all.end(),
            [](auto& a, auto& b) { return a.distance / a.radius < b.distance / b.radius; });
  double total = 0;
  for (const Projection& p : all) {
    // The eighth power keeps a branch's own wall to itself and blends only where two branches are equally
    // near.
    const double ratio =
        std::max(all[0].distance / all[0].radius, 1e-6) / std::max(p.distance / p.radius, 1e-6);
    const double weight = std::pow(ratio, 8);
    if (s.count == 3 || weight < 1e-3) break;
    s.of[s.count] = p.one;
    s.of[s.count++].weight = static_cast<float>(weight);
    total += weight;
  }
  for (int k = 0; k < s.count; ++k) {
    CenterlineCoordinates::One& one = s.of[k];
    one.weight /= static_cast<float>(total);
    one.window = window(one.branch, one.abscissa_m);
    find_station(one);
    if (flat_axes_.empty()) continue;
    const Stations::Between at = between(one);
    one.radius_m = static_cast<float>(at.of(stations_.radius_m));
    Vec3 flat = wall_.flat_axis.value_or(flat_axes_[std::size_t(at.first)] * (1 - at.t) +
                                         flat_axes_[std::size_t(at.second)] * at.t);
    const Vec3 along = tangent(geometry_, one.branch, one.abscissa_m);
    flat = normalized(flat - along * dot(flat, along));
    one.flat = {static_cast<float>(flat.x), static_cast<float>(flat.y), static_cast<float>(flat.z)};
  }
  return s;
}

/// Integral of the start ramp: the time that a motion at full speed would have needed to get where it is.
double Motion::driven_time(double t) const {
  const double T = wall_.ramp_s;
  if (T <= 0 || t >= T) return t - 0.5 * T;
  return 0.5 * (t - T / pi * std::sin(pi * t / T));
}

/// The start: from 0 to 1.
double Motion::ramp(double time_s) const {
  return wall_.ramp_s > 0 ? smooth_step(time_s / wall_.ramp_s) : 1.0;
}

/// 0 relaxed, 1 fully contracted.
double Motion::pulse(double time_s) const {
  double t = time_s - wall_.delay_s;
  if (t <= 0) return 0;
  t = std::fmod(t, wall_.period_s);
  if (t < wall_.rise_s) return smooth_step(t / wall_.rise_s);
  t -= wall_.rise_s + wall_.hold_s;
  return t < 0 ? 1 : 1 - smooth_step(t / wall_.fall_s);
}

double Motion::drive(double time_s) const {
  switch (wall_.squeeze) {
    case SqueezeKind::pulse:
      return pulse(time_s);
    case SqueezeKind::travelling_wave:
      return time_s;
    case SqueezeKind::steady_rate:
      return driven_time(time_s);
    case SqueezeKind::table:
      return factor(table_, time_s);
    case SqueezeKind::limb:
      return wall_.limb->activity(limb::Press::posterior_calf, time_s);
  }
  return 0;
}

double Motion::driven_area_ratio(const CenterlineCoordinates::One& s, double drive) const {
  switch (wall_.squeeze) {
    case SqueezeKind::pulse:
    case SqueezeKind::limb:
      return 1 - (1 - wall_.area_ratio_min) * s.window * drive;
    case SqueezeKind::travelling_wave: {
      const double phase = 2 * pi * (s.abscissa_m - wall_.wave_speed_m_s * drive) / wall_.wave_length_m;
      const double scale = 1 + wall_.wave_amplitude * std::sin(phase);
      return wall_.cross_section == CrossSection::flat ? scale : scale * scale;
    }
    case SqueezeKind::steady_rate: {
      const double r0 =
          geometry_.shape ? geometry_.shape->radius_m : geometry_.centerlines.branches.at(0).radius_m.at(0);
      return 1 + wall_.area_rate_m2_s * drive / (r0 * r0);
    }
    case SqueezeKind::table:
      return 1 - (1 - drive) * s.window;
  }
  return 1;
}

double Motion::area_ratio(int branch, double abscissa_m, const MotionInstant& now) const {
  if (!squeezes()) return 1;
  CenterlineCoordinates::One s{1, branch, abscissa_m, {}, window(branch, abscissa_m)};
  find_station(s);
  return area_ratio(s, now.drive[1], now.areas);
}

MotionInstant Motion::at(double time_s, const StationAreas* areas) const {
  MotionInstant now;
  if (carried()) now.translation_m = translation(time_s), now.carried_m_s = carried_velocity(time_s);
  if (imaged()) now.frames = frame_weights(*wall_.imaged, time_s);
  if (!squeezes()) return now;
  const double h = moment_s_;
  if (compliant()) {
    const double later = areas ? time_s - areas->time_s : 0;
    now.areas = areas;
    now.drive = areas ? std::array{later - h, later, later + h} : std::array{1.0, 1.0, 1.0};
    for (std::size_t k = 0; k < 3 && areas && keeps_perimeter_; ++k)
      for (std::size_t n = 0; n < stations_.count(); ++n)
        now.sections[k].push_back(shape_.at(areas->ratio[n] + now.drive[k] * areas->rate_1_s[n]));
    return now;
  }
  now.drive = {drive(time_s - h), drive(time_s), drive(time_s + h)};
  if (!same_everywhere_) return now;
  now.widening = 1 / scale({}, now, 1) - 1;
  now.rate_1_s = scale_rate({}, now) / scale({}, now, 1);
  return now;
}

Vec3 Motion::translation(double time_s) const {
  if (wall_.motion == MotionKind::oscillation)
    return wall_.amplitude_m * (ramp(time_s) * std::sin(2 * pi * time_s / wall_.period_s));
  if (wall_.motion != MotionKind::translation) return {};
  return wall_.velocity_m_s * driven_time(time_s);
}

Vec3 Motion::carried_velocity(double time_s) const {
  if (wall_.motion == MotionKind::translation) return wall_.velocity_m_s * ramp(time_s);
  const double rate = 2 * pi / wall_.period_s, phase = rate * time_s, T = wall_.ramp_s;
  const double rising = time_s > 0 && time_s < T ? 0.5 * pi / T * std::sin(pi * time_s / T) : 0;
  return wall_.amplitude_m * (ramp(time_s) * rate * std::cos(phase) + rising * std::sin(phase));
}

std::array<Vec3, 2> Motion::travel(double end_time_s) const {
  std::array<Vec3, 2> reach{};
  if (!carried() || wall_.part != MovingPart::all) return reach;
  const Vec3 end = wall_.motion == MotionKind::oscillation ? wall_.amplitude_m : translation(end_time_s);
  for (int a = 0; a < 3; ++a) {
    const bool both = wall_.motion == MotionKind::oscillation;
    reach[0][a] = std::min(both ? -std::abs(end[a]) : 0.0, end[a]);
    reach[1][a] = std::max(both ? std::abs(end[a]) : 0.0, end[a]);
  }
  return reach;
}

Vec3 Motion::rest_position(const Vec3& x, const CenterlineCoordinates& s, const MotionInstant& now) const {
  if (carried()) return x - now.translation_m;
  if (wall_.motion == MotionKind::rigid) return x;
  if (imaged()) return x + backward_at(*wall_.imaged, now.frames, x).displacement_m;
  Vec3 rest = x;
  for (int k = 0; k < s.count; ++k) rest += to_rest(s.of[k], now) * double(s.of[k].weight);
  return rest;
}

Vec3 Motion::velocity(const CenterlineCoordinates& s, const MotionInstant& now) const {
  Vec3 v{};
  if (carried()) return now.carried_m_s;
  if (wall_.motion == MotionKind::rigid) return v;
  for (int k = 0; k < s.count; ++k) v += speed(s.of[k], now) * double(s.of[k].weight);
  return v;
}

Vec3 Motion::moved_position(const Vec3& x0, const CenterlineCoordinates& rest,
                            const MotionInstant& now) const {
  if (still() || ends_only()) return x0;
  if (obstacles_only() && -obstacle_distance(*geometry_.shape, x0) < hull_distance(*geometry_.shape, x0))
    return x0;
  if (carried()) return x0 + now.translation_m;
  if (imaged()) return moved(*wall_.imaged, now.frames, x0);
  Vec3 x = x0;
  for (int k = 0; k < rest.count; ++k) {
    const CenterlineCoordinates::One& s = rest.of[k];
    const Vec3 moved = keeps_perimeter_ ? from_rest_of_ring(s, now) : giving_way(s) * (scale(s, now, 1) - 1);
    x += moved * double(s.weight);
  }
  return x;
}

Vec3 Motion::to_rest_of_ring(const CenterlineCoordinates::One& s, const MotionInstant& now) const {
  const SectionScale c = section(s, now, 1);
  const Vec3 flat = flat_of(s);
  const double v = dot(flat, s.offset_m), radius = double(s.radius_m);
  const Vec3 across = (s.offset_m - flat * v) / c.across;
  return across + flat * (v / c.closing_at(dot(across, across) / (radius * radius))) - s.offset_m;
}

Vec3 Motion::from_rest_of_ring(const CenterlineCoordinates::One& s, const MotionInstant& now) const {
  const SectionScale c = section(s, now, 1);
  const Vec3 flat = flat_of(s);
  const double v = dot(flat, s.offset_m), radius = double(s.radius_m);
  const Vec3 across = s.offset_m - flat * v;
  return across * c.across + flat * (v * c.closing_at(dot(across, across) / (radius * radius))) - s.offset_m;
}

Vec3 Motion::speed_of_ring(const CenterlineCoordinates::One& s, const MotionInstant& now) const {
  const SectionScale before = section(s, now, 0), c = section(s, now, 1), after = section(s, now, 2);
  const Vec3 flat = flat_of(s);
  const double v = dot(flat, s.offset_m), radius = double(s.radius_m), apart_s = 2 * moment_s_;
  const Vec3 across = s.offset_m - flat * v;
  const double u2 = dot(across, across) / std::pow(c.across * radius, 2);
  return across * ((after.across - before.across) / (apart_s * c.across)) +
         flat * (v * (after.closing_at(u2) - before.closing_at(u2)) / (apart_s * c.closing_at(u2)));
}

/// The main branch of each point of the wall counts.
std::vector<Vec3> Motion::find_flat_axes() const {
  std::vector<WallOffset> wall(geometry_.surface.points_m.size());
  parallel_for(wall.size(), 256, [&](std::size_t k) {
    const CenterlineCoordinates::One main = coordinates(geometry_.surface.points_m[k]).of[0];
    wall[k] = {stations_.at(main.branch, main.abscissa_m), main.offset_m};
  });
  return flattest_axes(stations_, tangents(geometry_, stations_), wall);
}

std::vector<MotionInstant> Motion::extremes(double end_time_s, double dx_m) const {
  std::vector<MotionInstant> found;
  const auto add = [&](double time_s) { found.push_back(at(time_s)); };
  if (compliant()) {
    add(0);
    found.back().drive.fill(wall_.law.area_ratio_max);
    for (const double flattened : {0.4, 0.1}) {  // a ring is widest then
      if (!keeps_perimeter_) break;
      add(0);
      found.back().drive.fill(flattened);
    }
    return found;
  }
  if (imaged()) {
    constexpr int of_cycle = 16;
    for (int k = 1; k < of_cycle; ++k) add(wall_.imaged->period_s * k / of_cycle);
  }
  if (wall_.motion == MotionKind::translation) {
    const int n = static_cast<int>(norm(translation(end_time_s)) / (0.5 * dx_m)) + 1;
    for (int k = 1; k <= n; ++k) add(end_time_s * k / n);
  }
  if (wall_.motion == MotionKind::oscillation) {
    // At most half a cell apart; over a period, and over the start.
    const double span = std::min(end_time_s, wall_.period_s + wall_.ramp_s);
    const double path = 2 * pi * norm(wall_.amplitude_m) * span / wall_.period_s;
    const int n = static_cast<int>(path / (0.5 * dx_m)) + 1;
    for (int k = 1; k <= n; ++k) add(span * k / n);
  }
  if (growth(end_time_s) > 1) {
    const double span = period_s() > 0 ? std::min(period_s(), end_time_s) : end_time_s;
    for (int k = 0; k <= 64; ++k) add(span * k / 64);
  }
  return found;
}

double Motion::widest(double area_ratio_max) const {
  const double rounded = shape_.at(std::max(1.0, area_ratio_max)).closing;
  return keeps_perimeter_ ? std::max(rounded, 0.5 * pi) : rounded;
}

double Motion::growth(double end_time_s) const {
  if (compliant()) return widest(wall_.law.area_ratio_max);
  if (wall_.motion != MotionKind::contraction) return 1;
  double ratio = 1;
  if (wall_.squeeze == SqueezeKind::travelling_wave) return 1 + std::abs(wall_.wave_amplitude);
  if (wall_.squeeze == SqueezeKind::steady_rate) ratio = area_ratio(0, 0, at(end_time_s));
  if (wall_.squeeze == SqueezeKind::table)
    ratio = *std::max_element(table_.table_factor.begin(), table_.table_factor.end());
  return widest(ratio);
}

double Motion::imaged_reach_m() const {
  double most = 0;
  for (const DisplacementFrame& f : wall_.imaged->frames)
    for (std::size_t node = 0; node < wall_.imaged->grid.voxels(); ++node)
      most = std::max(most, norm(vector_of(f.backward_m, node)));
  return most;
}

double Motion::shortening(const MotionInstant& now) const {
  // Registration refuses to fold, and a vein is rarely flattened further between two images.
  constexpr double of_images = 2;
  if (imaged()) return of_images;
  if (now.areas) return std::max(1.0, 1 / shape_.at(*std::ranges::min_element(now.areas->ratio)).thickness());
  if (wall_.motion != MotionKind::contraction) return 1;
  const bool wave = wall_.squeeze == SqueezeKind::travelling_wave;
  return std::max(1.0, 1 / (wave ? 1 - std::abs(wall_.wave_amplitude) : section({}, now, 1).thickness()));
}

double Motion::period_s() const {
  if (wall_.motion == MotionKind::oscillation) return wall_.period_s;
  if (imaged()) return wall_.imaged->period_s;
  if (compliant()) {
    double longest_s = soleus::period_s(wall_.external_waveform);
    for (const MuscleConfig& m : wall_.muscles)
      longest_s = std::max(longest_s, m.drive == MuscleDrive::own ? soleus::period_s(m.waveform)
                                      : wall_.limb ? limb::period_s(wall_.limb->schedule, press_of(m.drive))
                                                   : 0);
    return longest_s;
  }
  if (wall_.motion != MotionKind::contraction) return 0;
  if (wall_.squeeze == SqueezeKind::limb)
    return limb::period_s(wall_.limb->schedule, limb::Press::posterior_calf);
  if (wall_.squeeze == SqueezeKind::pulse) return wall_.period_s;
  if (wall_.squeeze == SqueezeKind::travelling_wave)
    return std::abs(wall_.wave_length_m / wall_.wave_speed_m_s);
  return 0;
}

}  // namespace soleus
