#include "segmentation/canvas.hpp"

#include <fmt/format.h>
#include <itkImageFileWriter.h>
#include <itkPNGImageIO.h>
#include <itkRGBPixel.h>

#include <algorithm>

#include "pipeline/base/errors.hpp"

namespace soleus::segmentation {
namespace {

/// Seven rows of five pixels, the leftmost pixel in bit 4.
struct Glyph {
  char letter;
  std::array<std::uint8_t, 7> rows;
};

constexpr std::array<Glyph, 24> font{{
    {'0', {14, 17, 19, 21, 25, 17, 14}}, {'1', {4, 12, 4, 4, 4, 4, 14}},
    {'2', {14, 17, 1, 2, 4, 8, 31}},     {'3', {31, 2, 4, 2, 1, 17, 14}},
    {'4', {2, 6, 10, 18, 31, 2, 2}},     {'5', {31, 16, 30, 1, 1, 17, 14}},
    {'6', {6, 8, 16, 30, 17, 17, 14}},   {'7', {31, 1, 2, 4, 8, 8, 8}},
    {'8', {14, 17, 17, 14, 17, 17, 14}}, {'9', {14, 17, 17, 15, 1, 2, 12}},
    {'-', {0, 0, 0, 31, 0, 0, 0}},       {'=', {0, 0, 31, 0, 31, 0, 0}},
    {'.', {0, 0, 0, 0, 0, 12, 12}},      {'R', {30, 17, 17, 30, 20, 18, 17}},
    {'L', {16, 16, 16, 16, 16, 16, 31}}, {'A', {14, 17, 17, 17, 31, 17, 17}},
    {'P', {30, 17, 17, 30, 16, 16, 16}}, {'H', {17, 17, 17, 31, 17, 17, 17}},
    {'F', {31, 16, 16, 30, 16, 16, 16}}, {'x', {0, 0, 17, 10, 4, 10, 17}},
    {'y', {0, 0, 17, 17, 15, 1, 14}},    {'z', {0, 0, 31, 2, 4, 8, 31}},
    {'m', {0, 0, 26, 21, 21, 17, 17}},   {' ', {0, 0, 0, 0, 0, 0, 0}},
}};

}  // namespace

void Canvas::set(int x, int y, Color color) {
  if (x >= 0 && y >= 0 && x < width_ && y < height_) pixels_[x + std::size_t(width_) * y] = color;
}

void Canvas::fill(int x, int y, int width, int height, Color color) {
  for (int b = 0; b < height; ++b)
    for (int a = 0; a < width; ++a) set(x + a, y + b, color);
}

void Canvas::text(int x, int y, std::string_view text, Color color) {
  constexpr int size = 2;
  for (const bool rim : {true, false})
    for (std::size_t n = 0; n < text.size(); ++n) {
      const auto glyph =
          std::find_if(font.begin(), font.end(), [&](const Glyph& g) { return g.letter == text[n]; });
      if (glyph == font.end()) continue;
      for (int row = 0; row < 7; ++row)
        for (int column = 0; column < 5; ++column) {
          if (!(glyph->rows[row] >> (4 - column) & 1)) continue;
          const int px = x + int(n) * 6 * size + column * size, py = y + row * size;
          if (rim)
            fill(px - 1, py - 1, size + 2, size + 2, {0, 0, 0});
          else
            fill(px, py, size, size, color);
        }
    }
}

void Canvas::save(const std::filesystem::path& png) const {
  using Picture = itk::Image<itk::RGBPixel<std::uint8_t>, 2>;
  auto picture = Picture::New();
  picture->SetRegions(Picture::SizeType{{unsigned(width_), unsigned(height_)}});
  picture->Allocate();
  for (std::size_t n = 0; n < pixels_.size(); ++n)
    for (int c = 0; c < 3; ++c) picture->GetBufferPointer()[n][c] = pixels_[n][c];
  auto writer = itk::ImageFileWriter<Picture>::New();
  writer->SetImageIO(itk::PNGImageIO::New());
  writer->SetInput(picture);
  writer->SetFileName(png.string());
  try {
    writer->Update();
  } catch (const itk::ExceptionObject& error) {
    throw ResourceError(fmt::format("Cannot write '{}': {}", png.string(), error.GetDescription()));
  }
}

}  // namespace soleus::segmentation
