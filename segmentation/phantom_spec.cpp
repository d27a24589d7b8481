#include "segmentation/phantom_spec.hpp"

#include <algorithm>

#include "segmentation/phantom.hpp"

namespace soleus {

namespace {

constexpr Limits kPositive{.above = 0};
constexpr Limits kNotNegative{.min = 0};
constexpr Limits kHounsfield{.min = -1024, .max = 3071};

void one_for_each(Fields& f, std::string_view key, const std::vector<double>& values, std::size_t points) {
  if (values.empty() || points == 0 || values.size() == 1 || values.size() == points) return;
  f.fault(key, std::to_string(values.size()) + " values for " + std::to_string(points) +
                   " points; write one for each point, or one for all.");
}

void at_least_two(Fields& f, const std::vector<Vec3>& points) {
  if (points.size() == 1) f.fault("points", "a curve needs at least two points.");
}

/// A vein drains into a vein that was listed before it.
void check_joins(Fields& f, const std::vector<PhantomVessel>& veins) {
  for (std::size_t i = 0; i < veins.size(); ++i) {
    const std::string& joins = veins[i].joins;
    const auto before = veins.begin() + std::ptrdiff_t(i);
    const bool known =
        std::any_of(veins.begin(), before, [&](const auto& v) { return v.tube.name == joins; });
    if (!joins.empty() && !known)
      f.fault("veins",
              "'" + veins[i].tube.name + "' joins '" + joins + "', which no vein listed before it is named.");
  }
}

}  // namespace

void describe(Fields& f, PhantomGrid& g) {
  f.vector({"corner", "Right, anterior, lower corner of the field of view (LPS).", true}, g.corner_m,
           Dimension::length);
  f.vector({"size", "Extent of the field of view.", true}, g.size_m, Dimension::length);
  f.vector({"spacing", "Edges of a voxel.", true}, g.spacing_m, Dimension::length);
  for (int axis = 0; axis < 3; ++axis)
    if (g.spacing_m[axis] < 0 || g.size_m[axis] < g.spacing_m[axis])
      f.fault("spacing", "voxels must be positive and fit into 'size' along every axis.");
}

void describe(Fields& f, PhantomTube& t) {
  f.text({"name", "Name of the structure.", true}, t.name);
  f.vectors({"points", "Points on the axis (LPS), from proximal to distal; a smooth curve goes through them.",
             true},
            t.points_m, Dimension::length);
  f.quantities({"diameters", "Diameter at each point, or one for all.", true}, t.diameters_m,
               Dimension::length, kPositive);
  at_least_two(f, t.points_m);
  one_for_each(f, "diameters", t.diameters_m, t.points_m.size());
}

void describe(Fields& f, PhantomSinus& s) {
  f.quantity({"distance", "Where its middle is, along the vein from the proximal end.", true}, s.distance_m,
             Dimension::length, kNotNegative);
  f.number({"diameter_ratio", "Largest diameter of the sinus over the vein's."}, s.diameter_ratio,
           {.min = 1, .max = 3});
  f.number({"length_ratio", "Length of the sinus over the vein's diameter."}, s.length_ratio, kPositive);
}

void describe(Fields& f, PhantomVessel& v) {
  describe(f, v.tube);
  f.text({"joins", "Name of the vein that this one drains into; the first point then lies inside that vein."},
         v.joins);
  f.quantity({"contrast", "Radiodensity of the blood with its contrast medium.", true}, v.contrast_hu,
             Dimension::radiodensity, kHounsfield);
  f.list({"sinuses", "Dilated pockets behind valves."}, v.sinuses);
}

void describe(Fields& f, PhantomBone& b) {
  describe(f, b.tube);
  f.quantity({"cortex", "Thickness of the dense shell."}, b.cortex_m, Dimension::length, kNotNegative);
}

void describe(Fields& f, PhantomLeg& l) {
  f.vectors({"points", "Centres of the leg's axial cross-sections (LPS), from proximal to distal.", true},
            l.points_m, Dimension::length);
  f.quantities({"widths", "Left to right, at each point.", true}, l.widths_m, Dimension::length, kPositive);
  f.quantities({"depths", "Front to back, at each point.", true}, l.depths_m, Dimension::length, kPositive);
  f.quantity({"skin", "Thickness of the skin."}, l.skin_m, Dimension::length, kNotNegative);
  f.quantity({"fat", "Thickness of the fat under the skin."}, l.fat_m, Dimension::length, kNotNegative);
  f.quantity({"septum", "Thickness of the fat between muscles."}, l.septum_m, Dimension::length,
             kNotNegative);
  f.quantity({"perivascular_fat", "Thickness of the fat around veins and arteries."}, l.perivascular_fat_m,
             Dimension::length, kNotNegative);
  at_least_two(f, l.points_m);
  one_for_each(f, "widths", l.widths_m, l.points_m.size());
  one_for_each(f, "depths", l.depths_m, l.points_m.size());
}

void describe(Fields& f, PhantomTissue& t) {
  constexpr auto hu = Dimension::radiodensity;
  f.quantity({"air", "Radiodensity of air."}, t.air_hu, hu, kHounsfield);
  f.quantity({"skin", "Radiodensity of skin."}, t.skin_hu, hu, kHounsfield);
  f.quantity({"fat", "Radiodensity of fat."}, t.fat_hu, hu, kHounsfield);
  f.quantity({"muscle", "Radiodensity of muscle."}, t.muscle_hu, hu, kHounsfield);
  f.quantity({"cortex", "Radiodensity of the dense shell of a bone."}, t.cortex_hu, hu, kHounsfield);
  f.quantity({"marrow", "Radiodensity of the inside of a bone."}, t.marrow_hu, hu, kHounsfield);
}

void describe(Fields& f, PhantomScanner& s) {
  f.quantity({"blur", "Full width at half maximum of the scanner's point spread function."}, s.blur_fwhm_m,
             Dimension::length, kNotNegative);
  f.quantity({"noise", "Standard deviation of the noise."}, s.noise_hu, Dimension::radiodensity,
             kNotNegative);
  f.quantity({"noise_grain", "Full width at half maximum of the noise's grain; 0 mm is white noise."},
             s.noise_grain_m, Dimension::length, kNotNegative);
  f.integer({"seed", "Number that the noise follows from; the same seed gives the same image."}, s.seed,
            kNotNegative);
  f.integer(
      {"supersampling", "Samples along each edge of a voxel that an interface crosses (partial volume)."},
      s.supersampling, {.min = 1, .max = 8});
}

void describe(Fields& f, PhantomContraction& c) {
  f.quantity({"cycle", "Period of the calf's contractions; the leg is at rest at 0 and again after it."},
             c.cycle_s, Dimension::time, kPositive);
  f.quantities({"times", "Times within the cycle, increasing; a volume is made for each.", true}, c.times_s,
               Dimension::time, kPositive);
  f.quantities({"area_ratios",
                "Area of the squeezed cross-sections over that at rest, at each time; where veins meet, "
                "theirs multiply.",
                true},
               c.area_ratios, Dimension::number, {.max = 1, .above = 0});
  f.quantity({"from", "Height z (LPS) from which on veins are squeezed to that ratio.", true}, c.from_m,
             Dimension::length);
  f.quantity({"to", "Height z (LPS) up to which they are.", true}, c.to_m, Dimension::length);
  f.quantity({"edge", "Length above and below over which the ratio rises to 1."}, c.edge_m, Dimension::length,
             kNotNegative);
  f.quantity({"decay", "Distance from the wall over which the tissue around comes to rest."}, c.decay_m,
             Dimension::length, kPositive);
  f.vector({"shift", "Displacement of the whole leg in the scanner."}, c.shift_m, Dimension::length);
  f.texts({"veins", "Names of the veins that are squeezed; all if empty."}, c.veins);
  one_for_each(f, "area_ratios", c.area_ratios, c.times_s.size());
  double before = 0;
  for (const double t : c.times_s) {
    if (t <= before || t >= c.cycle_s) f.fault("times", "times must increase and lie within (0, cycle).");
    before = std::max(before, t);
  }
}

void describe(Fields& f, PhantomSpec& s) {
  f.section({"grid", "Field of view and voxels.", true}, s.grid);
  f.section({"leg", "Outline and soft tissue of the leg.", true}, s.leg);
  f.list({"muscles", "Axes of the muscles; a place belongs to the nearest one."}, s.muscles);
  f.list({"bones", "Bones; entries of one name are one bone."}, s.bones);
  f.list(
      {"veins",
       "Veins, the proximal before what joins it; they are the labels 1, 2, ... of the ground truth.", true},
      s.veins);
  f.list({"arteries", "Arteries, which the ground truth does not hold."}, s.arteries);
  f.quantity({"junction_blend", "Rounding where veins join."}, s.junction_blend_m, Dimension::length,
             kNotNegative);
  f.section({"tissue", "Radiodensities."}, s.tissue);
  f.section({"scanner", "Blur and noise."}, s.scanner);
  f.section({"contracted", "The leg while the calf contracts, with its true motion; not made if absent."},
            s.contracted);
  check_joins(f, s.veins);
  if (s.veins.size() > 255) f.fault("veins", "a label map holds at most 255 veins.");
}

}  // namespace soleus
