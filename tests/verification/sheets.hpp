// Measurements of the cases with thin sheets in the fluid.
#pragma once

#include "tests/verification/run_case.hpp"

namespace soleus::verification {

/// Neo-Hookean sphere or ellipsoid that comes to rest.
struct ElasticSphere {
  double pressure_error;  // of what is more inside, relative to 2 T / R
  double volume_change;   // of the enclosed volume, relative, from the first to the last sample
  double volume_drift;    // over the second half of the run
  double velocity;        // largest one that is left, over sqrt(T / (rho R))
  double out_of_round;    // largest distance of a point from the centre over the smallest, less one
};
/// `cells` along the box (48 of the case), the tau of the case; `stretch` as in sheets.form.
ElasticSphere elastic_sphere(int cells, const Vec3& stretch, Settings more = {});

struct Diaphragm {
  double deflection_error;  // of the middle, relative to a clamped plate that stretches
  double leak;    // mean flow through both openings in the last second over what the pressure would drive
                  // through the same pipe without it
  double unrest;  // of the deflection in the second half of the run, relative
};
/// `cells` along its radius (16 of the case).
Diaphragm diaphragm(int cells, Settings more = {});
void report_diaphragm(int cells);

/// (L - B) / (L + B) of the capsule's ellipsoid of inertia at the end, and the relative change of its volume.
struct Capsule {
  double deformation, volume_change;
};
/// `cells` in its radius, at rest; `stiffness`: that against bending, over Gs times the square of the radius.
Capsule capsule_in_shear(double capillary_number, double cells, double stiffness, Settings more = {});
struct PublishedDeformation {
  double value;
  std::string source;
};
void report_capsule(double capillary_number, const std::vector<PublishedDeformation>& published);

/// An elastic ellipsoid that swings in a periodic box.
struct SheetEnergy {
  double gain;             // largest energy of sheet and fluid at any time over that at the start, less one
  double unaccounted = 0;  // of what they lose, the part that the fluid does not dissipate
};
/// `mass_ratio`: mass per area beyond that of the fluid, over that of fluid as thick as the ellipsoid is
/// wide.
SheetEnergy swinging_ellipsoid(double mass_ratio, double viscosity_pa_s, bool budget);
void report_gain(double mass_ratio);
void report_budget(double mass_ratio);

/// A heavy filament in a stream, hinged upstream: D5 of the benchmarks.
struct Flapping {
  double amplitude;  // of its end from side to side, over its length: mean of the last two beats
  double strouhal;   // f L / U of the same beats
  double unrest;     // difference of their amplitudes, over the mean
};
Flapping flapping_filament();
void report_flapping();

/// A pulse in an elastic tube within a rigid pipe, from the bulge in its middle to both its ends, L off: D8
/// of the benchmarks. Speeds from L/4 to 3L/4, where it passes a part of its height there.
struct SheetTubePulse {
  double foot_error;            // of the speed of its foot, relative
  double speed_m_s, exact_m_s;  // of its half height
  double sound_m_s;
};
/// `cells` in its radius (8 of the case).
SheetTubePulse sheet_tube_pulse(int cells, Settings more = {});
void report_sheet_tube_pulse(int cells);

/// The same tube, shut at its end and inflated; 6 cells in the case.
struct SheetTubeInflation {
  double gain;       // of its area in the middle, relative
  double law_error;  // of that, relative to 2 R p / (E h)
  double unrest;     // its change over the last tenth of the run, relative
};
SheetTubeInflation sheet_tube_inflation(int cells, Settings more = {});
void report_sheet_tube_inflation(int cells);

/// two-leaflet-vessel.yaml.
struct TwoLeaflets {
  int cycles;
  bool finite = true;
  double most_open = 0, least_open = 0;  // orifice over the vessel's area, of the worst cycle
  double repeats = 0;                    // largest over smallest greatest opening of a cycle, less one
  int crossings = 0;                     // of an edge of one leaflet through the other, all frames
};
TwoLeaflets two_leaflets(int cycles);
void report_two_leaflets(int cycles);

}  // namespace soleus::verification
