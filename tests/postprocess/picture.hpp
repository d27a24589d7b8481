// Looks at a PNG as a person would: how much of it is drawn, and in how many colours.
#pragma once

#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPNGReader.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string>

namespace soleus {

struct Picture {
  int width = 0, height = 0;
  double drawn = 0;                            // fraction of pixels that are not white
  double coloured = 0;                         // fraction of pixels that are not grey
  std::map<std::string, std::string> texts{};  // that the file carries
  int hues = 0;  // twelfths of the colour circle that at least 50 coloured pixels have
};

/// Hue in twelfths of the colour circle.
inline int hue(const std::array<int, 3>& rgb) {
  const auto [low, high] = std::minmax({rgb[0], rgb[1], rgb[2]});
  const double span = high - low;
  double h = high == rgb[0]   ? (rgb[1] - rgb[2]) / span
             : high == rgb[1] ? 2 + (rgb[2] - rgb[0]) / span
                              : 4 + (rgb[0] - rgb[1]) / span;
  if (h < 0) h += 6;
  return int(2 * h) % 12;
}

/// Of the part of the picture between the given fractions of its width.
inline Picture look_at(const std::filesystem::path& file, double from = 0, double to = 1) {
  vtkNew<vtkPNGReader> reader;
  reader->SetFileName(file.c_str());
  reader->Update();
  vtkImageData* image = reader->GetOutput();
  Picture p{.width = image->GetDimensions()[0], .height = image->GetDimensions()[1]};
  for (int n = 0; n < int(reader->GetNumberOfTextChunks()); ++n)
    p.texts[reader->GetTextKey(n)] = reader->GetTextValue(n);
  std::array<int, 12> count{};
  int pixels = 0, drawn = 0, coloured = 0;
  for (int j = 0; j < p.height; ++j)
    for (int i = int(from * p.width); i < int(to * p.width); ++i) {
      const auto* c = static_cast<unsigned char*>(image->GetScalarPointer(i, j, 0));
      const auto [low, high] = std::minmax({c[0], c[1], c[2]});
      ++pixels;
      drawn += low < 250;
      if (high - low > 40) {
        ++coloured;
        ++count[std::size_t(hue({c[0], c[1], c[2]}))];
      }
    }
  p.drawn = double(drawn) / pixels;
  p.coloured = double(coloured) / pixels;
  p.hues = int(std::count_if(count.begin(), count.end(), [](int n) { return n >= 50; }));
  return p;
}

}  // namespace soleus
