#include "solver_cuda/kernels/immersed.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "solver_cuda/backend/torn_sheet.hpp"
#include "solver_cuda/physics/sheet_node.hpp"

namespace soleus {

namespace {

/// Before a sheet that is lost looks for what it meets.
void require_sound(const ImmersedSheet& s, const std::vector<Vec3>& velocity_m_s, std::size_t first,
                   double cell_per_step_m_s) {
  for (std::size_t n = 0; n < s.shell.x_m.size(); ++n) {
    const double cells = norm(velocity_m_s[first + n]) / cell_per_step_m_s;
    if (torn_along(cells)) fail_torn(s.name, cells, s.shell.x_m[n]);
  }
}

}  // namespace

template <class Real>
Immersed<Real>::Immersed(std::vector<ImmersedSheet> sheets, Delta delta, const Lattice& lattice,
                         const RowOrder& order, const Scales& scales, const NearWall& near)
    : sheets_(std::move(sheets)),
      lattice_(lattice),
      order_(order),
      scales_(scales),
      markers_{.delta = delta},
      fields_(order),
      work_(sheets_.size()),
      near_(near) {
  find_forces();
}

template <class Real>
void Immersed<Real>::find_forces() {
  const ContactRule rule = contact_rule(scales_.dx_m, scales_.dt_s);
  contact_forces(contact_n_, sheets_, rule, candidates_);
  add_wall_contact(contact_n_, sheets_, rule, near_, lattice_, wall_contact_);
  for (std::size_t s = 0; s < sheets_.size(); ++s)
    push_fluid(sheets_[s], contact_n_[s], scales_.dt_s, work_[s]);
  spread_ = false;
}

/// Anew where a node has gone so far that it may touch others within the next step.
template <class Real>
void Immersed<Real>::choose() {
  constexpr double room = 0.7;  // cells, of the one that is chosen beyond what is touched
  const auto far = [&](std::size_t k) {
    const Vec3 d = x_m_[k] - chosen_at_m_[k];
    return std::max({std::abs(d.x), std::abs(d.y), std::abs(d.z)}) > room * scales_.dx_m;
  };
  bool anew = chosen_at_m_.size() != x_m_.size();
  for (std::size_t k = 0; k < x_m_.size() && !anew; ++k) anew = far(k);
  if (!anew) return;
  chosen_at_m_ = x_m_;
  choose_packs(fields_, markers_, lattice_, order_);
}

template <class Real>
ImmersedFields<Real>& Immersed<Real>::fields() {
  if (std::exchange(spread_, true)) return fields_;
  const double half_to_lattice =
      0.5 * scales_.dt_s * scales_.dt_s / (scales_.density_kg_m3 * std::pow(scales_.dx_m, 4));
  x_m_.clear(), push_.clear();
  for (const ImmersedSheet& s : sheets_) {
    x_m_.insert(x_m_.end(), s.shell.x_m.begin(), s.shell.x_m.end());
    for (const Vec3& f : s.force_n) push_.push_back(f * half_to_lattice);
  }
  touch(markers_, x_m_, lattice_, order_);
  choose();
  spread(fields_, markers_, push_, order_);
  return fields_;
}

template <class Real>
void Immersed<Real>::advance() {
  interpolate(velocity_, markers_, fields_);
  for (Vec3& u : velocity_) u *= scales_.velocity_m_s();
  std::size_t first = 0;
  for (ImmersedSheet& s : sheets_) {
    require_sound(s, velocity_, first, scales_.velocity_m_s());
    follow_fluid(s, velocity_, first, scales_.dt_s);
    first += s.shell.x_m.size();
  }
  find_forces();
}

/// The packs are those that the run had chosen, so that each node is stepped by the same code.
template <class Real>
void Immersed<Real>::loaded() {
  lumen_changed();
  if (chosen_at_m_.empty()) return;
  touch(markers_, chosen_at_m_, lattice_, order_);
  choose_packs(fields_, markers_, lattice_, order_);
}

template class Immersed<float>;
template class Immersed<double>;

}  // namespace soleus
