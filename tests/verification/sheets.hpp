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

/// valve-cycle.yaml.
struct ValveCycle {
  double most_open, open_at_end;  // orifice over the vein's area
  double stroke_m3;               // largest net volume that came in from the calf
  double leak_m3_s;               // mean from 0.45 s on, when it is closed
};
ValveCycle valve_cycle();

}  // namespace soleus::verification
