#include "postprocess/vein_map_plot.hpp"

#include <fmt/format.h>
#include <vtkAxis.h>
#include <vtkChartHistogram2D.h>
#include <vtkColorLegend.h>
#include <vtkColorTransferFunction.h>
#include <vtkContextScene.h>
#include <vtkContextView.h>
#include <vtkDoubleArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPen.h>
#include <vtkTextProperty.h>
#include <vtkVector.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "postprocess/chart_view.hpp"

namespace soleus {
namespace {

using Colors = std::vector<std::array<double, 3>>;
/// Matplotlib's viridis at equal distances, perceptually uniform and safe for colour-blind readers.
const Colors viridis{{0.267, 0.005, 0.329}, {0.283, 0.141, 0.458}, {0.254, 0.265, 0.530},
                     {0.207, 0.372, 0.553}, {0.164, 0.471, 0.558}, {0.128, 0.567, 0.551},
                     {0.135, 0.659, 0.518}, {0.267, 0.749, 0.441}, {0.478, 0.821, 0.318},
                     {0.741, 0.873, 0.150}, {0.993, 0.906, 0.144}};
/// From blue over white to orange: against and along the abscissa.
const Colors both_ways{
    {0.00, 0.30, 0.55}, {0.35, 0.65, 0.85}, {0.97, 0.97, 0.97}, {0.96, 0.70, 0.35}, {0.70, 0.30, 0.00}};

/// One of the three maps of a branch.
struct Panel {
  std::string title;
  std::vector<double> values;  // [times][stations of the branch]
  bool signed_values;
};

struct Part {
  std::vector<std::size_t> stations;
  std::vector<double> abscissa_mm, time_s;
};

Part part_of(const VeinMap& map, int branch) {
  Part p{.stations = {}, .abscissa_mm = {}, .time_s = map.time_s};
  for (std::size_t k = 0; k < map.stations(); ++k)
    if (map.branch[k] == branch) p.stations.push_back(k), p.abscissa_mm.push_back(1e3 * map.abscissa_m[k]);
  return p;
}

std::vector<double> values_of(const VeinMap& map, const Part& part, const std::vector<float>& of,
                              double unit) {
  std::vector<double> v;
  for (std::size_t t = 0; t < part.time_s.size(); ++t)
    for (const std::size_t k : part.stations) v.push_back(unit * double(of[t * map.stations() + k]));
  return v;
}

std::vector<Panel> panels_of(const VeinMap& map, const Part& part, int branch) {
  constexpr double mmhg = 1 / 133.322387415, ml_per_min = 6e7;
  std::vector<double> area = values_of(map, part, map.area_m2, 1);
  const std::vector<double> first(area.begin(), area.begin() + std::ptrdiff_t(part.stations.size()));
  for (std::size_t k = 0; k < area.size(); ++k) area[k] /= first[k % first.size()];
  return {{fmt::format("branch {}: area / area at the start", branch), std::move(area), false},
          {"pressure (mmHg)", values_of(map, part, map.pressure_pa, mmhg), false},
          {"flow along the abscissa (mL/min)", values_of(map, part, map.flow_m3_s, ml_per_min), true}};
}

/// 2nd and 98th percentile: what a switching muscle does for a moment would hide all else.
std::array<double, 2> range_of(const Panel& panel) {
  std::vector<double> sorted = panel.values;
  std::ranges::sort(sorted);
  const auto at = [&](double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  std::array<double, 2> r{at(0.02), at(0.98)};
  if (panel.signed_values) r = {-std::max(-r[0], r[1]), std::max(-r[0], r[1])};
  const double least = 1e-6 * std::max({std::abs(r[0]), std::abs(r[1]), 1e-9});
  if (r[1] - r[0] < least) r[0] -= least, r[1] += least;
  return r;
}

void style_axis(vtkAxis& axis, const std::string& title, double low, double high) {
  axis.SetTitle(title);
  style_text(*axis.GetTitleProperties(), 18, false);
  style_text(*axis.GetLabelProperties(), 16, false);
  axis.SetBehavior(vtkAxis::FIXED);
  axis.SetRange(low, high);
  axis.GetGridPen()->SetOpacity(0);
}

vtkSmartPointer<vtkColorTransferFunction> colors(const Panel& panel) {
  const auto [low, high] = range_of(panel);
  const Colors& from = panel.signed_values ? both_ways : viridis;
  auto f = vtkSmartPointer<vtkColorTransferFunction>::New();
  for (std::size_t k = 0; k < from.size(); ++k)
    f->AddRGBPoint(low + (high - low) * double(k) / double(from.size() - 1), from[k][0], from[k][1],
                   from[k][2]);
  return f;
}

vtkSmartPointer<vtkChartHistogram2D> chart(const Panel& panel, const Part& part, vtkImageData& image) {
  const int times = static_cast<int>(part.time_s.size()), places = static_cast<int>(part.stations.size());
  const double step_s = times > 1 ? (part.time_s.back() - part.time_s.front()) / (times - 1) : 1,
               step_mm = (part.abscissa_mm.back() - part.abscissa_mm.front()) / (places - 1);
  image.SetDimensions(times, places, 1);
  image.SetOrigin(part.time_s.front(), part.abscissa_mm.front(), 0);
  image.SetSpacing(step_s, step_mm, 1);
  image.AllocateScalars(VTK_DOUBLE, 1);
  for (int k = 0; k < places; ++k)
    for (int t = 0; t < times; ++t)
      *static_cast<double*>(image.GetScalarPointer(t, k, 0)) =
          panel.values[std::size_t(t) * std::size_t(places) + std::size_t(k)];
  auto c = vtkSmartPointer<vtkChartHistogram2D>::New();
  c->SetInputData(&image);
  c->SetTransferFunction(colors(panel));
  for (unsigned k = 0; k < c->GetNumberOfItems(); ++k)
    if (auto* legend = vtkColorLegend::SafeDownCast(c->GetItem(k)))
      for (unsigned n = 0; n < legend->GetNumberOfItems(); ++n)
        if (auto* axis = vtkAxis::SafeDownCast(legend->GetItem(n)))
          style_text(*axis->GetLabelProperties(), 15, false);
  c->SetTitle(panel.title);
  style_text(*c->GetTitleProperties(), 19, true);
  style_axis(*c->GetAxis(vtkAxis::BOTTOM), "time (s)", part.time_s.front(), part.time_s.back());
  style_axis(*c->GetAxis(vtkAxis::LEFT), "abscissa (mm)", part.abscissa_mm.front(), part.abscissa_mm.back());
  return c;
}

}  // namespace

std::vector<int> branches_to_draw(const VeinMap& map, std::size_t most) {
  std::map<int, std::array<double, 2>> reach;
  for (std::size_t k = 0; k < map.stations(); ++k) {
    auto [at, fresh] = reach.try_emplace(map.branch[k], std::array{map.abscissa_m[k], map.abscissa_m[k]});
    at->second = {std::min(at->second[0], map.abscissa_m[k]), std::max(at->second[1], map.abscissa_m[k])};
  }
  std::vector<int> all;
  for (const auto& [branch, from_to] : reach) all.push_back(branch);
  std::ranges::stable_sort(all, std::greater{}, [&](int b) { return reach[b][1] - reach[b][0]; });
  all.resize(std::min(all.size(), most));
  return all;
}

void draw(const VeinMap& map, int branch, const std::map<std::string, std::string>& texts,
          const std::filesystem::path& file) {
  const Part part = part_of(map, branch);
  const std::vector<Panel> panels = panels_of(map, part, branch);
  vtkNew<vtkContextView> view;
  prepare(*view);
  constexpr float margin = 15 * chart_oversampling, each = (chart_width * chart_oversampling - margin) / 3.0F;
  std::vector<vtkSmartPointer<vtkImageData>> images;
  for (std::size_t n = 0; n < panels.size(); ++n) {
    images.push_back(vtkSmartPointer<vtkImageData>::New());
    const auto c = chart(panels[n], part, *images.back());
    c->SetAutoSize(false);
    c->SetSize(vtkRectf(margin + each * static_cast<float>(n), margin, each - margin,
                        chart_height * chart_oversampling - 2 * margin));
    view->GetScene()->AddItem(c);
  }
  write_png(*view, texts, file);
}

}  // namespace soleus
