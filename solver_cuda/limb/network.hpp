// The circulation as data: compartments that hold blood, connections through which it flows. Nothing here
// knows veins of a leg; adult_leg.hpp makes those.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "solver_cuda/limb/laws.hpp"

namespace soleus::limb {

/// What presses on compartments from outside over time; schedule.hpp says when.
enum class Press { posterior_calf, anterior_calf, abdomen, thorax, sleeve };
inline constexpr std::size_t press_count = 5;

/// The body as three straight parts; a compartment lies so far below the right atrium along each when the
/// body stands.
enum class Part { trunk, thigh, shank };
inline constexpr std::size_t part_count = 3;
using PerPart = std::array<double, part_count>;

enum class Wall {
  vein,      // law below
  linear,    // (V - unstressed) / compliance
  reservoir  // 0 at any volume: a place of given pressure
};

struct Compartment {
  std::string name;
  Wall wall = Wall::vein;
  VeinLaw law{};
  double unstressed_m3 = 0;     // of a linear wall
  double compliance_m3_pa = 0;  // of a linear wall
  double rest_pa = 0;           // transmural pressure at the start; of a vein that at the heart's level
  PerPart below_heart_m{};      // along the parts of the body
  double outside_pa = 0;        // always, such as a stocking's
  std::array<double, press_count> share{};  // part of each Press that reaches the veins
  bool in_plethysmograph = false;           // under the air cuff around the calf
};

enum class Flow {
  resistance,   // drop / R
  valve,        // R in series with a valve, with inertia
  microvessel,  // max(0, drop) / R times hyperaemia; both ends at the height of the vein that it feeds
  heart,        // keeps the pressure of `to`, as far as the filling of `from` allows
  filtration,   // Starling: (capillary pressure - p_to - oncotic) / R; capillary pressure lies between those
                // of the arteries and of the vein
  lymph         // max(0, drop) / R, uphill too: lymph vessels pump
};

struct Connection {
  std::string name;
  std::size_t from = 0, to = 0;  // index of compartments; the direction towards the heart
  Flow flow = Flow::resistance;
  double resistance_pa_s_m3 = 0;
  ValveLaw valve{};
  bool waterfall = false;    // `from` is a vein whose end closes when it collapses
  double hyperaemia = 0;     // microvessel: 1: follows the exercise wholly, 0: not at all
  double kept_pa = 0;        // heart: pressure of `to` that it keeps
  double oncotic_pa = 0;     // filtration
  std::size_t arteries = 0;  // filtration: where the pressure before the capillaries comes from
  double lumen_m2 = 0;       // of the vein in standing, for velocities; 0: none is told
  bool apart = false;        // perforators, collaterals: no part of a vein that leads past their ends
};

struct Network {
  std::vector<Compartment> compartments;
  std::vector<Connection> connections;
};

/// Index by name; an assertion when there is none.
std::size_t compartment(const Network& n, const std::string& name);
std::size_t connection(const Network& n, const std::string& name);

/// Pressure across the wall [Pa] at a volume [m3].
double transmural_pressure(const Compartment& c, double volume_m3);
double volume_at(const Compartment& c, double transmural_pa);

}  // namespace soleus::limb
