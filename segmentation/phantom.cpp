#include "segmentation/phantom.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "segmentation/parallel_slices.hpp"
#include "segmentation/phantom_anatomy.hpp"
#include "segmentation/phantom_scanner.hpp"

namespace soleus {

namespace {

using phantom::Anatomy, phantom::Curve, phantom::Neighbourhood, phantom::Place;

constexpr int kBlock = 6;  // voxels along the edge of a block whose neighbourhood is looked up once
constexpr double kCenterlineStep_m = 0.25e-3;

Grid make_grid(const PhantomGrid& g) {
  Grid grid;
  grid.spacing_m = g.spacing_m;
  grid.origin_m = g.corner_m + g.spacing_m * 0.5;
  for (int axis = 0; axis < 3; ++axis) grid.size[axis] = int(std::lround(g.size_m[axis] / g.spacing_m[axis]));
  return grid;
}

struct Voxel {
  float hu;
  std::uint8_t vein;
};

/// The mean over n^3 places of the voxel around `center`, one place where nothing changes within it.
Voxel sample(const Neighbourhood& near, const Vec3& center, const Vec3& spacing, int n) {
  const Place middle = near.at(center);
  if (n == 1 || middle.clearance_m > 0.6 * norm(spacing))
    return {float(middle.hu), std::uint8_t(middle.vein)};
  double hu = 0;
  std::array<int, 256> count{};  // of places in each vein
  int inside = 0;
  const auto offset = [n](int i) { return (i + 0.5) / n - 0.5; };
  for (int k = 0; k < n; ++k)
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        const Vec3 d{offset(i) * spacing.x, offset(j) * spacing.y, offset(k) * spacing.z};
        const Place place = near.at(center + d);
        hu += place.hu;
        ++count[place.vein];
        inside += place.vein > 0;
      }
  const int all = n * n * n;
  const auto most = std::max_element(count.begin() + 1, count.end()) - count.begin();
  return {float(hu / all), std::uint8_t(2 * inside >= all ? most : 0)};
}

/// Fills the voxels of one layer of blocks.
void sample_layer(const Anatomy& anatomy, int supersampling, int layer, Phantom& made) {
  const Grid& grid = made.image.grid;
  const auto [nx, ny, nz] = grid.size;
  const int k0 = layer * kBlock, k1 = std::min(nz, k0 + kBlock);
  for (int j0 = 0; j0 < ny; j0 += kBlock)
    for (int i0 = 0; i0 < nx; i0 += kBlock) {
      const int i1 = std::min(nx, i0 + kBlock), j1 = std::min(ny, j0 + kBlock);
      const double middle = 0.5 * (kBlock - 1), reach_m = 0.5 * kBlock * norm(grid.spacing_m);
      const Neighbourhood near(anatomy, grid.point(i0 + middle, j0 + middle, k0 + middle), reach_m);
      for (int k = k0; k < k1; ++k)
        for (int j = j0; j < j1; ++j)
          for (int i = i0; i < i1; ++i) {
            const Voxel v = sample(near, grid.point(i, j, k), grid.spacing_m, supersampling);
            made.image.values[grid.index(i, j, k)] = v.hu;
            made.truth.values[grid.index(i, j, k)] = v.vein;
          }
    }
}

/// The centreline of a vein; its abscissa goes on from the vein that it joins.
Branch make_branch(const PhantomSpec& spec, std::size_t vein, const std::vector<Branch>& before) {
  const PhantomVessel& v = spec.veins[vein];
  Curve curve = phantom::smooth_curve(v.tube, kCenterlineStep_m);
  phantom::add_sinuses(curve, v.sinuses);
  Branch branch{.id = int(vein) + 1,
                .parent = -1,
                .points_m = curve.points_m,
                .radius_m = curve.radius_m,
                .area_m2 = {},
                .abscissa_m = curve.abscissa_m};
  for (const double r : branch.radius_m) branch.area_m2.push_back(std::numbers::pi * r * r);
  const auto parent = std::find_if(spec.veins.begin(), spec.veins.begin() + std::ptrdiff_t(vein),
                                   [&](const auto& other) { return other.tube.name == v.joins; });
  if (v.joins.empty() || parent == spec.veins.begin() + std::ptrdiff_t(vein)) return branch;
  const Branch& p = before[parent - spec.veins.begin()];
  branch.parent = p.id;
  const auto far = [&](const Vec3& x) { return norm(x - branch.points_m.front()); };
  const auto closest = std::min_element(p.points_m.begin(), p.points_m.end(),
                                        [&](const Vec3& a, const Vec3& b) { return far(a) < far(b); });
  const double start_m = p.abscissa_m[closest - p.points_m.begin()] + far(*closest);
  for (double& s : branch.abscissa_m) s += start_m;
  return branch;
}

}  // namespace

Phantom make_phantom(const PhantomSpec& spec) {
  Phantom made;
  const Grid grid = make_grid(spec.grid);
  made.image = {grid, std::vector<float>(grid.voxels())};
  made.truth = {grid, std::vector<std::uint8_t>(grid.voxels()), {}};
  for (std::size_t v = 0; v < spec.veins.size(); ++v) {
    made.truth.names[int(v) + 1] = spec.veins[v].tube.name;
    made.centerlines.branches.push_back(make_branch(spec, v, made.centerlines.branches));
  }
  const Anatomy anatomy = phantom::make_anatomy(spec);
  const int layers = (grid.size[2] + kBlock - 1) / kBlock;
  {
    Progress progress("phantom anatomy", layers, "layers");
    parallel_for(layers, progress, 0,
                 [&](int layer) { sample_layer(anatomy, spec.scanner.supersampling, layer, made); });
    progress.update(layers);
  }
  Progress progress("phantom scanner", 7.0 * grid.size[2], "slices");
  blur(made.image, spec.scanner.blur_fwhm_m, progress, 0);
  add_noise(made.image, spec.scanner, progress, 3.0 * grid.size[2]);
  progress.update(7.0 * grid.size[2]);
  return made;
}

}  // namespace soleus
