// The lattice-Boltzmann solver. step() below IS the algorithm; README.md numbers the same steps.
#pragma once

#include <array>
#include <filesystem>
#include <vector>

#include "solver_cuda/kernels/classify.hpp"
#include "solver_cuda/kernels/displace.hpp"
#include "solver_cuda/kernels/fill_openings.hpp"
#include "solver_cuda/kernels/link_openings.hpp"
#include "solver_cuda/kernels/link_wall.hpp"
#include "solver_cuda/kernels/observe.hpp"
#include "solver_cuda/kernels/refill.hpp"
#include "solver_cuda/kernels/sample_openings.hpp"
#include "solver_cuda/kernels/slip.hpp"
#include "solver_cuda/kernels/stream_collide.hpp"
#include "solver_cuda/kernels/wall_force.hpp"
#include "solver_cuda/solver.hpp"

namespace soleus {

/// The one virtual seam: backend, velocity set and precision are chosen once.
class SolverBase {
 public:
  virtual ~SolverBase() = default;
  /// To the end of the case, writing fields into `folder`.
  virtual Flow run(const std::filesystem::path& folder) = 0;
  /// Seconds per step over a few steps from the start.
  virtual double calibrate() = 0;
};

/// What depends on neither velocity set nor precision: geometry, lattice, scales, time.
struct Setup {
  const FlowCase& flow_case;
  const Wall& wall;
  Lattice& lattice;
  Scales scales;
  std::int64_t steps;
};

template <class L, class Real>
class LatticeSolver : public SolverBase {
 public:
  explicit LatticeSolver(const Setup& setup);
  Flow run(const std::filesystem::path& folder) override;
  double calibrate() override;

  /// One time step.
  void step() {
    update_body_force(time_s());
    move_wall(time_s());  // refill, links and displaced volume anew; only when it has moved enough
    if (force_due_) measure_force();
    sample_openings(boundary_, f_, lattice_.tiles, lattice_.nodes, force_);
    stream_collide(f_, lattice_.tiles, lattice_.nodes, boundary_, rates_, collision_);
    exchange_slip(f_, boundary_);
    fill_openings(f_, boundary_, openings_at(time_s()));
    ++steps_done_;
    account();
  }

  double time_s() const { return static_cast<double>(steps_done_) * setup_.scales.dt_s; }
  /// Pressure that is added to the lattice's own, the first pressure opening's [Pa].
  double reference_pa(double time_s) const;
  /// Volume that entered through each cap since the last call [m3].
  std::vector<double> take_inflow();

 private:
  Setup setup_;
  Lattice& lattice_;
  Collision collision_;
  Relaxation<Real> rates_;
  Real force_[3];  // of this step
  Waveform force_waveform_;
  Populations<L, Real> f_;
  NearWall near_;
  Boundary<L, Real> boundary_;
  std::vector<double> mass_in_;  // [caps] lattice mass since take_inflow()
  std::int64_t steps_done_ = 0;
  // Since the last update of the wall, in cells: lumen, what the wall displaces per step, and what the lumen
  // had lost but the wall not yet displaced.
  double lumen_ = 0, displaced_per_step_ = 0, to_displace_ = 0;
  std::int64_t updated_at_ = 0;    // step
  bool force_due_ = false;         // in the step to come
  std::array<Vec3, 2> force_N_{};  // of the last two steps in which it was due

  void initialize();
  void update_body_force(double time_s);
  void move_wall(double time_s);
  void find_links(double time_s);
  WallView view(double time_s) const { return {lattice_, setup_.wall, near_, setup_.scales, time_s}; }
  void displace_volume();
  void account();
  void measure_force();
  std::vector<OpeningValue> openings_at(double time_s) const;
};

extern template class LatticeSolver<D3Q19, float>;
extern template class LatticeSolver<D3Q19, double>;
extern template class LatticeSolver<D3Q27, float>;
extern template class LatticeSolver<D3Q27, double>;

}  // namespace soleus
