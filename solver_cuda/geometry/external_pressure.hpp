// What presses on an elastic vein from outside, at each of its stations.
#pragma once

#include <string>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"
#include "solver_cuda/config.hpp"
#include "solver_cuda/geometry/stations.hpp"

namespace soleus {

///   p_external(s, t) = p_uniform f(t) + sum over muscles of w(s) p_muscle f_muscle(t) + p_stocking(s)
///                      - rho g (level - up . x(s))
///
/// The last term is the hydrostatic part of the pressure inside, which the lattice does not carry: a standing
/// leg's veins are distended at the ankle. Inside a limb the column of its posture stands there instead, that
/// of the vessels that the lumen leads to and, as far as the shank is upright, of what lies below or above
/// along z.
struct ExternalPressure {
  struct Muscle {
    std::string name;
    Waveform waveform;
    std::vector<double>
        peak_pa;  // [stations] at a factor of 1; driven by the limb: per pascal of its muscles
    std::optional<limb::Press> press{};
  };
  double uniform_pa = 0;
  Waveform uniform_waveform;
  std::vector<Muscle> muscles{};
  std::vector<double> steady_pa{};  // [stations] stocking less hydrostatic part
  std::shared_ptr<const LimbOfWall> limb{};
  std::vector<double> column_pa{};  // [stations] inside a limb, of an upright shank, over that of its place
  double weight_pa_m = 0;           // rho g

  /// [stations] Pa.
  std::vector<double> at(double time_s) const;
};

/// `muscle_surfaces`: [muscles] closed, outward, empty for a muscle that is not given by one (or none at
/// all). Throws InputError naming each muscle that presses on no station.
ExternalPressure external_pressure(const WallConfig& wall, const Stations& stations, double density_kg_m3,
                                   const std::vector<Surface>& muscle_surfaces);

/// [stations] Distance from a vein (a circle of the station's radius) to a muscle [m]; not above 0 where they
/// touch or the station's centre lies inside.
std::vector<double> gaps_to(const Surface& muscle, const Stations& stations);
/// 1 where the gap is not above 0, 0 beyond `edge_m`, a raised cosine in between.
double weight_at_gap(double gap_m, double edge_m);
/// Graduated compression at a place [Pa].
double pressure_at(const StockingConfig& stocking, const Vec3& x_m);

/// Of the muscles that the limb drives.
limb::Press press_of(MuscleDrive drive);

/// A line for each muscle: its name, how many stations it presses on, its peak in mmHg.
std::vector<std::string> summary(const ExternalPressure& outside);

}  // namespace soleus
