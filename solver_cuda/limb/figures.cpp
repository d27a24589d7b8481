// REFERENCES: Christopoulos et al., J. Vasc. Surg. 5, 148 (1987), and Christopoulos, Nicolaides, Cook,
// Irvine, Galloway & Wilkinson, Surgery 106, 829 (1989), air plethysmography; Nicolaides & Zukowski, World J.
// Surg. 10, 602 (1986), ambulatory venous pressure; van Bemmelen et al., J. Vasc. Surg. 10, 425 (1989),
// reflux by its duration.
#include "solver_cuda/limb/figures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/statistics.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

using Values = std::vector<double>;

/// Samples [first, last) of an interval of time.
struct Window {
  std::size_t first, last;
};

struct Record {
  const Network& n;
  const Series& s;
  const LimbConfig& c;

  Window window(double from_s, double to_s) const {
    const auto at = [&](double t) {
      return std::size_t(std::lower_bound(s.time_s.begin(), s.time_s.end(), t - 1e-6) - s.time_s.begin());
    };
    const std::size_t first = std::min(at(from_s), s.time_s.size() - 1);
    return {first, std::max(first + 1, std::min(at(to_s) + 1, s.time_s.size()))};
  }
  double mean(const Values& v, double from_s, double to_s) const {
    const Window w = window(from_s, to_s);
    double sum = 0;
    for (std::size_t k = w.first; k < w.last; ++k) sum += v[k];
    return sum / double(w.last - w.first);
  }
  const Values* flow(const std::string& name) const { return of_connection(n, s.flow_m3_s, name); }
  const Values* of(const std::vector<Values>& all, const std::string& name) const {
    return of_compartment(n, all, name);
  }
  /// Time from `from_s` until the values have come `part` of the way to `to`; absent if they never do.
  Figure time_until(const Values& v, double from_s, double until_s, double start, double to) const {
    const Window w = window(from_s, until_s);
    for (std::size_t k = w.first; k < w.last; ++k)
      if ((v[k] - start) * (to - start) >= (to - start) * (to - start)) return s.time_s[k] - from_s;
    return {};
  }
};

constexpr double breath_s = 4, recovered = 0.9;

bool is_pump(PhaseKind k) {
  return k >= PhaseKind::tiptoe && k <= PhaseKind::pneumatic_pump;
}

/// Filling of the calf when the leg comes down, by air plethysmography.
/// The calf's volume with the leg raised.
double filling(Figures& f, const Record& r, const Phase& before, const Phase& standing, const Values& calf) {
  const double empty = r.mean(calf, std::max(before.to_s - breath_s, before.from_s), before.to_s),
               full = r.mean(calf, standing.to_s - breath_s, standing.to_s);
  f.venous_volume_m3 = full - empty;
  f.filling_time_s =
      r.time_until(calf, standing.from_s, standing.to_s, empty, empty + recovered * (full - empty));
  if (f.filling_time_s && *f.filling_time_s > 0)
    f.filling_index_m3_s = recovered * *f.venous_volume_m3 / *f.filling_time_s;
  return empty;
}

void ejection(Figures& f, const Record& r, const Phase& p, const Values& calf) {
  const double rest = r.mean(calf, p.from_s - breath_s, p.from_s);
  const Window w = r.window(p.from_s, p.from_s + p.period_s);
  f.ejected_volume_m3 = rest - *std::min_element(calf.begin() + long(w.first), calf.begin() + long(w.last));
  if (f.venous_volume_m3) f.ejection_fraction = *f.ejected_volume_m3 / *f.venous_volume_m3;
}

/// Movements after which the mean pressure of one stays within a tenth of its whole fall.
double to_steady(const Record& r, const Phase& p, const Values& foot, double rest, double end) {
  int n = p.count;
  for (; n > 1; --n) {
    const double from = p.from_s + (n - 2) * p.period_s;
    if (std::abs(r.mean(foot, from, from + p.period_s) - end) > (1 - recovered) * std::abs(rest - end)) break;
  }
  return n;
}

void pressures(Figures& f, const Record& r, const Phase& p, const Values& foot) {
  const double rest = r.mean(foot, std::max(p.from_s - breath_s, 0.0), p.from_s);
  const double last_s = std::min(2 * p.period_s, p.to_s - p.from_s);
  const Window w = r.window(p.from_s, p.to_s);
  f.standing_pa = rest;
  f.ambulatory_least_pa = *std::min_element(foot.begin() + long(w.first), foot.begin() + long(w.last));
  f.ambulatory_pa = r.mean(foot, p.to_s - last_s, p.to_s);
  f.pressure_drop = 1 - *f.ambulatory_pa / rest;
  f.movements_to_steady = to_steady(r, p, foot, rest, *f.ambulatory_pa);
  const double end = r.mean(foot, p.to_s, p.to_s + 0.1);
  f.recovery_time_s = r.time_until(foot, p.to_s, r.s.time_s.back(), end, end + recovered * (rest - end));
}

