#include <fmt/format.h>

#include "segmentation/overlay.hpp"
#include "segmentation/slice_picture.hpp"

namespace soleus::segmentation {

void save_motion_overlay(const MotionPicture& picture, const std::filesystem::path& file) {
  constexpr int columns = 3, pixels_high = 420;
  constexpr double apart_m = 8e-3;
  const Grid& grid = picture.rest.grid;
  Scene rest{.image = picture.rest, .labels = picture.labels, .orientation = Orientation(grid)};
  set_window(rest);
  Scene contracted{.image = picture.contracted, .labels = picture.moved, .orientation = rest.orientation};
  contracted.black = rest.black, contracted.white = rest.white;
  const int slices = rest.orientation.size(grid, axial.across);
  const auto height = [&](int n) { return rest.orientation.position(grid, axial.across, n); };
  const double step_m = slices > 1 ? std::abs(height(1) - height(0)) : 1;
  int middle = 0;
  for (int n = 1; n < slices; ++n)
    if (std::abs(height(n) - picture.place_m.z) < std::abs(height(middle) - picture.place_m.z)) middle = n;
  Sheet sheet = make_sheet(rest, axial, 2 * columns, columns, pixels_high);
  for (int column = 0; column < columns; ++column) {
    const int n = std::clamp(middle + (column - 1) * int(std::lround(apart_m / step_m)), 0, slices - 1);
    const Plane before = project(rest, picture.rest.values, axial, n, n);
    const Plane now = project(contracted, picture.contracted.values, axial, n, n);
    const std::string title = fmt::format("z = {:.0f} mm", 1e3 * height(n));
    const Panel upper = panel_of(sheet, column), lower = panel_of(sheet, columns + column);
    draw_grey(sheet.canvas, upper, before, rest);
    draw_contour(sheet.canvas, upper, before);
    annotate(sheet.canvas, upper, axial, grid.spacing_m.x / sheet.zoom, title + " rest");
    draw_grey(sheet.canvas, lower, now, contracted);
    draw_contour(sheet.canvas, lower, before, other_contour_color);
    draw_contour(sheet.canvas, lower, now);
    annotate(sheet.canvas, lower, axial, grid.spacing_m.x / sheet.zoom, title);
  }
  sheet.canvas.save(file);
}

}  // namespace soleus::segmentation
