#include "segmentation/overlay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/base/statistics.hpp"
#include "segmentation/canvas.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {
namespace {

constexpr Color contour_color{255, 70, 40}, text_color{255, 225, 120};

/// Grid axis and sense that runs along each patient axis x, y, z (the nearest; volumes are seldom oblique).
struct Orientation {
  std::array<int, 3> axis{};
  std::array<bool, 3> reversed{};

  explicit Orientation(const Grid& grid) {
    for (int patient = 0; patient < 3; ++patient) {
      int best = -1;
      for (int a = 0; a < 3; ++a) {
        const bool taken = std::find(axis.begin(), axis.begin() + patient, a) != axis.begin() + patient;
        if (!taken && (best < 0 || std::abs(grid.axes[a][patient]) > std::abs(grid.axes[best][patient])))
          best = a;
      }
      axis[patient] = best;
      reversed[patient] = grid.axes[best][patient] < 0;
    }
  }
  int size(const Grid& g, int patient) const { return g.size[axis[patient]]; }
  std::size_t index(const Grid& g, std::array<int, 3> at) const {
    std::array<int, 3> ijk{};
    for (int p = 0; p < 3; ++p) ijk[axis[p]] = reversed[p] ? g.size[axis[p]] - 1 - at[p] : at[p];
    return g.index(ijk[0], ijk[1], ijk[2]);
  }
  /// Coordinate [m] along a patient axis of slice n.
  double position(const Grid& g, int patient, int n) const {
    std::array<double, 3> ijk{};
    for (int a = 0; a < 3; ++a) ijk[a] = 0.5 * (g.size[a] - 1);
    ijk[axis[patient]] = reversed[patient] ? g.size[axis[patient]] - 1 - n : n;
    return g.point(ijk[0], ijk[1], ijk[2])[patient];
  }
};

/// A plane seen by a radiologist: patient axes to the right and down the picture, and across it.
struct View {
  std::string_view name, edges;  // letters at the left, right, top and bottom edge
  int right, down, across;
  bool flip_down;  // head up
};
constexpr View axial{"axial", "RLAP", 0, 1, 2, false};
constexpr View coronal{"coronal", "RLHF", 0, 2, 1, true};
constexpr View sagittal{"sagittal", "APHF", 1, 2, 0, true};

/// Grey values and label occupancy of a slice or a projection.
struct Plane {
  int width = 0, height = 0;
  std::vector<float> grey, label;
};

struct Scene {
  const Image& image;
  const Labels& labels;
  Orientation orientation;
  float black = 0, white = 1;
};

/// `first` to `last` across the view, by the maximum.
Plane project(const Scene& scene, const Field& values, const View& view, int first, int last) {
  const Grid& g = scene.image.grid;
  const Orientation& o = scene.orientation;
  Plane plane{.width = o.size(g, view.right), .height = o.size(g, view.down), .grey = {}, .label = {}};
  for (int b = 0; b < plane.height; ++b)
    for (int a = 0; a < plane.width; ++a) {
      std::array<int, 3> at{};
      at[view.right] = a, at[view.down] = view.flip_down ? plane.height - 1 - b : b;
      float grey = -1e30f, label = 0;
      for (at[view.across] = first; at[view.across] <= last; ++at[view.across]) {
        const std::size_t v = o.index(g, at);
        grey = std::max(grey, values[v]);
        label = std::max(label, scene.labels.values[v] ? 1.f : 0.f);
      }
      plane.grey.push_back(grey), plane.label.push_back(label);
    }
  return plane;
}

float bilinear(const std::vector<float>& f, const Plane& p, double x, double y) {
  const int i = std::clamp(int(std::floor(x)), 0, p.width - 1),
            j = std::clamp(int(std::floor(y)), 0, p.height - 1);
  const int i1 = std::min(i + 1, p.width - 1), j1 = std::min(j + 1, p.height - 1);
  const float u = float(std::clamp(x - i, 0.0, 1.0)), v = float(std::clamp(y - j, 0.0, 1.0));
  const auto at = [&](int a, int b) { return f[a + std::size_t(p.width) * b]; };
  return (1 - v) * ((1 - u) * at(i, j) + u * at(i1, j)) + v * ((1 - u) * at(i, j1) + u * at(i1, j1));
}

struct Panel {
  int x, y, width, height;
  double zoom;  // pixels per voxel
};

/// Pixels where the smoothly magnified label map passes one half.
void draw_contour(Canvas& canvas, const Panel& panel, const Plane& plane) {
  const auto inside = [&](int a, int b) {
    return bilinear(plane.label, plane, (a + 0.5) / panel.zoom - 0.5, (b + 0.5) / panel.zoom - 0.5) >= 0.5f;
  };
  for (int b = 0; b < panel.height; ++b)
    for (int a = 0; a < panel.width; ++a)
      if (inside(a, b) && (!inside(a - 1, b) || !inside(a + 1, b) || !inside(a, b - 1) || !inside(a, b + 1)))
        canvas.set(panel.x + a, panel.y + b, contour_color);
}

void draw_grey(Canvas& canvas, const Panel& panel, const Plane& plane, const Scene& scene) {
  for (int b = 0; b < panel.height; ++b)
    for (int a = 0; a < panel.width; ++a) {
      const float grey =
          bilinear(plane.grey, plane, (a + 0.5) / panel.zoom - 0.5, (b + 0.5) / panel.zoom - 0.5);
      const float level = std::clamp((grey - scene.black) / (scene.white - scene.black), 0.f, 1.f);
      const auto shade = std::uint8_t(255 * level);
      canvas.set(panel.x + a, panel.y + b, {shade, shade, shade});
    }
}

void annotate(Canvas& canvas, const Panel& p, const View& view, double pixel_m, const std::string& title) {
  const auto letter = [&](int x, int y, int n) { canvas.text(x, y, view.edges.substr(n, 1), text_color); };
  letter(p.x + 5, p.y + p.height / 2 - 7, 0);
  letter(p.x + p.width - 16, p.y + p.height / 2 - 7, 1);
  letter(p.x + p.width / 2 - 5, p.y + 5, 2);
  letter(p.x + p.width / 2 - 5, p.y + p.height - 20, 3);
  canvas.text(p.x + 5, p.y + 5, title, text_color);
  const int bar = int(0.02 / pixel_m);
  canvas.fill(p.x + 8, p.y + p.height - 12, bar, 4, text_color);
  canvas.text(p.x + 8, p.y + p.height - 30, "20 mm", text_color);
}

/// Panels of equal size side by side, in rows.
struct Sheet {
  Canvas canvas;
  int columns;
  double zoom;
  int panel_width, panel_height;
};

Sheet make_sheet(const Scene& scene, const View& view, int panels, int columns, int pixels_high) {
  constexpr int gap = 4;
  const int w = scene.orientation.size(scene.image.grid, view.right),
            h = scene.orientation.size(scene.image.grid, view.down);
  const double zoom = std::clamp(double(pixels_high) / h, 0.5, 8.0);
  const int pw = int(w * zoom), ph = int(h * zoom), rows = (panels + columns - 1) / columns;
  return {Canvas(columns * (pw + gap) - gap, rows * (ph + gap) - gap), columns, zoom, pw, ph};
}

Panel panel_of(const Sheet& s, int n) {
  return {n % s.columns * (s.panel_width + 4), n / s.columns * (s.panel_height + 4), s.panel_width,
          s.panel_height, s.zoom};
}

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

/// Grey window around the vessels and what lies about them.
void set_window(Scene& scene) {
  std::vector<float> vessel, other;
  for (std::size_t v = 0; v < scene.image.values.size(); ++v)
    (scene.labels.values[v] ? vessel : other).push_back(scene.image.values[v]);
  if (vessel.empty() || other.empty()) return;
  const float blood = percentile(vessel, 0.5);
  std::erase_if(other, [&](float v) { return v < -300; });  // air in CT
  const float tissue = other.empty() ? 0 : percentile(other, 0.5);
  const float contrast = std::max(std::abs(blood - tissue), 1.f);
  scene.black = std::min(blood, tissue) - contrast;
  scene.white = std::max(blood, tissue) + 0.5f * contrast;
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
