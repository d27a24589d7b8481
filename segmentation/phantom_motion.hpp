// The known motion of a contracted phantom: veins squeezed about their centrelines, and what lies around them
// drawn along.
#pragma once

#include <vector>

#include "pipeline/base/artifacts/motion.hpp"
#include "segmentation/phantom_curve.hpp"

namespace soleus::phantom {

/// A place at distance rho from the centreline of a vein of radius R goes to the distance
/// rho (1 - (1 - k) f), with k the square root of the local area ratio, f = 1 in the vein and
/// exp(-((rho - R) / decay)^2) around it: continuously differentiable and never folding, as the slope is at
/// least k. Veins move one after the other, then all by `shift_m`.
struct Contraction {
  std::vector<Curve> veins;
  double area_ratio = 1, from_m = 0, to_m = 0, edge_m = 0, decay_m = 0;
  Vec3 shift_m{};
};
/// Frame `frame` of spec.contracted, which must be there.
Contraction make_contraction(const PhantomSpec& spec, std::size_t frame);

/// The contraction near a block: of each vein the segments that matter there.
class ContractionNear {
 public:
  ContractionNear(const Contraction& contraction, const Vec3& center, double reach_m);
  /// From rest to now, and back.
  Vec3 forward(Vec3 x) const;
  Vec3 backward(Vec3 x) const;
  /// Bounds within the block: how far veins move a place, and how much the backward map stretches.
  double most_moved_m() const { return most_moved_m_; }
  double most_stretched() const { return most_stretched_; }

 private:
  struct Near {
    const Curve* vein;
    std::vector<int> segments;  // by their first points
  };
  /// Where a place lies with respect to a vein: the foot on its centreline, the radius and 1 - k there.
  struct Foot {
    Vec3 point;
    double radius_m, squeeze;
  };
  Foot foot(const Near& near, const Vec3& x) const;

  const Contraction& contraction_;
  std::vector<Near> veins_;
  double most_moved_m_ = 0, most_stretched_ = 1;
};

/// The true motion of all frames, on the voxels of `grid` around the veins that move.
ImagedMotion true_motion(const PhantomSpec& spec, const Grid& grid);

}  // namespace soleus::phantom
