// The sizes of a venous valve, and what disease and surgery do to them.
//
// REFERENCES (docs/valves.md gives them in full)
//   Phillips 2004; Sun & Zhang 1990: valves of trunks are bicuspid.
//   Lurie et al., J Vasc Surg 35, 713 (2002) and 38, 955 (2003): sinus and cycle seen by ultrasound.
//   Thiriet; van Cleef, Phlebology (1991): commissures at the ends of an oval lumen's long axis.
//   Bou Orm et al., Phys Rev Fluids 11, 033103 (2026): cusps shorter than half the valve do not close.
//   Corcos; Raju: how valves fail. Sinus and cusp sizes have no single source; the ranges given are the
//   usual.
#pragma once

#include <numbers>
#include <string>
#include <vector>

namespace soleus {

/// One cusp. Heights are counted downstream (towards the heart) from the lowest point of its attachment.
struct CuspShape {
  double height_m = 0;      // of the commissures
  double free_edge_m = 0;   // arc length from commissure to commissure
  double coaptation_m = 0;  // height in the middle over which it lies on the other cusp when closed
  double thickness_m = 0;
  double retraction = 0;  // part of its length that is missing in the middle, at the free edge
  double torn_rad = 0;    // angle over which it is detached from the wall, from the first commissure on
  double agger_ratio = 1, agger_width_m = 0;  // see AggerProportions
  friend bool operator==(const CuspShape&, const CuspShape&) = default;
};

/// A smooth change of the vein's calibre: all radii times `ratio` from `from_m` to `to_m`, fading out over
/// half a diameter beyond.
struct CalibreChange {
  double ratio = 1;
  double from_m = 0, to_m = 0;
};

/// Of a vein without a valve.
struct VeinSize {
  double diameter_m = 0;  // of a circle of the same area
  double span_m = 0;      // from commissure to commissure; a round vein's diameter
};

struct ValveShape {
  double diameter_m = 0;             // of the vein at the station, of a circle of the same area
  double span_m = 0;                 // of the vein from commissure to commissure
  double sinus_ratio = 1;            // largest diameter of the sinus over that of the vein
  double sinus_length_m = 0;         // from the station on
  bool sinus_in_lumen = false;       // the wall has it already
  int sinus_lobes = 2;               // one behind each cusp
  double rest_gap_m = 0;             // between closed cusps at rest
  double commissure_gap_m = 0;       // between the cusps' ends; the rest gap when healthy
  double commissural_angle_rad = 0;  // between the two attachments where they meet at a commissure
  std::vector<CalibreChange> calibre;
  std::vector<CuspShape> cusps;  // two, one (monocusp: it closes against the wall) or none
};

/// Healthy sizes, lengths as multiples of the vein's diameter, free edges of that from commissure to
/// commissure.
struct SinusProportions {
  double diameter = 1.3;  // 1.2-1.5
  double length = 1.7;    // 1.2-2.0
  bool in_lumen = false;  // the lumen has it already
};
struct LeafletProportions {
  int cusps = 2;               // 1: monocusp, common where a branch joins
  double height = 1.25;        // 1.0-1.6
  double free_edge = 1.3;      // 1.2-1.5; of a monocusp, along the opposite wall, at least 1.7
  double coaptation = 0.3;     // 0.2-0.5
  double thickness_m = 60e-6;  // 25-100 um, thin in saphenous, thick in femoral veins
  double commissural_angle_rad = 35 * std::numbers::pi / 180;  // attachments that are parabolas
};
/// The ridge of fibres along a cusp's attachment: on the wall the cusp is `thickness` times as thick, less
/// and less up to `width_m` from there.
struct AggerProportions {
  double thickness = 1;
  double width_m = 0;
};
struct ValveProportions {
  SinusProportions sinus;
  LeafletProportions leaflet;
  AggerProportions agger{};
};
inline constexpr double monocusp_free_edge = 1.7;

ValveShape healthy_valve(const VeinSize& vein, double rest_gap_m, const ValveProportions& p = {});

enum class CuspChoice { both, first, second };

// Diseases.

/// The free edge is `factor` times as long and hangs upstream (Raju: elongated and prolapsed cusp).
ValveShape prolapsed(ValveShape v, double factor, CuspChoice which);
/// The first commissure has come off the wall over an angle.
ValveShape torn(ValveShape v, double angle_rad, CuspChoice which);
/// A part of the cusp's length is missing at the free edge (Corcos: hypotrophic cusp; Bou Orm et al.: below
/// half the valve's length it leaks).
ValveShape shortened(ValveShape v, double part, CuspChoice which);
/// Scarred cusps, `factor` times as thick.
ValveShape thickened(ValveShape v, double factor, CuspChoice which);
/// The vein is `ratio` times as wide around the valve and the cusps' ends have parted by at least
/// `widening_m`; cusps do not grow, so that they part further where their free edge is too short for the
/// wider vein.
ValveShape dilated(ValveShape v, double ratio, double widening_m);
/// No cusps; the sinus stays.
ValveShape absent(ValveShape v);

// Repairs.

/// The free edges are reefed at the commissures by a fraction of their length (Kistner's internal repair).
ValveShape internal_valvuloplasty(ValveShape v, double reefed);
/// Stitches from outside along the attachments narrow the commissural angle by a factor and bring the cusps'
/// ends together; they take up as much of a dilated wall as that needs.
ValveShape external_valvuloplasty(ValveShape v, double angle_factor);
/// A sleeve around the valve makes the vein `ratio` times as wide over `length_m`, its middle at half the
/// cusps' height; cusps that had parted meet again as far as their free edges reach.
ValveShape banding(ValveShape v, double ratio, double length_m);
/// New cusps cut from the thickened wall (Maleti & Lugli): one or two, of this thickness. The others go.
ValveShape neovalve(ValveShape v, int cusps, double thickness_m);
/// A stretch of arm vein, `ratio` times as wide, with its healthy valve.
ValveShape transplant(const ValveShape& v, double ratio);

// What follows from the sizes.

/// Factor on all radii at height z.
double calibre(const ValveShape& v, double z_m);
/// Distance between the ends of a cusp.
double chord_m(const ValveShape& v, const CuspShape& c);
/// How far a free edge of this length over this chord hangs down in its middle, as (1 - u^2)^2 over
/// -1 <= u <= 1: level at the commissures.
double sag_m(double free_edge_m, double chord_m);
/// Height of the attachment is height_m ((1 - w) u^2 + w u^4), from the middle u = 0 to a commissure u = 1,
/// with the w that gives the commissural angle: tan(angle / 2) = (pi R / 2) / (2 height (1 + w)).
double attachment_fullness(const ValveShape& v, const CuspShape& c);

/// Thickness of a cusp so far from its attachment.
double thickness_m(const CuspShape& c, double from_attachment_m);

/// Sentences on what cannot be built, each with what would be accepted; empty: all is well.
std::vector<std::string> faults(const ValveShape& v);
/// The same for a lattice of spacing dx.
std::vector<std::string> resolution_faults(const ValveShape& v, double dx_m);

}  // namespace soleus
