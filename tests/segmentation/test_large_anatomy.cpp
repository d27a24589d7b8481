// Whole lower legs: minutes each.
#include <fmt/format.h>

#include <algorithm>

#include "segmentation/volume.hpp"
#include "tests/segmentation/patient_case.hpp"
#include "tests/segmentation/source_sections.hpp"

namespace soleus {
namespace {

/// Found over true diameter of the sections of the veins with seeds that are wider than five voxels.
std::vector<double> diameter_ratios(const Labels& labels) {
  constexpr std::array<std::string_view, 5> wanted{"popliteal_v", "anterior_tibial_v", "posterior_tibial_v",
                                                   "fibular_v", "small_saphenous_v"};
  const SourceAnatomy source;
  std::vector<double> ratios;
  for (const SourceSection& s : source.sections) {
    const double k = labels.grid.continuous_index(s.center_m).z;
    const bool inside = k >= 1 && k <= labels.grid.size[2] - 2;
    const bool seeded = std::find(wanted.begin(), wanted.end(), s.vein) != wanted.end();
    if (!inside || !seeded || s.diameter_m <= 5 * labels.grid.spacing_m.x) continue;
    const SectionPlane plane = source.plane(s);
    const std::string name =
        fmt::format("{} at z = {:.0f} mm, {:.2f} mm wide", s.vein, 1e3 * s.center_m.z, 1e3 * s.diameter_m);
    EXPECT_TRUE(plane.found) << name << ": its mesh has no such section";
    if (!plane.found) continue;
    ratios.push_back(found_diameter_m(labels, s, plane) / s.diameter_m);
    if (std::abs(ratios.back() - 1) > 0.15) std::cout << name << ": found / true " << ratios.back() << '\n';
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios;
}

void expect_true_diameters(const std::string& what, const Labels& labels, std::size_t least_sections) {
  const std::vector<double> ratios = diameter_ratios(labels);
  ASSERT_GE(ratios.size(), least_sections);
  const auto off =
      std::count_if(ratios.begin(), ratios.end(), [](double r) { return std::abs(r - 1) > 0.15; });
  std::cout << fmt::format(
      "{}: {} diameters, found / true: {:.3f} to {:.3f}, median {:.3f}, {} off by more than 15 %\n", what,
      ratios.size(), ratios.front(), ratios.back(), ratios[ratios.size() / 2], off);
  EXPECT_EQ(off, 0);
}

/// One component that holds the ends of the deep veins and of the small saphenous vein.
void expect_connected(const SegmentedCase& leg) {
  const auto parts = segmentation::components(leg.labels.grid, leg.labels.values);
  EXPECT_EQ(parts.voxels.size(), 1u);
  for (const Vec3& seed : leg.settings.segmentation->seeds_m) {
    bool found = false;
    const Vec3 c = leg.labels.grid.continuous_index(seed);
    for (int dk = -2; dk <= 2; ++dk)
      for (int dj = -2; dj <= 2; ++dj)
        for (int di = -2; di <= 2; ++di)
          found |= leg.labels.values[leg.labels.grid.index(int(c.x) + di, int(c.y) + dj, int(c.z) + dk)] != 0;
    EXPECT_TRUE(found) << "no vein at seed " << 1e3 * seed.x << " " << 1e3 * seed.y << " " << 1e3 * seed.z;
  }
}

void check_leg(const std::string& name, double least_dice, std::size_t least_sections) {
  const SegmentedCase leg = segment_patient(name);
  EXPECT_GE(leg.quality["truth"]["dice"].get<double>(), least_dice);
  std::cout << name << ": dice " << leg.quality["truth"]["dice"] << '\n';
  expect_connected(leg);
  expect_true_diameters(name, leg.labels, least_sections);
}

/// The measure of the diameters itself: the true labels must pass it.
TEST_F(Anatomy, TrueLabelsHaveTheDiametersOfTheTable) {
  for (const char* name : {"right_calf", "right_calf_direct"}) {
    const Image truth =
        read_image({.file = *test_data() / "phantom_open" / (std::string(name) + "_veins.nii.gz"),
                    .phantom = {},
                    .series = {}});
    Labels labels{.grid = truth.grid, .values = {}, .names = {}};
    for (const float v : truth.values) labels.values.push_back(v != 0);
    expect_true_diameters(name, labels, 150);
  }
}

TEST_F(Anatomy, RightCalfInDirectVenography) {
  check_leg("right-calf-direct", 0.8, 151);
}

TEST_F(Anatomy, RightCalfInIndirectVenography) {
  check_leg("right-calf", 0.7, 185);
}

}  // namespace
}  // namespace soleus
