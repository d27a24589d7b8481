#include "segmentation/slice_picture.hpp"

#include "pipeline/base/statistics.hpp"

namespace soleus::segmentation {
namespace {

float bilinear(const std::vector<float>& f, const Plane& p, double x, double y) {
  const int i = std::clamp(int(std::floor(x)), 0, p.width - 1),
            j = std::clamp(int(std::floor(y)), 0, p.height - 1);
  const int i1 = std::min(i + 1, p.width - 1), j1 = std::min(j + 1, p.height - 1);
  const float u = float(std::clamp(x - i, 0.0, 1.0)), v = float(std::clamp(y - j, 0.0, 1.0));
  const auto at = [&](int a, int b) { return f[a + std::size_t(p.width) * b]; };
  return (1 - v) * ((1 - u) * at(i, j) + u * at(i1, j)) + v * ((1 - u) * at(i, j1) + u * at(i1, j1));
}

}  // namespace

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

void draw_contour(Canvas& canvas, const Panel& panel, const Plane& plane, Color color) {
  const auto inside = [&](int a, int b) {
    return bilinear(plane.label, plane, (a + 0.5) / panel.zoom - 0.5, (b + 0.5) / panel.zoom - 0.5) >= 0.5f;
  };
  for (int b = 0; b < panel.height; ++b)
    for (int a = 0; a < panel.width; ++a)
      if (inside(a, b) && (!inside(a - 1, b) || !inside(a + 1, b) || !inside(a, b - 1) || !inside(a, b + 1)))
        canvas.set(panel.x + a, panel.y + b, color);
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

}  // namespace soleus::segmentation
