#include "solver_cuda/geometry/external_config.hpp"

#include <array>

namespace soleus {
namespace {

constexpr std::array<std::string_view, 3> drive_names{"own", "posterior_calf", "anterior_calf"};

void describe_up(Fields& f, Vec3& up) {
  f.vector({"up", "Upwards (LPS)."}, up, Dimension::number);
  if (norm(up) == 0) f.fault("up", "a direction cannot be 0 0 0; write for example 0 0 1.");
}

}  // namespace

void describe(Fields& f, MuscleConfig& c) {
  f.text({"name", "Name of the muscle in messages, for example soleus.", true}, c.name);
  f.choice(
      {"drive",
       "own: pressure and waveform below; posterior_calf, anterior_calf: the pressure of these muscles in "
       "the protocol of the section limb."},
      c.drive, drive_names);
  f.list({"regions",
          "Stretches of vein that it presses on. Give regions, surface or labels; none: the whole vein."},
         c.regions);
  f.path({"surface", "Closed surface of the muscle (STL, PLY, OBJ, VTP; LPS, mm); veins in or at it count."},
         c.surface);
  f.path({"labels", "Label map (NRRD, MetaImage, NIfTI) in which the muscle has the number `label`."},
         c.labels);
  f.integer({"label", "Labels: the muscle's number."}, c.label, {.min = 1, .max = 255});
  f.quantity({"edge", "Surface, labels: distance outside over which the pressure falls to nothing."},
             c.edge_m, Dimension::length, {.min = 0});
  f.quantity({"pressure", "Pressure at a factor of 1; soleus about 180 mmHg walking, 270 mmHg running."},
             c.pressure_pa, Dimension::pressure);
  f.section({"waveform", "Factor of the pressure over time."}, c.waveform);
  f.number({"transmission", "Part of the pressure that reaches the vein."}, c.transmission,
           {.max = 1, .above = 0});
  if (c.drive != MuscleDrive::own && c.pressure_pa != 0)
    f.fault("drive", "the limb gives the pressure; leave out pressure and waveform, or drive.");
  if (!c.regions.empty() + !c.surface.empty() + !c.labels.empty() > 1)
    f.fault("name",
            "the muscle's place is given more than once; give one of regions, surface and labels, or none "
            "of them for the whole vein.");
}

void describe(Fields& f, StockingConfig& c) {
  f.quantity({"ankle", "Pressure at the ankle and below.", true}, c.ankle_pa, Dimension::pressure,
             {.min = 0});
  f.quantity({"knee", "Pressure at the knee, above which it ends within 20 mm.", true}, c.knee_pa,
             Dimension::pressure, {.min = 0});
  f.quantity({"ankle_height", "Coordinate of the ankle along `up`.", true}, c.ankle_height_m,
             Dimension::length);
  f.quantity({"knee_height", "Coordinate of the stocking's upper end.", true}, c.knee_height_m,
             Dimension::length);
  describe_up(f, c.up);
  if (c.knee_height_m < c.ankle_height_m)
    f.fault("knee_height", "the knee lies below the ankle along `up`; exchange them, or turn `up` around.");
}

void describe(Fields& f, GravityConfig& c) {
  describe_up(f, c.up);
  f.quantity({"level",
              "Coordinate along `up` where gravity adds nothing to the pressure across the wall, such as "
              "that of the right atrium.",
              true},
             c.level_m, Dimension::length);
  f.quantity({"acceleration", "Of gravity."}, c.acceleration_m_s2, Dimension::acceleration, {.min = 0});
}

}  // namespace soleus
