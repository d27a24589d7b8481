// All sheets of a lumen in its fluid, step by step.
#pragma once

#include <vector>

#include "solver_cuda/kernels/advance_immersed.hpp"
#include "solver_cuda/kernels/contact.hpp"
#include "solver_cuda/kernels/immersed_boundary.hpp"
#include "solver_cuda/kernels/wall_contact.hpp"

namespace soleus {

template <class Real>
class Immersed {
 public:
  /// `near`: that the sheets come close to; has to outlive them.
  Immersed(std::vector<ImmersedSheet> sheets, Delta delta, const Lattice& lattice, const RowOrder& order,
           const Scales& scales, const NearWall& near);

  std::vector<ImmersedSheet>& sheets() { return sheets_; }
  /// With the push of the step to come.
  ImmersedFields<Real>& fields();
  /// By the sheets in the step to come.
  const std::vector<std::int32_t>& touched_tiles() { return fields(), markers_.tiles; }
  /// After a step: the sheets move on with the fluid, and find what they ask of it in the next.
  void advance();
  /// The fluid nodes are others now.
  void lumen_changed() { spread_ = false, markers_.lumen_changed = true, wall_contact_.forget(); }
  /// To or from a checkpoint.
  template <class Archive>
  void serialize(Archive& a) {
    for (ImmersedSheet& s : sheets_) serialize_state(a, s);
    a(chosen_at_m_, wall_contact_.gap_m);
    if constexpr (Archive::is_loading::value) loaded();
  }

 private:
  std::vector<ImmersedSheet> sheets_;
  const Lattice& lattice_;
  const RowOrder& order_;
  Scales scales_;
  Markers<Real> markers_;
  ImmersedFields<Real> fields_;
  std::vector<PushWork> work_;  // [sheets]
  const NearWall& near_;
  ContactCandidates candidates_;
  WallContact wall_contact_;
  std::vector<std::vector<Vec3>> contact_n_;  // [sheets][nodes]
  std::vector<Vec3> x_m_, push_, velocity_;   // [nodes of all sheets]; the last two in lattice units
  std::vector<Vec3> chosen_at_m_;             // where they were when the packs beside them were chosen
  bool spread_ = false;

  void find_forces();
  void choose();
  void loaded();
};

}  // namespace soleus
