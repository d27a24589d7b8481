// What every backend is made from and told.
//
// A backend owns the populations and the boundary. It offers
//   initialize(nodes, fill)                the first populations
//   cells(nodes), write(cells, nodes)      populations of some nodes, before an even step
//   initialize_scalar(concentration)       of every fluid node, before the first step
//   scalar_cells(nodes), write_scalar(cells)   the scalar's, as by cells() and write()
//   boundary(), boundary_changed()         the boundary, to be changed, and the fluid nodes with it
//   correct_links(force)                   of the boundary, before an even step (kernels/correct_links.hpp)
//   corrected()                            the boundary with the corrections that were found
//   keep_sheets(sheets, delta, near)       thin sheets, once
//   sheets()                               as they were when the fluid was last looked at; null without
//   change_sheets(change)                  change(sheets) as they are now, before an even step
//   serialize_sheets(archive)              to or from a checkpoint
//   keep_sections(sections)                stretches of the vein, once
//   sum_sections()                         density along it, before an even step (kernels/sum_sections.hpp)
//   settle_mass()                          that the last step let in (kernels/keep_mass.hpp)
//   advance(steps)                         may return before they are done
//   measures_force, wall_force(view, force, part)   the fluid's force on the wall, if it can
//   observe(what, force)                   begins to look at the fluid as it is now
//   observed(), fields()                   what was seen; waits for it
//   wait()                                 for all that was asked
//   populations_bytes()                    memory that the populations take
// and is `kernels/cpu_backend.hpp` or `backend/cuda_backend.hpp`.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "solver_cuda/choices.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/scales.hpp"
#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/macro_fields.hpp"
#include "solver_cuda/state/scalar.hpp"

namespace soleus {

struct Lattice;  // geometry/voxelize.hpp

/// What stays the same during a run.
template <class Real>
struct BackendSetup {
  const Lattice& lattice;
  const Tiles& tiles;  // its parts
  const LumenNodes& nodes;
  std::vector<Node> nodes_at_caps;
  std::size_t caps;  // number of openings
  Scales scales;
  Relaxation<Real> rates;  // without a force
  Collision collision;
  std::optional<ScalarRules<Real>> scalar;
  bool takes_strain;  // observe(Observed::strain) may be asked for
  int device;
};

/// What a step imposes, lattice units.
struct StepValues {
  Vec3 force;                          // on a cell
  std::vector<OpeningValue> openings;  // [caps]
};

/// What a backend saw.
struct Observation {
  Totals totals;
  std::vector<double> mass_in;      // [caps] lattice mass that entered since the start
  ScalarTotals scalar{};            // zero without one
  std::vector<double> scalar_in{};  // [caps] amount that entered since the start [cells]
};

/// What a run remembers of its openings, [caps] each; the counts as above.
struct OpeningsSoFar {
  std::vector<OpeningState> states;
  std::vector<double> mass_in, scalar_in;  // the latter empty without a scalar
};

}  // namespace soleus
