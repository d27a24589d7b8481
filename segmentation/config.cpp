#include "segmentation/config.hpp"

#include <array>

#include "segmentation/segmentation.hpp"

namespace soleus {

static void describe(Fields& f, CropConfig& c) {
  f.vector({"from", "One corner of the part to segment, LPS.", true}, c.from_m, Dimension::length);
  f.vector({"to", "The opposite corner.", true}, c.to_m, Dimension::length);
}

static void describe(Fields& f, SmoothingConfig& c) {
  f.integer({"iterations", "Steps of curvature anisotropic diffusion."}, c.iterations,
            {.min = 0, .max = 100});
  f.number({"conductance", "Edges stronger than about this many mean gradients are kept."}, c.conductance,
           {.above = 0});
}

static void describe(Fields& f, IntensityConfig& c) {
  f.quantity({"min", "Lowest grey value (HU in CT, `grey` otherwise).", true}, c.min_hu,
             Dimension::radiodensity);
  f.quantity({"max", "Highest grey value.", true}, c.max_hu, Dimension::radiodensity);
  if (c.min_hu > c.max_hu) f.fault("min", "min must not be larger than max.");
}

static void describe(Fields& f, BoneConfig& c) {
  f.quantity({"above", "Bone is brighter than this."}, c.above_hu, Dimension::radiodensity);
  f.quantity({"margin", "Distance kept from bone, whose blurred edge looks like contrast."}, c.margin_m,
             Dimension::length, {.min = 0});
  f.quantity({"min_volume", "Smaller bright parts are not bone."}, c.min_volume_m3, Dimension::volume,
             {.min = 0});
}

static void describe(Fields& f, AirConfig& c) {
  f.quantity({"below", "Air is darker than this."}, c.below_hu, Dimension::radiodensity);
  f.quantity({"margin", "Distance kept from air: the skin."}, c.margin_m, Dimension::length, {.min = 0});
}

static void describe(Fields& f, LeakConfig& c) {
  f.quantity({"max_radius", "The front stops where the vessel would be wider."}, c.max_radius_m,
             Dimension::length, {.above = 0});
  f.number({"growth", "The front stops where the radius exceeds this multiple of the mean radius upstream."},
           c.growth, {.min = 1});
  f.number({"contact", "The front stops where a larger part of the wall touches bone or skin."}, c.contact,
           {.max = 1, .above = 0});
}

static void describe(Fields& f, WallFitConfig& c) {
  f.integer({"iterations", "Most steps of the wall's refinement."}, c.iterations, {.min = 0, .max = 200});
  f.quantity({"band", "How far the wall may move from the front."}, c.band_m, Dimension::length,
             {.above = 0});
  f.quantity({"scale", "Neighbourhood in which grey values of blood and surroundings are taken."}, c.scale_m,
             Dimension::length, {.above = 0});
  f.quantity({"along",
              "Length of vessel over which grey values at the wall are averaged against noise (standard "
              "deviation of a Gaussian); 0: none."},
             c.along_m, Dimension::length, {.min = 0});
  f.number(
      {"smoothness",
       "Weight of the wall's curvature against the grey values; against noise that `along` leaves, but it "
       "narrows thin veins."},
      c.smoothness, {.min = 0});
  f.number({"threshold", "Where the wall lies between surroundings (0) and blood (1)."}, c.threshold,
           {.above = 0, .below = 1});
}

static void describe(Fields& f, TruthConfig& c) {
  f.path({"file", "Label map to score the result against.", true}, c.file);
  f.texts({"labels", "Values or names of the labels that should be found; all if empty."}, c.labels);
  f.texts(
      {"ignore", "Labels whose voxels count neither as right nor as wrong, such as veins without a seed."},
      c.ignore);
}

void describe(Fields& f, SegmentationConfig& c) {
  constexpr std::array<std::string_view, 2> brightness{"bright", "dark"};
  f.choice({"vessels", "Whether blood is brighter or darker than its surroundings."}, c.vessels, brightness);
  f.vectors({"seeds",
             "Points in the veins, LPS. The first is the root; each other one is joined to it along the best "
             "path, so "
             "give the ends of all veins that must be found."},
            c.seeds_m, Dimension::length);
  f.vectors({"exclude_seeds",
             "Points in vessels that must not be found, such as arteries; joined in the same way."},
            c.exclude_seeds_m, Dimension::length);
  f.section({"intensity", "Grey values of blood in the veins."}, c.intensity);
  f.section({"exclude_intensity", "Grey values where `exclude_seeds` lie; as `intensity` if absent."},
            c.exclude_intensity);
  f.section({"crop", "Part of the image to segment; all of it if absent."}, c.crop);
  f.quantity({"voxel", "Edge of the cubic voxels to work on; the smallest spacing of the image if absent."},
             c.voxel_m, Dimension::length, {.above = 0});
  f.quantities({"radii", "Radii of the vessels that the vesselness filter looks for."}, c.radii_m,
               Dimension::length, {.above = 0});
  f.quantity({"reach", "How far the front may go from the paths between seeds, along vein-like voxels."},
             c.reach_m, Dimension::length, {.above = 0});
  f.section({"smoothing", "Edge-preserving smoothing before the search."}, c.smoothing);
  f.section({"bone", "Exclusion of bone (CT); none if absent."}, c.bone);
  f.section({"air", "Exclusion of air and skin (CT); none if absent."}, c.air);
  f.section({"leak", "Limits of the front."}, c.leak);
  f.section({"wall", "Placement of the vessel wall."}, c.wall);
  f.section({"truth", "Ground truth, if known, for a score in quality.json."}, c.truth);
}

}  // namespace soleus
