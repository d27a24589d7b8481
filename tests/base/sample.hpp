// A section with one key of each kind, for the tests of the visitors.
#pragma once

#include "pipeline/base/fields.hpp"

namespace soleus::test {

enum class Colour { red, green, blue };

struct Item {
  std::string name;
  double radius_m = 0;
};

struct Inner {
  double depth_m = 1e-3;
};

struct Sample {
  double density_kg_m3 = 1060;
  std::optional<double> step_s;
  std::vector<double> radii_m{1e-3, 2e-3};
  Vec3 point_m{};
  std::optional<Vec3> corner_m;
  std::vector<Vec3> points_m;
  double share = 0.5;
  int passes = 20;
  bool smooth = true;
  std::string title = "untitled";
  std::vector<std::string> labels;
  std::filesystem::path file;
  Colour colour = Colour::green;
  Inner inner;
  std::optional<Inner> extra;
  std::vector<Item> items;
};

inline void describe(Fields& f, Item& i) {
  f.text({"name", "Its name.", true}, i.name);
  f.quantity({"radius", "Its radius."}, i.radius_m, Dimension::length, {.min = 0});
}

inline void describe(Fields& f, Inner& i) {
  f.quantity({"depth", "How deep."}, i.depth_m, Dimension::length);
}

inline void describe(Fields& f, Sample& s) {
  static constexpr std::array<std::string_view, 3> colours{"red", "green", "blue"};
  f.quantity({"density", "Mass density."}, s.density_kg_m3, Dimension::density, {.above = 0});
  f.quantity({"step", "Time step."}, s.step_s, Dimension::time, {.above = 0});
  f.quantities({"radii", "Radii."}, s.radii_m, Dimension::length, {.above = 0});
  f.vector({"point", "A point."}, s.point_m, Dimension::length);
  f.vector({"corner", "A corner."}, s.corner_m, Dimension::length);
  f.vectors({"points", "Points."}, s.points_m, Dimension::length);
  f.number({"share", "A share."}, s.share, {.min = 0, .max = 1});
  f.integer({"passes", "How often."}, s.passes, {.min = 0, .max = 100});
  f.flag({"smooth", "Whether smooth."}, s.smooth);
  f.text({"title", "Its title."}, s.title);
  f.texts({"labels", "Labels."}, s.labels);
  f.path({"file", "A file."}, s.file);
  f.choice({"colour", "A colour."}, s.colour, colours);
  f.section({"inner", "A section."}, s.inner);
  f.section({"extra", "A section that may be absent."}, s.extra);
  f.list({"items", "A list."}, s.items);
  if (s.share > 0.9 && s.smooth) f.fault("share", "above 0.9 it cannot be smooth.");
}

}  // namespace soleus::test
