#include "segmentation/phantom.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

#include "segmentation/parallel_slices.hpp"
#include "segmentation/phantom_anatomy.hpp"
#include "segmentation/phantom_motion.hpp"
#include "segmentation/phantom_scanner.hpp"

namespace soleus {

namespace {

using phantom::Anatomy, phantom::Contraction, phantom::ContractionNear, phantom::Curve;
using phantom::Neighbourhood, phantom::Place;

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

/// The anatomy near a block of voxels, seen through the motion of a contraction if there is one.
class Scene {
 public:
  Scene(const Anatomy& anatomy, const Contraction* contraction, const Vec3& center, double reach_m) {
    if (contraction) motion_.emplace(*contraction, center, reach_m);
    const double moved_m = motion_ ? motion_->most_moved_m() : 0;
    near_.emplace(anatomy, motion_ ? motion_->backward(center) : center, reach_m + 2 * moved_m);
  }
  Place at(const Vec3& x) const {
    if (!motion_) return near_->at(x);
    Place place = near_->at(motion_->backward(x));
    place.clearance_m /= motion_->most_stretched();
    return place;
  }

 private:
  std::optional<ContractionNear> motion_;
  std::optional<Neighbourhood> near_;
};

/// The mean over n^3 places of the voxel around `center`, one place where nothing changes within it.
Voxel sample(const Scene& scene, const Vec3& center, const Vec3& spacing, int n) {
  const Place middle = scene.at(center);
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
        const Place place = scene.at(center + d);
        hu += place.hu;
        ++count[place.vein];
        inside += place.vein > 0;
      }
  const int all = n * n * n;
  const auto most = std::max_element(count.begin() + 1, count.end()) - count.begin();
  return {float(hu / all), std::uint8_t(2 * inside >= all ? most : 0)};
}

/// What a scanner is put before: the leg at rest, or contracted.
struct Subject {
  const PhantomSpec& spec;
  const Anatomy& anatomy;
  const Contraction* contraction = nullptr;
};

/// Fills the voxels of one layer of blocks.
void sample_layer(const Subject& subject, int layer, Image& image, Labels& truth) {
  const Grid& grid = image.grid;
  const auto [nx, ny, nz] = grid.size;
  const int k0 = layer * kBlock, k1 = std::min(nz, k0 + kBlock);
  for (int j0 = 0; j0 < ny; j0 += kBlock)
    for (int i0 = 0; i0 < nx; i0 += kBlock) {
      const int i1 = std::min(nx, i0 + kBlock), j1 = std::min(ny, j0 + kBlock);
      const double middle = 0.5 * (kBlock - 1), reach_m = 0.5 * kBlock * norm(grid.spacing_m);
      const Scene scene(subject.anatomy, subject.contraction,
                        grid.point(i0 + middle, j0 + middle, k0 + middle), reach_m);
      for (int k = k0; k < k1; ++k)
        for (int j = j0; j < j1; ++j)
          for (int i = i0; i < i1; ++i) {
            const Voxel v =
                sample(scene, grid.point(i, j, k), grid.spacing_m, subject.spec.scanner.supersampling);
            image.values[grid.index(i, j, k)] = v.hu;
            truth.values[grid.index(i, j, k)] = v.vein;
          }
    }
}

/// The image of a subject and the veins in it.
ContractedPhantom scan(const Subject& subject, const PhantomScanner& scanner, const std::string& name) {
  const Grid grid = make_grid(subject.spec.grid);
  ContractedPhantom made{.image = {grid, std::vector<float>(grid.voxels())},
                         .truth = {grid, std::vector<std::uint8_t>(grid.voxels()), {}}};
  for (std::size_t v = 0; v < subject.spec.veins.size(); ++v)
    made.truth.names[int(v) + 1] = subject.spec.veins[v].tube.name;
  const int layers = (grid.size[2] + kBlock - 1) / kBlock;
  {
    Progress progress(name + " anatomy", layers, "layers");
    parallel_for(layers, progress, 0,
                 [&](int layer) { sample_layer(subject, layer, made.image, made.truth); });
    progress.update(layers);
  }
  Progress progress(name + " scanner", 7.0 * grid.size[2], "slices");
  blur(made.image, scanner.blur_fwhm_m, progress, 0);
  add_noise(made.image, scanner, progress, 3.0 * grid.size[2]);
  progress.update(7.0 * grid.size[2]);
  return made;
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
  const Anatomy anatomy = phantom::make_anatomy(spec);
  ContractedPhantom rest = scan({spec, anatomy}, spec.scanner, "phantom");
  made.image = std::move(rest.image), made.truth = std::move(rest.truth);
  for (std::size_t v = 0; v < spec.veins.size(); ++v)
    made.centerlines.branches.push_back(make_branch(spec, v, made.centerlines.branches));
  if (!spec.contracted) return made;
  made.motion = phantom::true_motion(spec, made.image.grid);
  for (std::size_t n = 0; n < spec.contracted->times_s.size(); ++n) {
    const Contraction contraction = phantom::make_contraction(spec, n);
    PhantomScanner scanner = spec.scanner;
    scanner.seed += int(n) + 1;  // another scan has other noise
    made.contracted.push_back(scan({spec, anatomy, &contraction}, scanner, "contracted phantom"));
  }
  return made;
}

}  // namespace soleus
