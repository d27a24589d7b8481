// Line charts for print: white, units on the axes, colours that colour-blind readers can tell apart.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace soleus {

struct Curve {
  std::string name;
  std::vector<double> x, y;
  int color = 0;  // index into the palette; odd ones are dashed
};

/// The area between two curves, such as a range of percentiles.
struct Band {
  std::string name;
  std::vector<double> x, low, high;
  int color = 0;
};

/// A stretch of the x axis that is tinted, such as a contraction.
struct Interval {
  double from = 0, to = 0;
};

struct Chart {
  std::string title, x_label, y_label;
  std::vector<Curve> curves{};
  std::vector<Band> bands{};
  std::vector<Interval> tinted{};
  std::string tint_name{};
  std::vector<double> rules{};                 // thin vertical lines, such as the borders of cycles
  std::string note{};                          // one line under the title
  bool from_zero = false;                      // the y axis starts at 0
  std::map<std::string, std::string> texts{};  // not drawn: text chunks of the file
};

/// A name as it reads in a legend: popliteal_outlet -> popliteal outlet.
inline std::string legend(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// Writes a PNG of 1600 x 900. Needs a display (OffscreenDisplay), else VTK aborts. Throws ResourceError.
void draw(const Chart& chart, const std::filesystem::path& file);

}  // namespace soleus
