// REFERENCES: Ballard et al., J. Appl. Physiol. 84, 1976 (1998), muscle pressure of walkers (soleus 181 mmHg,
// tibialis anterior 90 mmHg) and runners (269 and 151 mmHg); van Bemmelen, Bedford, Beach & Strandness, J.
// Vasc. Surg. 10, 425 (1989), cuff deflation in standing; Christopoulos et al., J. Vasc. Surg. 5, 148 (1987),
// the order of air plethysmography.
#include "solver_cuda/limb/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/smooth_step.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

constexpr double right_angle = std::numbers::pi / 2, raised = std::numbers::pi / 6;

/// Raised cosine up and down, each `ramp` of a contraction, repeated.
Waveform pulses(double period_s, double contraction_s, double ramp) {
  Waveform w;
  w.kind = WaveformKind::plantar_flexion;
  w.period_s = period_s;
  w.rise_s = w.fall_s = ramp * contraction_s;
  w.hold_s = (1 - 2 * ramp) * contraction_s;
  return w;
}

Waveform once(double rise_s, double hold_s, double fall_s) {
  Waveform w;
  w.kind = WaveformKind::sustained;
  w.rise_s = rise_s, w.hold_s = hold_s, w.fall_s = fall_s;
  return w;
}

Waveform strides(Pace pace, GaitMuscle muscle, double cadence_per_min) {
  Waveform w;
  w.kind = WaveformKind::gait;
  w.pace = pace, w.muscle = muscle, w.cadence_per_min = cadence_per_min;
  return w;
}

struct Usual {
  double pressure_pa = 0;  // of the calf's back, the cuff or the trunk
  int count = 1;
  Waveform waveform{};
  double rest_s = 0;  // after the last movement
};

/// A single tiptoe movement is the slow one of plethysmography, several are made once a second.
Usual usual(const PhaseConfig& c, const Strength& strength) {
  switch (c.kind) {
    case PhaseKind::tiptoe:
      if (c.count == 1) return {strength.calf_pa, 1, pulses(2.0, 2.0, 0.35)};
      return {strength.calf_pa, 10, pulses(1.0, 0.55, 0.40)};
    case PhaseKind::dorsiflexion:
      return {90 * mmhg, 10, pulses(1.0, 0.55, 0.40)};
    case PhaseKind::walk:
      return {strength.calf_pa, 40, strides(Pace::walking, GaitMuscle::push_off, 120)};
    case PhaseKind::run:
      return {269.0 / 150 * strength.calf_pa, 60, strides(Pace::running, GaitMuscle::push_off, 168)};
    case PhaseKind::pneumatic_pump:
      return {45 * mmhg, 5, pulses(60, 12, 0.1)};
    case PhaseKind::cuff_deflation:
      return {100 * mmhg, 1, once(0.3, 3, 0.3), 10};
    case PhaseKind::valsalva:
      return {40 * mmhg, 1, once(0.5, 9, 0.5), 10};
    default:
      return {};
  }
}

PerPart angles(const PhaseConfig& c) {
  switch (c.kind) {
    case PhaseKind::leg_raised:
      return {0, -raised, -raised};
    case PhaseKind::sitting:
      return {right_angle, 0, right_angle};
    case PhaseKind::standing:
      return {right_angle, right_angle, right_angle};
    case PhaseKind::tilt:
      return {*c.angle_rad, *c.angle_rad, *c.angle_rad};
    default:
      return {0, 0, 0};
  }
}

