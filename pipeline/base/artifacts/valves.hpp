// What meshing hands to the solver for every valve: its cusps as sheets at rest, and its sizes.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/sheet.hpp"
#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

/// A sheet free of stress, nearly closed. Its triangles turn their normals into the pocket between the cusp
/// and the sinus behind it (downstream), away from the other cusp.
struct Cusp {
  Surface surface;
  std::vector<char> attached;       // [points] sewn to the wall
  std::vector<Vec3> into;           // [points] attached: unit vector from the wall into the sheet; else zero
  std::vector<Vec3> fibre;          // [triangles] unit vector along the fibres, to the first commissure
  std::vector<double> thickness_m;  // [triangles]
  std::vector<int> free_edge;       // points in order, from the first commissure to the second, both included
};

/// Sizes as built, and where.
struct ValveFigures {
  int branch = 0;
  double abscissa_m = 0;
  Vec3 center_m{};          // of the vein at the station, where the attachments are lowest
  Vec3 downstream{};        // unit vector along the vein towards the heart
  Vec3 first_commissure{};  // unit vector from the centreline
  double diameter_m = 0;    // of the vein at the station, before the sinus
  double sinus_diameter_ratio = 1, sinus_length_m = 0;
  double rest_gap_m = 0;             // between closed cusps at rest
  std::vector<double> height_m;      // [cusps] of the commissures over the station
  std::vector<double> coaptation_m;  // [cusps] wanted, in the middle
  std::vector<double> free_edge_m;   // [cusps] measured
  std::vector<double> area_m2;       // [cusps] measured
};

struct Valve {
  std::string name;
  std::vector<Cusp> cusps;  // two, one (it closes against the wall) or none
  ValveFigures figures;
};

struct Valves {
  std::vector<Valve> valves;
};

/// An edge of the sheet's border that is sewn to the wall, and the mean direction into the sheet there.
struct AttachedEdge {
  std::array<int, 2> points{};
  Vec3 into{};
};
std::vector<AttachedEdge> attached_edges(const Cusp& cusp);

/// The cusps of all valves as sheets in the fluid, NAME-1 and NAME-2 of the valve NAME, held where they are
/// attached. They turn freely there: a cusp under load is bent within less than a cell of its attachment.
std::vector<Sheet> sheets_of(const Valves& valves);

/// Length of a chain of points.
double chain_length(const Surface& s, const std::vector<int>& chain);

/// Sentences on what makes the valves unusable: arrays that do not fit, numbers that are not finite, edges
/// that are turned differently.
std::vector<std::string> faults(const Valves& valves);

}  // namespace soleus
