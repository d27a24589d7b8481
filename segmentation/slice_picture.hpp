// Slices and projections of a volume as pictures, with outlines of labels: what overlays are made of.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "pipeline/base/artifacts/image.hpp"
#include "pipeline/base/artifacts/labels.hpp"
#include "segmentation/canvas.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

constexpr Color contour_color{255, 70, 40}, other_contour_color{70, 170, 255}, text_color{255, 225, 120};

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
Plane project(const Scene& scene, const Field& values, const View& view, int first, int last);

struct Panel {
  int x, y, width, height;
  double zoom;  // pixels per voxel
};

/// Pixels where the smoothly magnified label map passes one half.
void draw_contour(Canvas& canvas, const Panel& panel, const Plane& plane, Color color = contour_color);
void draw_grey(Canvas& canvas, const Panel& panel, const Plane& plane, const Scene& scene);
void annotate(Canvas& canvas, const Panel& p, const View& view, double pixel_m, const std::string& title);

/// Panels of equal size side by side, in rows.
struct Sheet {
  Canvas canvas;
  int columns;
  double zoom;
  int panel_width, panel_height;
};
Sheet make_sheet(const Scene& scene, const View& view, int panels, int columns, int pixels_high);
Panel panel_of(const Sheet& s, int n);

/// Grey window around the vessels and what lies about them.
void set_window(Scene& scene);

}  // namespace soleus::segmentation
