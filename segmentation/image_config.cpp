// The `image` section of a case.
#include <fmt/format.h>

#include "segmentation/segmentation.hpp"

namespace soleus {

void describe(Fields& f, ContractedImageConfig& c) {
  f.path(
      {"file", "The volume, in any form that `image.file` takes and in the same patient coordinates.", true},
      c.file);
  f.text({"series", "DICOM series instance UID, when the folder holds several series."}, c.series);
  f.quantity({"time", "Time within the cycle that it shows.", true}, c.time_s, Dimension::time, {.above = 0});
}

void describe(Fields& f, RegistrationConfig& c) {
  f.integer({"levels", "Resolutions, each half as fine as the next."}, c.levels, {.min = 1, .max = 6});
  f.integer({"iterations", "Most steps on each of them."}, c.iterations, {.min = 1, .max = 1000});
  f.quantity(
      {"smoothing",
       "Standard deviation of the Gaussian that smooths each step: motion that differs over less is not "
       "followed."},
      c.smoothing_m, Dimension::length, {.above = 0});
  f.quantity({"margin", "Distance around the veins at rest within which the images are compared."},
             c.margin_m, Dimension::length, {.above = 0});
}

void describe(Fields& f, ImageConfig& c) {
  f.path({"file", "The volume: a folder of DICOM slices, a DICOM file, NIfTI, NRRD or MetaImage."}, c.file);
  f.path({"phantom", "A phantom description (YAML) to make the volume from, instead of `file`."}, c.phantom);
  f.text({"series", "DICOM series instance UID, when the folder holds several series."}, c.series);
  f.list({"contracted",
          "Volumes of the same leg while the calf contracts, by increasing time; a phantom with `contracted` "
          "brings its own."},
         c.contracted);
  f.quantity({"cycle",
              "Period of the contractions. `file` shows the leg at rest, at 0 and at the end of the cycle."},
             c.cycle_s, Dimension::time, {.above = 0});
  f.section({"registration", "How the contracted volumes are registered to the one at rest."},
            c.registration);

  if (!c.phantom.empty() && !c.contracted.empty())
    f.fault("contracted", "a phantom brings its own contracted volumes; describe them in its file.");
  if (!c.contracted.empty() && !c.cycle_s)
    f.fault("contracted", "image.cycle is missing; give the period of the contractions, for example 1 s.");
  double before_s = 0;
  for (std::size_t n = 0; n < c.contracted.size() && c.cycle_s; ++n) {
    const double t = c.contracted[n].time_s;
    if (t <= before_s || t >= *c.cycle_s)
      f.fault(
          "contracted",
          fmt::format("item {} is at {:g} s; times must increase and lie within (0, cycle), here above {:g} "
                      "s and below {:g} s.",
                      n, t, before_s, *c.cycle_s));
    before_s = t > before_s ? t : before_s;
  }
}

}  // namespace soleus
