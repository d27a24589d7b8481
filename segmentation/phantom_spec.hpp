// What a phantom is made of: curved tubes in a leg of elliptical cross-sections, seen by a CT scanner.
// Positions are LPS.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/fields.hpp"
#include "pipeline/base/vec3.hpp"

namespace soleus {

/// The field of view and its voxels.
struct PhantomGrid {
  Vec3 corner_m{};  // right, anterior, lower corner of the field of view
  Vec3 size_m{};
  Vec3 spacing_m{};
};

/// A round tube along a centripetal Catmull-Rom curve through `points_m`, from proximal to distal.
struct PhantomTube {
  std::string name;
  std::vector<Vec3> points_m;
  std::vector<double> diameters_m;  // one for each point, or one for all
};

/// The dilated pocket behind a venous valve: diameter (1 + (ratio - 1) sin^2) over `length_ratio` diameters.
struct PhantomSinus {
  double distance_m = 0;        // of its middle, along the centreline from the vein's proximal end
  double diameter_ratio = 1.3;  // bulge to vein
  double length_ratio = 1.7;    // length to diameter
};

struct PhantomVessel {
  PhantomTube tube;
  std::string joins;  // vein that this one drains into; its first point then lies inside that vein
  double contrast_hu = 0;
  std::vector<PhantomSinus> sinuses;
};

/// Bones of one name are one bone.
struct PhantomBone {
  PhantomTube tube;
  double cortex_m = 4e-3;
};

/// Skin surface: an ellipse in every axial plane, interpolated between stations, straight above and below
/// them.
struct PhantomLeg {
  std::vector<Vec3> points_m;
  std::vector<double> widths_m;  // left to right
  std::vector<double> depths_m;  // front to back
  double skin_m = 1.5e-3;
  double fat_m = 5e-3;               // under the skin
  double septum_m = 1e-3;            // fat between muscles
  double perivascular_fat_m = 1e-3;  // around veins and arteries
};

/// Hounsfield units of the tissues.
struct PhantomTissue {
  double air_hu = -1000;
  double skin_hu = 40;
  double fat_hu = -90;
  double muscle_hu = 55;
  double cortex_hu = 1200;
  double marrow_hu = 100;
};

struct PhantomScanner {
  double blur_fwhm_m = 1.2e-3;  // in-plane and along z
  double noise_hu = 12;         // standard deviation
  double noise_grain_m = 1e-3;  // full width at half maximum of the noise's grain
  int seed = 1;
  int supersampling = 3;  // samples along each edge of a voxel that an interface crosses
};

/// The same leg while the calf contracts, at several times of a cycle: cross-sections of veins shrink about
/// their centreline to a part of their area, and the tissue around follows (phantom_motion.hpp).
struct PhantomContraction {
  double cycle_s = 1;
  std::vector<double> times_s;
  std::vector<double> area_ratios;  // one for each time, or one for all
  double from_m = 0, to_m = 0;      // heights z between which the ratio is reached
  double edge_m = 10e-3;            // above and below, over which it rises to 1
  double decay_m = 4e-3;            // from the wall, over which the tissue comes to rest
  Vec3 shift_m{};                   // of the whole leg in the scanner
  std::vector<std::string> veins;   // names; empty: all
};

struct PhantomSpec {
  PhantomGrid grid;
  PhantomLeg leg;
  std::vector<PhantomTube> muscles;  // nearest wins
  std::vector<PhantomBone> bones;
  std::vector<PhantomVessel> veins;  // label 1, 2, ... in this order
  std::vector<PhantomVessel> arteries;
  double junction_blend_m = 2e-3;  // rounding where veins join
  PhantomTissue tissue;
  PhantomScanner scanner;
  std::optional<PhantomContraction> contracted;
};

void describe(Fields& f, PhantomGrid& g);
void describe(Fields& f, PhantomTube& t);
void describe(Fields& f, PhantomSinus& s);
void describe(Fields& f, PhantomVessel& v);
void describe(Fields& f, PhantomBone& b);
void describe(Fields& f, PhantomLeg& l);
void describe(Fields& f, PhantomTissue& t);
void describe(Fields& f, PhantomScanner& s);
void describe(Fields& f, PhantomContraction& c);
void describe(Fields& f, PhantomSpec& s);

}  // namespace soleus
