// The wall that answers the pressure: areas of its stations from the tube law.
#pragma once

#include <vector>

#include "solver_cuda/geometry/external_pressure.hpp"
#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/geometry/stations.hpp"
#include "solver_cuda/geometry/tube_law.hpp"

namespace soleus {

/// At each station
///
///   eta da/dt = p_lumen - p_external - P(a) + N d2a/ds2
///
/// with the area a over the unstressed one and eta, P and N of geometry/tube_law.hpp, implicit in time. The
/// fluid's pressure is that at the start of an interval, less what the fluid's impedance Z makes of the
/// change of the wall's rate, Z (da/dt - da/dt before): a Robin condition, without which a wall without mass
/// and with little viscosity is unstable beside a fluid of the same density. REFERENCES: Fernandez, Mullaert
/// & Vidrascu, Comput. Methods Appl. Mech. Eng. 267, 566 (2013), Robin coupling with thin walls; Causin,
/// Gerbeau & Nobile, ibid. 194, 4506 (2005), added mass.
class CompliantWall {
 public:
  /// In equilibrium with `lumen_pa` inside at time 0. `muscle_surfaces` as in FlowCase.
  CompliantWall(const Wall& wall, const WallConfig& config, const Scales& scales, double lumen_pa,
                const std::vector<Surface>& muscle_surfaces = {});

  /// At the instant of the last advance(), with the rates that hold from then on.
  const StationAreas& areas() const { return areas_; }
  /// That its rates may be kept for, an even number: 1.8 mean radii, in cells. What the impedance takes off
  /// the pressure acts as a mass that grows with the interval.
  std::int64_t most_steps() const;
  const ExternalPressure& outside() const { return outside_; }
  /// To or from a checkpoint.
  template <class Archive>
  void serialize(Archive& a) {
    a(areas_);
  }
  /// Finds the rates for the next `interval_s`; `lumen_pa` [stations] now. Throws NumericalError where the
  /// area grows beyond tube_law.area_ratio_max.
  void advance(double time_s, double interval_s, const std::vector<double>& lumen_pa);

 private:
  const Stations& stations_;
  std::vector<TubeLaw> laws_;   // [branches]
  std::vector<double> imaged_;  // [branches] unstressed area ratio of the geometry
  Scales scales_;
  ExternalPressure outside_;
  double area_ratio_max_;
  std::vector<double> least_;  // [stations] area ratio of the residual gap
  StationAreas areas_;

  void follow(std::size_t branch, double interval_s, const std::vector<double>& load_pa);
  /// The pressure in the lumen, smoothed over an interval's sound.
  std::vector<double> along_the_vein(const std::vector<double>& lumen_pa, double interval_s) const;
  /// Counts the stations that stay at the residual gap for an interval.
  void watch_gap(double time_s, double interval_s);
};

}  // namespace soleus