/// A burst, with a second one where the kind presses on two places.
void add_bursts(Schedule& s, const PhaseConfig& c, const Phase& p, double pressure_pa, const Waveform& w) {
  const auto add = [&](Press press, double pa, const Waveform& over_time) {
    s.bursts.push_back({press, pa, over_time, p.from_s, p.to_s});
  };
  switch (c.kind) {
    case PhaseKind::dorsiflexion: {
      constexpr double passive = 0.4;  // the calf is stretched; ours
      add(Press::anterior_calf, pressure_pa, w);
      return add(Press::posterior_calf, passive * pressure_pa, w);
    }
    case PhaseKind::walk:
    case PhaseKind::run: {
      constexpr double anterior = 0.6;  // of the calf's back: 90 of 150 mmHg, 151 of 269
      Waveform lift = w;
      lift.muscle = GaitMuscle::foot_lift;
      add(Press::posterior_calf, pressure_pa, w);
      return add(Press::anterior_calf, anterior * pressure_pa, lift);
    }
    case PhaseKind::pneumatic_pump:
    case PhaseKind::cuff_deflation:
      return add(Press::sleeve, pressure_pa, w);
    case PhaseKind::valsalva:
      add(Press::abdomen, pressure_pa, w);
      return add(Press::thorax, pressure_pa, w);
    default:
      return add(Press::posterior_calf, pressure_pa, w);
  }
}

void breathe(Schedule& s, const Strength& strength) {
  Waveform w;
  w.kind = WaveformKind::sine;
  w.period_s = strength.breath_period_s;
  constexpr double forever = 1e9, abdomen = -0.75;  // of the thorax, and against it
  s.bursts.push_back({Press::thorax, strength.breath_pa, w, -forever, forever});
  s.bursts.push_back({Press::abdomen, abdomen * strength.breath_pa, w, -forever, forever});
}

double conductance(PhaseKind kind, const Strength& strength) {
  return kind == PhaseKind::walk || kind == PhaseKind::run              ? strength.hyperaemia_walk
         : kind == PhaseKind::tiptoe || kind == PhaseKind::dorsiflexion ? strength.hyperaemia_tiptoe
                                                                        : 1;
}

}  // namespace

bool is_posture(PhaseKind kind) {
  return kind <= PhaseKind::tilt;
}

void describe(Fields& f, PhaseConfig& c) {
  f.choice({"kind",
            "Posture (supine, leg_raised by 30 degrees, sitting, standing, tilt of the whole body) or what "
            "is done in the posture before: movements on tiptoe, dorsiflexion of the foot, walk, run, "
            "pneumatic_pump (a sleeve around the calf), cuff_deflation (a cuff around the calf, let go at "
            "once), valsalva (straining).",
            true},
           c.kind, phase_names);
  f.quantity({"duration", "Left out: 60 s in a posture; as long as its movements otherwise."}, c.duration_s,
             Dimension::time, {.above = 0});
  f.quantity({"angle", "tilt: angle of the body above the horizontal, feet down."}, c.angle_rad,
             Dimension::angle, {.min = -right_angle, .max = right_angle});
  f.quantity({"over", "Postures: time that the change takes, at the start of the phase."}, c.over_s,
             Dimension::time, {.above = 0});
  f.integer({"count",
             "Movements, strides or inflations; 0: 10 on tiptoe or in dorsiflexion, 40 strides walking, 60 "
             "running, 5 inflations, otherwise 1. One movement on tiptoe is a slow one of 2 s, several "
             "follow each other once a second."},
            c.count, {.min = 0, .max = 100000});
  f.quantity(
      {"pressure",
       "Movements: largest pressure in the muscle; cuff or sleeve: of its air; valsalva: in the "
       "trunk. Left out: limb.muscle_pressure, running 1.8 times that, dorsiflexion 90 mmHg, sleeve 45 "
       "mmHg, cuff 100 mmHg, valsalva 40 mmHg."},
      c.pressure_pa, Dimension::pressure, {.min = 0, .max = 80e3});
  f.section({"waveform", "Factor of the pressure over the time of the phase; left out: that of the kind."},
            c.waveform);
  if (c.kind == PhaseKind::tilt && !c.angle_rad)
    f.fault("kind",
            "tilt needs the angle of the body above the horizontal; write for example angle: 60 deg.");
  if (c.kind != PhaseKind::tilt && c.angle_rad)
    f.fault("angle", "only kind: tilt has an angle; remove it or write kind: tilt.");
  if (is_posture(c.kind) && (c.count > 0 || c.pressure_pa || c.waveform))
    f.fault("kind",
            "a posture has no count, pressure or waveform; remove them or write what is done in it, "
            "for example kind: tiptoe.");
  if (c.waveform && c.waveform->kind != WaveformKind::constant && period_s(*c.waveform) <= 0 && !c.duration_s)
    f.fault("waveform", "a waveform without a period needs the duration of the phase, for example 20 s.");
}