Values deep_volume(const Record& r) {
  Values sum(r.s.time_s.size(), 0.0);
  for (const Vein v : deep_calf())
    if (const Values* one = r.of(r.s.volume_m3, std::string(vein_names[std::size_t(v)])))
      for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += (*one)[k];
  return sum;
}

void refilling(Figures& f, const Record& r, const Phase& p) {
  const Values deep = deep_volume(r);
  const double rest = r.mean(deep, std::max(p.from_s - breath_s, 0.0), p.from_s),
               end = r.mean(deep, p.to_s - 0.05, p.to_s);
  f.deep_recovery_s = r.time_until(deep, p.to_s, r.s.time_s.back(), end, end + recovered * (rest - end));
}

Reflux reflux(const Record& r, std::size_t k, double from_s) {
  constexpr double watched_s = 10, slowest_m_s = 0.05;
  Reflux out{r.n.connections[k].name};
  const Window w = r.window(from_s, from_s + watched_s);
  for (std::size_t i = w.first; i + 1 < w.last; ++i) {
    const double q = -0.5 * (r.s.flow_m3_s[k][i] + r.s.flow_m3_s[k][i + 1]);
    const double step = r.s.time_s[i + 1] - r.s.time_s[i], speed = q / r.n.connections[k].lumen_m2;
    if (q > 0) out.volume_m3 += q * step;
    if (speed > slowest_m_s) out.duration_s += step;
    out.peak_m_s = std::max(out.peak_m_s, speed);
  }
  return out;
}

/// From the end of the last pressure in a phase on.
double last_fall_s(const Phase& p) {
  if (p.kind == PhaseKind::cuff_deflation || p.kind == PhaseKind::valsalva)
    return p.kind == PhaseKind::valsalva ? p.from_s : p.from_s + p.count * p.period_s - 0.3;
  return p.to_s;
}

void refluxes(Figures& f, const Record& r, const Phase& p) {
  for (std::size_t k = 0; k < r.n.connections.size(); ++k)
    if (r.n.connections[k].flow == Flow::valve) f.refluxes.push_back(reflux(r, k, last_fall_s(p)));
  for (const Reflux& x : f.refluxes)
    if (x.vein == "popliteal")
      f.reflux_time_s = x.duration_s, f.reflux_volume_m3 = x.volume_m3, f.reflux_peak_m_s = x.peak_m_s;
}

void flows(Figures& f, const Record& r, const Phase& p) {
  const auto k = connection(r.n, "popliteal");
  const Values& q = r.s.flow_m3_s[k];
  const Window w = r.window(p.from_s, p.to_s);
  f.popliteal_peak_m_s =
      *std::max_element(q.begin() + long(w.first), q.begin() + long(w.last)) / r.n.connections[k].lumen_m2;
  f.forward_per_movement_m3 = r.mean(q, p.from_s, p.to_s) * (p.to_s - p.from_s) / std::max(p.count, 1);
  const Values& thigh = *r.of(r.s.pressure_pa, "femoral");
  const double last_s = std::min(std::max(breath_s, 2 * p.period_s), p.to_s - p.from_s);
  f.femoral_rise_pa =
      r.mean(thigh, p.to_s - last_s, p.to_s) - r.mean(thigh, std::max(p.from_s - breath_s, 0.0), p.from_s);
}

/// Mean over a window of 4 mu Q / (pi r^3) in the posterior tibial and peroneal veins.
double wall_shear_pa(const Record& r, const Window& w) {
  const Values& q = *r.flow("posterior_tibial");
  const Values& v = *r.of(r.s.volume_m3, "posterior_tibial");
  const Bundle b = posterior_tibial_bundle(r.c);
  double sum = 0;
  for (std::size_t k = w.first; k < w.last; ++k) {
    const double radius = std::sqrt(v[k] / (b.length_m * b.count * std::numbers::pi));
    sum += 4 * blood_viscosity_pa_s * std::abs(q[k]) / b.count / (std::numbers::pi * std::pow(radius, 3));
  }
  return sum / double(w.last - w.first);
}

