// The backend of the host: populations in memory, verbs as the kernels of this folder.
#pragma once

#include <optional>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/backend.hpp"
#include "solver_cuda/kernels/advance_scalar.hpp"
#include "solver_cuda/kernels/correct_links.hpp"
#include "solver_cuda/kernels/fill_openings.hpp"
#include "solver_cuda/kernels/immersed.hpp"
#include "solver_cuda/kernels/keep_mass.hpp"
#include "solver_cuda/kernels/observe.hpp"
#include "solver_cuda/kernels/sample_openings.hpp"
#include "solver_cuda/kernels/slip.hpp"
#include "solver_cuda/kernels/stream_collide.hpp"
#include "solver_cuda/kernels/sum_sections.hpp"
#include "solver_cuda/kernels/wall_force.hpp"

namespace soleus {

template <class L, class Real>
class CpuBackend {
 public:
  using VelocitySet = L;
  using Arithmetic = Real;
  static constexpr bool measures_force = true;

  explicit CpuBackend(const BackendSetup<Real>& setup)
      : lattice_(setup.lattice),
        scales_(setup.scales),
        rates_(setup.rates),
        collision_(setup.collision),
        order_(setup.tiles, setup.nodes),
        f_(order_),
        boundary_(order_),
        mass_in_(setup.caps, 0.0) {
    if (setup.scalar) {
      scalar_.emplace(order_, *setup.scalar);
      scalar_->entered.assign(setup.caps, 0.0);
    }
  }

  /// fill(n, g) for each of the nodes.
  template <class Fill>
  void initialize(const std::vector<Node>& nodes, Fill&& fill) {
    parallel_for(nodes.size(), 256, [&](std::size_t k) {
      Real g[L::Q];
      fill(nodes[k], g);
      scatter(f_, lattice_.tiles, lattice_.nodes, nodes[k], g);
    });
  }
  template <class Concentration>
  void initialize_scalar(Concentration&& concentration) {
    fill_scalar(*scalar_, lattice_, concentration);
  }
  template <class Nodes>
  Scalar<Real>& scalar_cells(Nodes&&) {
    return *scalar_;
  }
  void write_scalar(const Scalar<Real>&) {}
  template <class Nodes>
  Populations<L, Real>& cells(Nodes&&) {
    return f_;
  }
  void write(const Populations<L, Real>&, const std::vector<Node>&) {}

  /// To be changed, and what to call then.
  Boundary<L, Real>& boundary() { return boundary_; }
  void boundary_changed() {
    if (immersed_) immersed_->lumen_changed();
  }
  void correct_links(const Vec3& force) {
    set_force(force);
    const std::vector<std::int32_t> none;
    soleus::correct_links(boundary_, f_, lattice_.tiles, lattice_.nodes, rates_, collision_,
                          immersed_ ? immersed_->touched_tiles() : none);
  }
  const Boundary<L, Real>& corrected() const { return boundary_; }

  void keep_sections(Sections sections) {
    sort_by_place(sections, order_);
    sections_ = std::move(sections);
  }
  std::vector<SectionSum> sum_sections() { return soleus::sum_sections(f_, lattice_.nodes, sections_); }
  void keep_sheets(std::vector<ImmersedSheet> sheets, Delta delta, const NearWall& near) {
    immersed_.emplace(std::move(sheets), delta, lattice_, order_, scales_, near);
  }
  /// As they were when the fluid was last looked at; null where there are none.
  const std::vector<ImmersedSheet>* sheets() const { return immersed_ ? &seen_sheets_ : nullptr; }
  template <class Change>
  void change_sheets(Change&& change) {
    change(immersed_->sheets());
  }
  template <class Archive>
  void serialize_sheets(Archive& a) {
    a(*immersed_);
  }
  OpeningsSoFar openings() {
    return {boundary_.openings, mass_in_, scalar_ ? scalar_->entered : std::vector<double>{}};
  }
  void put_openings(const OpeningsSoFar& all) {
    boundary_.openings = all.states, mass_in_ = all.mass_in;
    if (scalar_) scalar_->entered = all.scalar_in;
  }
  void settle_mass() { soleus::settle_mass(f_, boundary_, lattice_.tiles, lattice_.nodes); }

  /// One time step after the other.
  void advance(const std::vector<StepValues>& steps) {
    for (const StepValues& now : steps) {
      set_force(now.force);
      sample_openings(boundary_, f_, lattice_.tiles, lattice_.nodes, rates_.force);
      if (scalar_) advance_scalar(*scalar_, f_, lattice_, boundary_, rates_.force);
      stream_collide(f_, lattice_.tiles, lattice_.nodes, boundary_, rates_, collision_, immersed_fields());
      exchange_slip(f_, boundary_);
      fill_openings(f_, boundary_, now.openings);
      for (std::size_t k = 0; k < mass_in_.size(); ++k) mass_in_[k] += boundary_.caps[k].mass_in;
      if (immersed_) immersed_->advance();
    }
  }

  /// On the part of the wall during the step to come [N].
  Vec3 wall_force(const WallView& view, const Vec3& force, ForceOn part) {
    set_force(force);
    settle_mass();
    return soleus::wall_force(f_, boundary_, view, rates_, collision_, part);
  }

  void observe(Observed what, const Vec3& force) {
    set_force(force);
    settle_mass();
    seen_.totals = soleus::observe(fields_, f_, lattice_, scales_, rates_.force, immersed_fields());
    if (what == Observed::strain) observe_strain(fields_, f_, lattice_, scales_, rates_);
    seen_.mass_in = mass_in_;
    if (immersed_) seen_sheets_ = immersed_->sheets();
    if (!scalar_) return;
    seen_.scalar = observe_scalar(fields_.concentration, *scalar_, lattice_);
    seen_.scalar_in = scalar_->entered;
  }
  const Observation& observed() const { return seen_; }
  const MacroFields& fields() const { return fields_; }
  void wait() {}
  std::size_t populations_bytes() const { return f_.storage.size() * sizeof(Real) + order_.bytes(); }

 private:
  const Lattice& lattice_;
  Scales scales_;
  Relaxation<Real> rates_;
  Collision collision_;
  RowOrder order_;
  Populations<L, Real> f_;
  Boundary<L, Real> boundary_;
  std::optional<Scalar<Real>> scalar_;
  Sections sections_;  // of a compliant wall
  std::optional<Immersed<Real>> immersed_;
  std::vector<double> mass_in_;
  MacroFields fields_;
  Observation seen_;
  std::vector<ImmersedSheet> seen_sheets_;

  /// Null where there are no sheets.
  ImmersedFields<Real>* immersed_fields() { return immersed_ ? &immersed_->fields() : nullptr; }
  void set_force(const Vec3& force) {
    for (int a = 0; a < 3; ++a) rates_.force[a] = static_cast<Real>(force[a]);
  }
};

}  // namespace soleus