Schedule make_schedule(const std::vector<PhaseConfig>& phases, const Strength& strength) {
  constexpr double standing_s = 60, before_s = 1e6;
  Schedule s;
  s.turns.push_back({-before_s, 1, {}});
  const bool stands = phases.empty() || !is_posture(phases.front().kind);
  if (stands) s.turns.push_back({-before_s / 2, 1, {right_angle, right_angle, right_angle}});
  for (const PhaseConfig& c : phases) {
    const Usual u = usual(c, strength);
    const Waveform w = c.waveform.value_or(u.waveform);
    Phase p{c.kind, s.end_s, 0, c.count > 0 ? c.count : u.count, period_s(w)};
    if (p.period_s <= 0) p.period_s = w.rise_s.value_or(0) + w.hold_s.value_or(0) + w.fall_s.value_or(0);
    const double active_s = p.count * p.period_s;
    p.to_s = p.from_s + c.duration_s.value_or(is_posture(c.kind) ? standing_s : active_s + u.rest_s);
    if (is_posture(c.kind)) {
      p.count = 0;
      const bool first = p.from_s == 0;
      s.turns.push_back({first ? -before_s / 2 : p.from_s, c.over_s, angles(c)});
    } else {
      if (c.duration_s && p.period_s > 0 && u.rest_s == 0)
        p.count = int(std::lround(*c.duration_s / p.period_s));
      add_bursts(s, c, p, c.pressure_pa.value_or(u.pressure_pa), w);
      if (const double g = conductance(c.kind, strength); g != 1)
        s.exertions.push_back({p.from_s, p.to_s, g});
    }
    s.phases.push_back(p);
    s.end_s = p.to_s;
  }
  if (strength.breath_pa > 0) breathe(s, strength);
  return s;
}

std::array<double, press_count> presses(const Schedule& s, double time_s) {
  std::array<double, press_count> all{};
  for (const Burst& b : s.bursts)
    if (time_s > b.from_s && time_s < b.to_s)
      all[std::size_t(b.press)] +=
          b.pressure_pa *
          factor(b.waveform, b.waveform.kind == WaveformKind::sine ? time_s : time_s - b.from_s);
  return all;
}

double largest_pa(const Schedule& s, Press of) {
  double most = 0;
  for (const Burst& b : s.bursts)
    if (b.press == of && b.waveform.kind != WaveformKind::sine)
      most = std::max(most, b.pressure_pa * peak(b.waveform));
  return most;
}

double period_s(const Schedule& s, Press of) {
  double longest_s = 0;
  for (const Burst& b : s.bursts)
    if (b.press == of) longest_s = std::max(longest_s, soleus::period_s(b.waveform));
  return longest_s;
}

PerPart sines(const Schedule& s, double time_s) {
  PerPart angle{};
  for (const Turn& t : s.turns) {
    if (time_s <= t.from_s) break;
    const double part = smooth_step((time_s - t.from_s) / t.over_s);
    for (std::size_t i = 0; i < part_count; ++i) angle[i] += part * (t.angle_rad[i] - angle[i]);
  }
  for (double& a : angle) a = std::sin(a);
  return angle;
}

double exertion(const Schedule& s, double time_s) {
  for (const Exertion& e : s.exertions)
    if (time_s >= e.from_s && time_s < e.to_s) return e.conductance;
  return 1;
}

std::vector<double> kinks(const Schedule& s) {
  std::vector<double> all{s.end_s};
  for (const Phase& p : s.phases)
    for (int n = 0; n < std::max(p.count, 1); ++n)
      if (const double at = p.from_s + n * p.period_s; at < p.to_s) all.push_back(at);
  for (const Turn& t : s.turns)
    if (t.from_s >= 0) all.push_back(t.from_s + t.over_s);
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  std::erase_if(all, [&](double at) { return at <= 0 || at > s.end_s; });
  return all;
}

}  // namespace soleus::limb
