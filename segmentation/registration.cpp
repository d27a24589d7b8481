// Contracted images -> motion. README.md tells why each step is there.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "pipeline/base/progress.hpp"
#include "segmentation/motion_quality.hpp"
#include "segmentation/overlay.hpp"
#include "segmentation/part.hpp"
#include "segmentation/segmentation.hpp"
#include "segmentation/trilinear.hpp"
#include "segmentation/working_volume.hpp"

namespace soleus {
namespace {

using namespace segmentation;

constexpr double beyond_m = 15e-3;  // how far from the box at rest a place may have moved
constexpr int smallest_size = 8;    // voxels of the box on the coarsest level
constexpr int affine_steps = 50;

/// `grid` from voxel `first` on, which may lie outside of it.
Grid grid_from(const Grid& grid, const std::array<int, 3>& first, const std::array<int, 3>& last) {
  return part_of(grid, {first, last}).grid;
}

/// The box around voxels and `margin` more on each side.
Box around(const Grid& grid, const Mask& mask, int margin) {
  Box box{grid.size, {-1, -1, -1}};
  for (std::size_t v = 0; v < mask.size(); ++v) {
    if (!mask[v]) continue;
    const std::array<int, 3> at = voxel_of(grid, v);
    for (int a = 0; a < 3; ++a)
      box.first[a] = std::min(box.first[a], at[a]), box.last[a] = std::max(box.last[a], at[a]);
  }
  for (int a = 0; a < 3; ++a) box.first[a] -= margin, box.last[a] += margin;
  return box;
}

/// Labels seen on another grid of the same voxels.
Mask lumen_on(const Grid& grid, const Labels& labels) {
  Mask out(grid.voxels());
  for (std::size_t v = 0; v < out.size(); ++v) {
    const auto [i, j, k] = voxel_of(grid, v);
    const Vec3 x = grid.point(i, j, k);
    out[v] = covers(labels.grid, x) && labels.values[voxel_at(labels.grid, x)] != 0;
  }
  return out;
}

Mask covered(const Grid& grid, const Grid& by) {
  Mask out(grid.voxels());
  for (std::size_t v = 0; v < out.size(); ++v) {
    const auto [i, j, k] = voxel_of(grid, v);
    out[v] = covers(by, grid.point(i, j, k));
  }
  return out;
}

Mask within(const Grid& grid, const Mask& lumen, double margin_m) {
  const Field distance = signed_distance(grid, lumen);
  Mask out(lumen.size());
  for (std::size_t v = 0; v < out.size(); ++v) out[v] = distance[v] <= margin_m;
  return out;
}

float darkest(const Image& image) {
  return *std::min_element(image.values.begin(), image.values.end());
}

/// Where and what is registered.
struct Neighbourhood {
  Grid box;    // around the veins at rest
  Box voxels;  // of the labels' grid
  int levels;
  ImagePair pair;  // without the contracted image
  Grid seen;       // of the contracted image
};

Neighbourhood neighbourhood(const Image& rest, const Labels& labels, const RegistrationConfig& config) {
  Neighbourhood n;
  const double h = labels.grid.spacing_m.x;
  n.voxels = around(labels.grid, labels.values, int(std::ceil(config.margin_m / h)) + 1);
  n.box = grid_from(labels.grid, n.voxels.first, n.voxels.last);
  const int smallest = std::min({n.box.size[0], n.box.size[1], n.box.size[2]});
  n.levels = 1;
  while (n.levels < config.levels && (smallest - 1) >> n.levels >= smallest_size) ++n.levels;
  const int step = 1 << (n.levels - 1), pad = (int(std::ceil(beyond_m / h)) + step - 1) / step * step;
  std::array<int, 3> first{}, last{};
  for (int a = 0; a < 3; ++a) first[a] = -pad, last[a] = n.box.size[a] - 1 + pad;
  n.seen = grid_from(n.box, first, last);
  n.pair.size = n.box.size, n.pair.pad = {pad, pad, pad}, n.pair.seen_size = n.seen.size;
  n.pair.rest = resample_cubic(rest, n.box, darkest(rest)).values;
  n.pair.mask = within(n.box, lumen_on(n.box, labels), config.margin_m);
  const Mask known = covered(n.box, rest.grid);
  for (std::size_t v = 0; v < known.size(); ++v) n.pair.mask[v] &= known[v];
  return n;
}

Affine in_larger_voxels(Affine affine, double ratio) {
  affine.offset *= 1 / ratio;
  return affine;
}

struct Registered {
  RestToContracted map;
  Agreement agreement;
};

/// Affine, then demons, each from the coarsest level on.
Registered register_pair(const ImagePair& pair, int levels, double voxel_m, const RegistrationConfig& config,
                         const std::string& task) {
  const auto nothing = [](const Size& size) { return VectorField(3 * count(size)); };
  std::vector<ImagePair> pyramid;  // from fine to coarse
  for (int l = 0; l < levels; ++l) pyramid.push_back(coarser(pair, 1 << l));
  Registered out;
  const Warped before = warp(pair, {.affine = {}, .field = nothing(pair.size)});
  out.agreement.residual_before = before.residual, out.agreement.correlation_before = before.correlation;

  Progress progress(task, levels * (config.iterations + 1.0), "steps");
  RestToContracted map;
  for (int l = levels - 1; l >= 0; --l) {
    Affine start = in_larger_voxels(map.affine, 1 << l);  // kept in voxels of the finest level
    map = {.affine = start, .field = nothing(pyramid[l].size)};
    fit_affine(pyramid[l], map, affine_steps);
    map.affine.offset *= 1 << l;
    progress.update(levels - l);
  }
  map = {.affine = in_larger_voxels(map.affine, 1 << (levels - 1)), .field = nothing(pyramid.back().size)};
  for (int l = levels - 1; l >= 0; --l) {
    if (l < levels - 1) map = finer(map, pyramid[l + 1].size, pyramid[l].size, 2);
    const DemonsOptions options{.iterations = config.iterations,
                                .update_sigma = std::max(0.8, config.smoothing_m / (voxel_m * (1 << l)))};
    const int done = levels + (levels - 1 - l) * config.iterations;
    demons(pyramid[l], map, options, [&](int step) { progress.update(done + step); });
  }
  const Warped after = warp(pair, map);
  out.agreement.spread = after.spread;
  out.agreement.residual_after = after.residual, out.agreement.correlation_after = after.correlation;
  out.map = std::move(map);
  return out;
}

/// The displacement [m, LPS] of a place given in voxels of the box.
Vec3 displacement_m(const Neighbourhood& n, const RestToContracted& map, const Vec3& at) {
  const Vec3 u = map.affine(at + Trilinear(n.pair.size, at).vector(map.field)) - at;
  const Grid& g = n.box;
  return g.axes[0] * (u.x * g.spacing_m.x) + g.axes[1] * (u.y * g.spacing_m.y) +
         g.axes[2] * (u.z * g.spacing_m.z);
}

/// The grid of the motion: around the lumen at rest and in all frames.
Grid motion_grid(const Neighbourhood& n, const Labels& labels, const std::vector<RestToContracted>& maps,
                 double margin_m) {
  const int margin = int(std::ceil(margin_m / n.box.spacing_m.x)) + 1;
  Box box = around(n.box, lumen_on(n.box, labels), margin);
  const Mask lumen = lumen_on(n.box, labels);
  for (const RestToContracted& map : maps)
    for (std::size_t v = 0; v < lumen.size(); ++v) {
      if (!lumen[v]) continue;
      const auto [i, j, k] = voxel_of(n.box, v);
      const Vec3 y = map.affine(Vec3{double(i), double(j), double(k)} + vector_of(map.field, v));
      for (int a = 0; a < 3; ++a) {
        box.first[a] = std::min(box.first[a], int(std::floor(y[a])) - margin);
        box.last[a] = std::max(box.last[a], int(std::ceil(y[a])) + margin);
      }
    }
  return grid_from(n.box, box.first, box.last);
}

DisplacementFrame frame_of(const Neighbourhood& n, const RestToContracted& map, const Grid& grid,
                           double time_s) {
  DisplacementFrame frame{.time_s = time_s, .backward_m = {}, .forward_m = VectorField(3 * grid.voxels())};
  parallel_for(std::size_t(grid.size[2]), 1, [&](std::size_t k) {
    for (int j = 0; j < grid.size[1]; ++j)
      for (int i = 0; i < grid.size[0]; ++i)
        set_vector(frame.forward_m, grid.index(i, j, int(k)),
                   displacement_m(n, map, n.box.continuous_index(grid.point(i, j, int(k)))));
  });
  frame.backward_m = inverse(grid, frame.forward_m);
  return frame;
}

std::string spans(const Grid& g) {
  Vec3 low{1e300, 1e300, 1e300}, high = -low;
  for (int corner = 0; corner < 8; ++corner) {
    const auto end = [&](int axis) { return corner >> axis & 1 ? g.size[axis] - 1 : 0; };
    const Vec3 p = g.point(end(0), end(1), end(2)) * 1e3;
    for (int a = 0; a < 3; ++a) low[a] = std::min(low[a], p[a]), high[a] = std::max(high[a], p[a]);
  }
  return fmt::format("x {:.1f} to {:.1f}, y {:.1f} to {:.1f}, z {:.1f} to {:.1f} mm", low.x, high.x, low.y,
                     high.y, low.z, high.z);
}

/// The contracted image, if it can be of the same leg in the same place.
Image read_contracted(const ContractedImageConfig& config, const std::string& key, const Image& rest,
                      const Labels& labels) {
  constexpr double enough = 0.95;  // of the veins
  Image image;
  try {
    image = read_image({.file = config.file, .phantom = {}, .series = config.series});
  } catch (const InputError& error) {  // what reads images knows one only
    const std::string text = error.what(), other = "image.file";
    throw InputError(text.starts_with(other) ? key + text.substr(other.size()) : text);
  }
  const std::string name = fmt::format("{}: '{}'", key, config.file.string());
  if (!std::all_of(image.values.begin(), image.values.end(), [](float v) { return std::isfinite(v); }))
    throw InputError(name + " has voxels that are not numbers; all grey values must be finite.");
  if (!image.frame_of_reference.empty() && !rest.frame_of_reference.empty() &&
      image.frame_of_reference != rest.frame_of_reference)
    throw InputError(
        fmt::format("{} has the DICOM frame of reference {}, the image at rest {}; both must be scans of one "
                    "patient in one "
                    "position (or export them as NIfTI, NRRD or MetaImage after aligning them).",
                    name, image.frame_of_reference, rest.frame_of_reference));
  double all = 0, there = 0;
  for (std::size_t v = 0; v < labels.values.size(); ++v) {
    if (!labels.values[v]) continue;
    const auto [i, j, k] = voxel_of(labels.grid, v);
    all += 1, there += covers(image.grid, labels.grid.point(i, j, k));
  }
  if (there < enough * all)
    throw InputError(
        fmt::format("{} covers {:.0f} % of the veins found in the image at rest, at least {:.0f} % are "
                    "needed; it spans {} "
                    "(LPS), the image at rest {}.",
                    name, 100 * there / all, 100 * enough, spans(image.grid), spans(rest.grid)));
  return image;
}

void save_picture(const ImagedMotion& motion, std::size_t frame, const Image& rest, const Image& contracted,
                  const Mask& lumen, const FrameQuality& quality, const std::filesystem::path& folder) {
  const Grid& g = motion.grid;
  const Labels labels{.grid = g, .values = lumen, .names = {}};
  const Labels now{.grid = g, .values = moved(g, motion.frames[frame].backward_m, lumen), .names = {}};
  save_motion_overlay({.rest = resample_linear(rest, g, darkest(rest)),
                       .labels = labels,
                       .contracted = resample_linear(contracted, g, darkest(contracted)),
                       .moved = now,
                       .place_m = quality.smallest_area_at_m},
                      folder / fmt::format("motion_{}.png", frame + 1));
}

}  // namespace

ImagedMotion register_motion(const ImageConfig& config, const Image& rest, const Labels& labels,
                             const std::filesystem::path& folder) {
  Neighbourhood near = neighbourhood(rest, labels, config.registration);
  std::vector<Image> images;  // near the veins
  std::vector<RestToContracted> maps;
  std::vector<Agreement> agreements;
  const auto key = [](std::size_t n) { return fmt::format("image.contracted[{}].file", n); };
  for (std::size_t n = 0; n < config.contracted.size(); ++n) {
    const ContractedImageConfig& given = config.contracted[n];
    const Image whole = read_contracted(given, key(n), rest, labels);
    near.pair.seen = covered(near.seen, whole.grid);
    images.push_back(resample_cubic(whole, near.seen, darkest(whole)));
    near.pair.contracted = images.back().values;
    Registered r = register_pair(near.pair, near.levels, near.box.spacing_m.x, config.registration,
                                 fmt::format("registration {} of {}", n + 1, config.contracted.size()));
    refuse_bad_registration(fmt::format("{}: '{}'", key(n), given.file.string()), r.agreement);
    maps.push_back(std::move(r.map)), agreements.push_back(r.agreement);
  }
  ImagedMotion motion{.period_s = config.cycle_s.value_or(0),
                      .grid = motion_grid(near, labels, maps, config.registration.margin_m),
                      .frames = {}};
  const Mask lumen = lumen_on(motion.grid, labels),
             mask = within(motion.grid, lumen, config.registration.margin_m);
  std::vector<FrameQuality> qualities;
  for (std::size_t n = 0; n < maps.size(); ++n) {
    const ContractedImageConfig& given = config.contracted[n];
    motion.frames.push_back(frame_of(near, maps[n], motion.grid, given.time_s));
    FrameQuality q = measure(motion, n, lumen, mask);
    q.image = given.file.filename().string(), q.agreement = agreements[n];
    refuse_folding(fmt::format("{}: '{}'", key(n), given.file.string()), q);
    spdlog::info("motion at {:g} s: lumen volume {:.3f} of that at rest, moved by {:.2f} mm at most",
                 q.time_s, q.volume_ratio, 1e3 * q.max_displacement_m);
    save_picture(motion, n, rest, images[n], lumen, q, folder);
    qualities.push_back(q);
  }
  save(qualities, motion, folder / "quality.json");
  return motion;
}

}  // namespace soleus
