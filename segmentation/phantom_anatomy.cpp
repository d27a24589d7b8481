#include "segmentation/phantom_anatomy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace soleus::phantom {

namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();
// Steps along the axes; a chord then leaves the curve by a few micrometres in veins, by hundredths of
// millimetres in bone.
constexpr double kMuscleStep_m = 6e-3, kBoneStep_m = 3e-3, kVesselStep_m = 0.75e-3;

/// Smaller of a and b, rounded over a width k where they are equal (Inigo Quilez' quadratic polynomial smooth
/// minimum).
double smooth_min(double a, double b, double k) {
  if (k <= 0 || !std::isfinite(a) || !std::isfinite(b)) return std::min(a, b);
  const double h = std::max(k - std::abs(a - b), 0.0) / k;
  return std::min(a, b) - h * h * k / 4;
}

/// Depth under the skin (positive inside): the first-order distance to the ellipse of the axial plane of x.
double depth_in_leg(const PhantomLeg& leg, const Vec3& x) {
  std::size_t i = 0;  // stations go downwards or upwards
  const auto& p = leg.points_m;
  const double sign = p.front().z < p.back().z ? 1 : -1;
  while (i + 2 < p.size() && sign * x.z > sign * p[i + 1].z) ++i;
  const double dz = p[i + 1].z - p[i].z;
  const double u = dz == 0 ? 0 : std::clamp((x.z - p[i].z) / dz, 0.0, 1.0);
  const double w = u * u * (3 - 2 * u);
  const Vec3 c = p[i] * (1 - w) + p[i + 1] * w;
  const double a = (at(leg.widths_m, i) * (1 - w) + at(leg.widths_m, i + 1) * w) / 2;
  const double b = (at(leg.depths_m, i) * (1 - w) + at(leg.depths_m, i + 1) * w) / 2;
  const double ex = (x.x - c.x) / a, ey = (x.y - c.y) / b;
  const double r = std::hypot(ex, ey);
  const double slope = std::hypot(ex / a, ey / b);
  return slope > 0 ? r * (1 - r) / slope : std::min(a, b);
}

}  // namespace

Anatomy make_anatomy(const PhantomSpec& spec) {
  Anatomy anatomy{.leg = spec.leg,
                  .tissue = spec.tissue,
                  .muscles = {},
                  .bones = {},
                  .veins = {},
                  .arteries = {},
                  .junction_blend_m = spec.junction_blend_m};
  for (const PhantomTube& m : spec.muscles)
    anatomy.muscles.emplace_back(smooth_curve(m, kMuscleStep_m), TubeEnds::round);
  std::map<std::string, std::size_t> number;
  for (const PhantomBone& b : spec.bones) {
    const auto [known, added] = number.try_emplace(b.tube.name, anatomy.bones.size());
    if (added) anatomy.bones.push_back({{}, b.cortex_m});
    anatomy.bones[known->second].parts.emplace_back(smooth_curve(b.tube, kBoneStep_m), TubeEnds::flat);
  }
  const auto vessel = [](const PhantomVessel& v) {
    Curve curve = smooth_curve(v.tube, kVesselStep_m);
    add_sinuses(curve, v.sinuses);
    return Vessel{Tube(curve, TubeEnds::round), v.contrast_hu};
  };
  for (const PhantomVessel& v : spec.veins) anatomy.veins.push_back(vessel(v));
  for (const PhantomVessel& v : spec.arteries) anatomy.arteries.push_back(vessel(v));
  return anatomy;
}

Neighbourhood::Neighbourhood(const Anatomy& anatomy, const Vec3& center, double reach_m)
    : anatomy_(anatomy), center_(center), reach_m_(reach_m) {
  add_muscles();
  for (std::size_t b = 0; b < anatomy.bones.size(); ++b)
    for (const Tube& part : anatomy.bones[b].parts) add(bones_, part, anatomy.bones[b].cortex_m, int(b));
  for (std::size_t v = 0; v < anatomy.veins.size(); ++v)
    add(veins_, anatomy.veins[v].tube, anatomy.veins[v].contrast_hu, int(v) + 1);
  for (const Vessel& a : anatomy.arteries) add(arteries_, a.tube, a.contrast_hu, 0);
}

