// Whole lower legs: minutes each.
#include <algorithm>
#include <sstream>

#include "segmentation/volume.hpp"
#include "tests/segmentation/patient_case.hpp"

namespace soleus {
namespace {

/// A section of a vein of the model that the volumes were made from, in an axial plane.
struct Section {
  std::string vein;
  Vec3 center_m;
  double diameter_m;  // of the circle of equal area
};

std::vector<Section> sections() {
  std::ifstream in(*test_data() / "leg_bundle" / "sections_right_leg.csv");
  std::vector<Section> all;
  std::string line;
  std::getline(in, line);  // vein,fma_file,z_mm,loop,area_mm2,equiv_diam_mm,cx,cy
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (cells.size() < 8) continue;
    all.push_back({cells[0], Vec3{std::stod(cells[6]), std::stod(cells[7]), std::stod(cells[2])} * 1e-3,
                   std::stod(cells[5]) * 1e-3});
  }
  return all;
}

/// Diameter of the circle with the area of the label's voxels in the section's plane that are nearer to this
/// section than to any other one, and not farther than its diameter.
double found_diameter_m(const Labels& labels, const Section& section, const std::vector<Section>& all) {
  const Grid& g = labels.grid;
  const int k = int(std::lround(g.continuous_index(section.center_m).z));
  double area_m2 = 0;
  for (int j = 0; j < g.size[1]; ++j)
    for (int i = 0; i < g.size[0]; ++i) {
      if (!labels.values[g.index(i, j, k)]) continue;
      const Vec3 p = g.point(i, j, k);
      const auto apart = [&](const Section& s) { return std::hypot(p.x - s.center_m.x, p.y - s.center_m.y); };
      const double mine = apart(section);
      const bool nearer = std::all_of(all.begin(), all.end(), [&](const Section& s) {
        return std::abs(s.center_m.z - section.center_m.z) > 1e-6 || apart(s) >= mine - 1e-9;
      });
      if (nearer && mine <= section.diameter_m) area_m2 += g.spacing_m.x * g.spacing_m.y;
    }
  return 2 * std::sqrt(area_m2 / M_PI);
}

/// Found over true diameter of the veins with seeds, where these are wider than five voxels.
std::vector<double> diameter_ratios(const Labels& labels) {
  constexpr std::array<std::string_view, 5> wanted{"popliteal_v", "anterior_tibial_v", "posterior_tibial_v",
                                                   "fibular_v", "small_saphenous_v"};
  const std::vector<Section> all = sections();
  std::vector<double> ratios;
  for (const Section& s : all) {
    const double k = labels.grid.continuous_index(s.center_m).z;
    const bool inside = k >= 1 && k <= labels.grid.size[2] - 2;
    const bool seeded = std::find(wanted.begin(), wanted.end(), s.vein) != wanted.end();
    if (inside && seeded && s.diameter_m > 5 * labels.grid.spacing_m.x)
      ratios.push_back(found_diameter_m(labels, s, all) / s.diameter_m);
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios;
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

void check_leg(const std::string& name, double least_dice) {
  const SegmentedCase leg = segment_patient(name);
  EXPECT_GE(leg.quality["truth"]["dice"].get<double>(), least_dice);
  expect_connected(leg);
  const std::vector<double> ratios = diameter_ratios(leg.labels);
  ASSERT_GT(ratios.size(), 50u);
  const auto off =
      std::count_if(ratios.begin(), ratios.end(), [](double r) { return std::abs(r - 1) > 0.15; });
  std::cout << name << ": dice " << leg.quality["truth"]["dice"] << ", " << ratios.size()
            << " diameters, found / true: 5 % " << ratios[ratios.size() / 20] << ", median "
            << ratios[ratios.size() / 2] << ", 95 % " << ratios[ratios.size() * 19 / 20] << ", " << off
            << " off by more than 15 %\n";
  EXPECT_NEAR(ratios[ratios.size() / 2], 1, 0.15);
  EXPECT_LE(double(off), 0.1 * double(ratios.size()));
}

TEST_F(Anatomy, RightCalfInDirectVenography) {
  check_leg("right-calf-direct", 0.8);
}

TEST_F(Anatomy, RightCalfInIndirectVenography) {
  check_leg("right-calf", 0.7);
}

}  // namespace
}  // namespace soleus
