// What happens to the limb over time: posture, what presses on the veins, how hard the muscles work.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/base/waveform.hpp"
#include "solver_cuda/limb/network.hpp"

namespace soleus::limb {

enum class PhaseKind {
  supine,
  leg_raised,
  sitting,
  standing,
  tilt,
  tiptoe,
  dorsiflexion,
  walk,
  run,
  pneumatic_pump,
  cuff_deflation,
  valsalva
};
inline constexpr std::array<std::string_view, 12> phase_names{
    "supine",       "leg_raised", "sitting", "standing",       "tilt",           "tiptoe",
    "dorsiflexion", "walk",       "run",     "pneumatic_pump", "cuff_deflation", "valsalva"};
/// Whether the kind changes the posture; the others keep that of the phase before.
bool is_posture(PhaseKind kind);

/// One part of a protocol; what is left out is that of the kind (`usual` in schedule.cpp).
struct PhaseConfig {
  PhaseKind kind = PhaseKind::standing;
  std::optional<double> duration_s{};
  std::optional<double> angle_rad{};  // tilt: of the body above the horizontal
  double over_s = 2;                  // postures: time that the change takes
  int count = 0;                      // movements; 0: that of the kind
  std::optional<double> pressure_pa{};
  std::optional<Waveform> waveform{};
};
void describe(Fields& f, PhaseConfig& c);

/// A phase in time. The pressures of `count` movements, one each `period_s`, begin at `from_s`.
struct Phase {
  PhaseKind kind = PhaseKind::standing;
  double from_s = 0, to_s = 0;
  int count = 0;
  double period_s = 0;
};
struct Burst {
  Press press = Press::posterior_calf;
  double pressure_pa = 0;
  Waveform waveform{};
  double from_s = 0, to_s = 0;  // 0 outside; the waveform's time begins at from_s
};
/// The posture goes to these angles of the body's parts, feet down positive.
struct Turn {
  double from_s = 0, over_s = 0;
  PerPart angle_rad{};
};
struct Exertion {
  double from_s = 0, to_s = 0;
  double conductance = 1;  // of the muscles' microvessels, times that at rest
};
struct Schedule {
  std::vector<Phase> phases;
  std::vector<Burst> bursts;
  std::vector<Turn> turns;
  std::vector<Exertion> exertions;
  double end_s = 0;
};

/// How strongly this person's muscles press and breath swings.
struct Strength {
  double calf_pa = 20.0e3;  // tiptoe and walking
  double hyperaemia_tiptoe = 4, hyperaemia_walk = 5;
  double breath_pa = 2 * 133.322387415, breath_period_s = 4;
};
/// Phases one after the other. The first is preceded by lying down: turns[0] begins before 0.
Schedule make_schedule(const std::vector<PhaseConfig>& phases, const Strength& strength);

/// All of them at a time [Pa].
std::array<double, press_count> presses(const Schedule& s, double time_s);
/// The largest of one kind in the whole protocol, breath apart [Pa].
double largest_pa(const Schedule& s, Press of);
/// The longest time after which what presses so repeats itself [s], 0: never.
double period_s(const Schedule& s, Press of);
/// Sine of the angle of each part of the body.
PerPart sines(const Schedule& s, double time_s);
double exertion(const Schedule& s, double time_s);
/// Times at which something begins, ends or bends [s], ascending, the end among them.
std::vector<double> kinks(const Schedule& s);

}  // namespace soleus::limb
