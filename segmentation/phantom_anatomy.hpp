// The phantom's anatomy as functions of position: which tissue is here, which vein.
#pragma once

#include <optional>
#include <vector>

#include "segmentation/phantom_curve.hpp"

namespace soleus::phantom {

struct Bone {
  std::vector<Tube> parts;
  double cortex_m;
};

struct Vessel {
  Tube tube;
  double contrast_hu;
};

struct Anatomy {
  PhantomLeg leg;
  PhantomTissue tissue;
  std::vector<Tube> muscles;
  std::vector<Bone> bones;
  std::vector<Vessel> veins, arteries;
  double junction_blend_m;
};

Anatomy make_anatomy(const PhantomSpec& spec);

/// What is at a place.
struct Place {
  double hu;
  int vein;            // label of the vein, 0 outside veins
  double clearance_m;  // nothing changes within this distance
};

/// The anatomy near a block of voxels: of each tube, the segments that matter there.
class Neighbourhood {
 public:
  Neighbourhood(const Anatomy& anatomy, const Vec3& center, double reach_m);
  Place at(const Vec3& x) const;

 private:
  struct Near {
    const Tube* tube;
    Tube::Nearby nearby;
    double value;  // contrast of a vessel, cortex of a bone
    int label;     // of a vein, or the number of the bone

    double distance(const Vec3& x) const { return tube->distance(x, nearby.segments); }
  };
  void add(std::vector<Near>& list, const Tube& tube, double value, int label) const;
  void add_muscles();
  std::optional<double> bone_hu(const Vec3& x, double& clearance_m) const;
  Place soft_tissue(const Vec3& x, double depth_m, double to_vessel_m) const;

  const Anatomy& anatomy_;
  Vec3 center_;
  double reach_m_;
  std::vector<Near> muscles_, bones_, veins_, arteries_;
};

}  // namespace soleus::phantom