/// Keeps the tube unless it is so far away that it changes nothing in the block.
void Neighbourhood::add(std::vector<Near>& list, const Tube& tube, double value, int label) const {
  const double influence_m = anatomy_.leg.perivascular_fat_m + anatomy_.junction_blend_m + reach_m_;
  Tube::Nearby nearby = tube.nearby(center_, reach_m_);
  if (nearby.distance_m < nearby.change_m + influence_m)
    list.push_back({&tube, std::move(nearby), value, label});
}

/// Keeps the muscles that can be the nearest or the second nearest, within the septum, of a place in the
/// block.
void Neighbourhood::add_muscles() {
  double nearest_at_most = kFar;
  for (const Tube& m : anatomy_.muscles) {
    muscles_.push_back({&m, m.nearby(center_, reach_m_), 0, 0});
    const Tube::Nearby& n = muscles_.back().nearby;
    nearest_at_most = std::min(nearest_at_most, n.distance_m + n.change_m);
  }
  const double influence_m = anatomy_.leg.septum_m + reach_m_;
  std::erase_if(muscles_, [&](const Near& m) {
    return m.nearby.distance_m - m.nearby.change_m > nearest_at_most + influence_m;
  });
}

Place Neighbourhood::at(const Vec3& x) const {
  const double depth = depth_in_leg(anatomy_.leg, x);
  if (depth < 0) return {anatomy_.tissue.air_hu, 0, -depth};

  Place vein{0, 0, kFar}, artery{0, 0, kFar};
  double blended = kFar;  // distance to the veins with rounded junctions
  for (const Near& n : veins_) {
    const double d = n.distance(x);
    if (d < vein.clearance_m) vein = {n.value, n.label, d};
    blended = smooth_min(blended, d, anatomy_.junction_blend_m);
  }
  if (blended < 0) return {vein.hu, vein.vein, -blended};
  for (const Near& n : arteries_) {
    const double d = n.distance(x);
    if (d < artery.clearance_m) artery = {n.value, 0, d};
  }
  if (artery.clearance_m < 0) return {artery.hu, 0, std::min(-artery.clearance_m, blended)};

  const double to_vessel = std::min(blended, artery.clearance_m);
  double clearance = std::min(to_vessel, depth);
  const std::optional<double> bone = bone_hu(x, clearance);
  Place place = bone ? Place{*bone, 0, clearance} : soft_tissue(x, depth, to_vessel);
  place.clearance_m = std::min(place.clearance_m, clearance);
  return place;
}

/// Nothing outside the bones; lowers the clearance to the distance of their surfaces.
std::optional<double> Neighbourhood::bone_hu(const Vec3& x, double& clearance_m) const {
  std::optional<double> hu;
  for (std::size_t i = 0; i < bones_.size();) {
    const Near& bone = bones_[i];
    double d = kFar;
    for (; i < bones_.size() && bones_[i].label == bone.label; ++i) d = std::min(d, bones_[i].distance(x));
    clearance_m = std::min({clearance_m, std::abs(d), std::abs(d + bone.value)});
    if (d < 0) hu = d < -bone.value ? anatomy_.tissue.marrow_hu : anatomy_.tissue.cortex_hu;
  }
  return hu;
}

Place Neighbourhood::soft_tissue(const Vec3& x, double depth_m, double to_vessel_m) const {
  const PhantomTissue& tissue = anatomy_.tissue;
  const PhantomLeg& leg = anatomy_.leg;
  const double to_skin = depth_m - leg.skin_m, to_fascia = to_skin - leg.fat_m;
  const double to_sheath = to_vessel_m - leg.perivascular_fat_m;
  const double clearance = std::min({std::abs(to_skin), std::abs(to_fascia), std::abs(to_sheath)});
  if (to_skin < 0) return {tissue.skin_hu, 0, clearance};
  if (to_fascia < 0 || to_sheath < 0) return {tissue.fat_hu, 0, clearance};

  double first = kFar, second = kFar;  // distances to the two nearest muscles
  for (const Near& n : muscles_) {
    const double d = n.distance(x);
    second = std::min(second, std::max(first, d));
    first = std::min(first, d);
  }
  const double to_septum = (second - first - leg.septum_m) / 2;
  return {to_septum < 0 ? tissue.fat_hu : tissue.muscle_hu, 0, std::min(clearance, std::abs(to_septum))};
}

}  // namespace soleus::phantom
