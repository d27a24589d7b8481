#include "segmentation/overlay.hpp"

#include <fmt/format.h>

#include "segmentation/slice_picture.hpp"

namespace soleus::segmentation {
namespace {

/// Positions along a patient axis at equal steps through the labels' voxels.
std::vector<int> slices_through(const Scene& scene, const View& view, int wanted) {
  const Grid& g = scene.image.grid;
  std::vector<double> voxels(scene.orientation.size(g, view.across));
  const int nr = scene.orientation.size(g, view.right), nd = scene.orientation.size(g, view.down);
  double all = 0;
  for (int c = 0; c < int(voxels.size()); ++c)
    for (int b = 0; b < nd; ++b)
      for (int a = 0; a < nr; ++a) {
        std::array<int, 3> at{};
        at[view.right] = a, at[view.down] = b, at[view.across] = c;
        if (scene.labels.values[scene.orientation.index(g, at)]) ++voxels[c], ++all;
      }
  std::vector<int> slices;
  double below = 0;
  for (int c = 0; c < int(voxels.size()); ++c) {
    while (int(slices.size()) < wanted && below + voxels[c] > all * (slices.size() + 0.5) / wanted)
      slices.push_back(c);
    below += voxels[c];
  }
  return slices;
}

void save_slices(const Scene& scene, const View& view, int panels, int columns, int pixels_high,
                 const std::filesystem::path& folder) {
  const std::vector<int> slices = slices_through(scene, view, panels);
  Sheet sheet = make_sheet(scene, view, panels, columns, pixels_high);
  for (int n = 0; n < int(slices.size()); ++n) {
    const Plane plane = project(scene, scene.image.values, view, slices[n], slices[n]);
    const Panel panel = panel_of(sheet, n);
    draw_grey(sheet.canvas, panel, plane, scene);
    draw_contour(sheet.canvas, panel, plane);
    const double mm = 1e3 * scene.orientation.position(scene.image.grid, view.across, slices[n]);
    annotate(sheet.canvas, panel, view, scene.image.grid.spacing_m.x / sheet.zoom,
             fmt::format("{} = {:.0f} mm", "xyz"[view.across], mm));
  }
  sheet.canvas.save(folder / fmt::format("{}.png", view.name));
}

/// Each view twice: plain, and with the outline of the labels.
void save_mip(const Scene& scene, const Image& without_bone, const std::filesystem::path& folder) {
  constexpr int pixels_high = 1000;
  const Sheet front = make_sheet(scene, coronal, 2, 2, pixels_high),
              side = make_sheet(scene, sagittal, 2, 2, pixels_high);
  Canvas canvas(front.canvas.width() + 4 + side.canvas.width(),
                std::max(front.canvas.height(), side.canvas.height()));
  int x = 0;
  for (const auto& [view, sheet] : {std::pair{&coronal, &front}, std::pair{&sagittal, &side}}) {
    const int depth = scene.orientation.size(scene.image.grid, view->across);
    const Plane plane = project(scene, without_bone.values, *view, 0, depth - 1);
    for (int copy = 0; copy < 2; ++copy) {
      Panel panel = panel_of(*sheet, copy);
      panel.x += x;
      draw_grey(canvas, panel, plane, scene);
      if (copy == 1) draw_contour(canvas, panel, plane);
      annotate(canvas, panel, *view, scene.image.grid.spacing_m.x / sheet->zoom, "");
    }
    x += sheet->canvas.width() + 4;
  }
  canvas.save(folder / "mip.png");
}

}  // namespace

void save_overlays(const Image& image, const Image& without_bone, const Labels& labels,
                   const std::filesystem::path& folder) {
  Scene scene{.image = image, .labels = labels, .orientation = Orientation(image.grid)};
  set_window(scene);
  save_slices(scene, axial, 6, 3, 420, folder);
  save_slices(scene, coronal, 3, 3, 1000, folder);
  save_slices(scene, sagittal, 3, 3, 1000, folder);
  save_mip(scene, without_bone, folder);
}

}  // namespace soleus::segmentation