void deep_veins(Figures& f, const Record& r, double from_s, double to_s) {
  double out = 0;
  const double volume = r.mean(deep_volume(r), from_s, to_s);
  for (const char* name : {"gastrocnemius", "posterior_tibial", "anterior_tibial"})
    if (const Values* q = r.flow(name)) out += r.mean(*q, from_s, to_s);
  f.deep_volume_m3 = volume;
  if (out > 0) f.deep_stasis_s = volume / out;
  if (r.flow("posterior_tibial")) f.deep_wall_shear_pa = wall_shear_pa(r, r.window(from_s, to_s));
}

void tissue(Figures& f, const Record& r, double from_s, double to_s) {
  const auto filtered = [&](const char* name, const char* place) -> Figure {
    const Values *q = r.flow(name), *v = r.of(r.s.volume_m3, place);
    if (!q || !v) return {};
    constexpr double of_tissue = 0.12;  // the part of its volume that is interstitial fluid
    return r.mean(*q, from_s, to_s) / (v->front() / of_tissue);
  };
  f.filtration_per_s = filtered("filtration_of_superficial_calf", "calf_tissue");
  f.foot_filtration_per_s = filtered("filtration_of_foot", "foot_tissue");
  if (const Values* p = r.of(r.s.pressure_pa, "foot_tissue")) f.tissue_rise_pa = p->back() - p->front();
  if (const Values* q = r.flow("filtration_of_foot")) {
    const Connection& c = r.n.connections[connection(r.n, "filtration_of_foot")];
    f.foot_capillary_pa = r.mean(*q, from_s, to_s) * c.resistance_pa_s_m3 + c.oncotic_pa +
                          r.mean(*r.of(r.s.pressure_pa, "foot_tissue"), from_s, to_s);
  }
}

void steady(Figures& f, const Record& r, const Phase& longest) {
  const double from = longest.to_s - (longest.to_s - longest.from_s) / 3, to = longest.to_s;
  f.venous_return_m3_s = r.mean(*r.flow("femoral"), from, to);
  f.cardiac_output_m3_s = r.mean(*r.flow("heart"), from, to);
  f.share_of_output = *f.venous_return_m3_s / *f.cardiac_output_m3_s;
  f.atrium_pa = r.mean(*r.of(r.s.pressure_pa, "right_atrium"), from, to);
  deep_veins(f, r, from, to);
  tissue(f, r, from, to);
}

}  // namespace

std::vector<double> calf_volume(const Network& n, const Series& series) {
  Values sum(series.time_s.size(), 0.0);
  for (std::size_t i = 0; i < n.compartments.size(); ++i)
    if (n.compartments[i].in_plethysmograph)
      for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += series.volume_m3[i][k];
  return sum;
}

Figures measure(const Network& n, const Schedule& s, const Series& series, const LimbConfig& c) {
  const Record r{n, series, c};
  const Values calf = calf_volume(n, series);
  const Values* foot = r.of(series.pressure_pa, "foot");
  Figures f;
  double empty_m3 = 0;
  const Phase* pumped = nullptr;
  const Phase* before = nullptr;
  for (const Phase& p : s.phases) {
    const bool empty = before && (before->kind == PhaseKind::leg_raised || before->kind == PhaseKind::supine);
    if (p.kind == PhaseKind::standing && empty && !f.venous_volume_m3)
      empty_m3 = filling(f, r, *before, p, calf);
    if (p.kind == PhaseKind::tiptoe && before && !f.ejected_volume_m3) ejection(f, r, p, calf);
    const bool again = is_pump(p.kind) && p.count > 1;
    if (again && before) {
      if (f.venous_volume_m3)
        f.residual_fraction = (r.mean(calf, p.to_s - 0.05, p.to_s) - empty_m3) / *f.venous_volume_m3;
      if (foot) pressures(f, r, p, *foot);
      flows(f, r, p);
    }
    if (is_pump(p.kind) && before) refilling(f, r, p);
    if (!is_posture(p.kind)) pumped = &p;
    before = &p;
  }
  if (pumped) refluxes(f, r, *pumped);
  const auto length = [](const Phase& p) { return p.to_s - p.from_s; };
  steady(f, r, *std::ranges::max_element(s.phases, {}, length));
  if (foot && !f.standing_pa && s.phases.back().kind == PhaseKind::standing)
    f.standing_pa = r.mean(*foot, s.end_s - breath_s, s.end_s);
  return f;
}

LimbRun run(const LimbConfig& c, const SimulationOptions& options) {
  LimbRun out{adult_leg(c), schedule(c), {}, {}};
  out.series = simulate(out.network, out.schedule, options);
  out.figures = measure(out.network, out.schedule, out.series, c);
  return out;
}

}  // namespace soleus::limb
