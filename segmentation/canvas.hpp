// A small RGB picture with text, written as PNG.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace soleus::segmentation {

using Color = std::array<std::uint8_t, 3>;

class Canvas {
 public:
  Canvas(int width, int height)
      : width_(width), height_(height), pixels_(std::size_t(width) * height, Color{}) {}

  int width() const { return width_; }
  int height() const { return height_; }
  /// Outside of the picture nothing happens.
  void set(int x, int y, Color color);
  void fill(int x, int y, int width, int height, Color color);
  /// Letters 10 x 14 pixels, upper left corner at (x, y), with a dark rim to be read on any grey.
  void text(int x, int y, std::string_view text, Color color);
  static int text_width(std::string_view text) { return int(text.size()) * 12; }
  void save(const std::filesystem::path& png) const;

 private:
  int width_, height_;
  std::vector<Color> pixels_;
};

}  // namespace soleus::segmentation
