#include <vtkAxis.h>
#include <vtkBrush.h>
#include <vtkChartLegend.h>
#include <vtkChartXY.h>
#include <vtkContextScene.h>
#include <vtkContextView.h>
#include <vtkDoubleArray.h>
#include <vtkNew.h>
#include <vtkPen.h>
#include <vtkPlotArea.h>
#include <vtkPlotLine.h>
#include <vtkTable.h>
#include <vtkTextProperty.h>
#include <vtkVector.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "postprocess/chart.hpp"
#include "postprocess/chart_view.hpp"

namespace soleus {

namespace {

constexpr int width = chart_width, height = chart_height, oversampling = chart_oversampling;

using Rgb = std::array<unsigned char, 3>;
/// Okabe & Ito, Color Universal Design (2008), the yellow left out: unreadable as a line on white.
constexpr std::array<Rgb, 7> palette{
    {{0, 114, 178}, {213, 94, 0}, {0, 158, 115}, {204, 121, 167}, {86, 180, 233}, {230, 159, 0}, {0, 0, 0}}};
constexpr Rgb tint{120, 120, 120}, grid{215, 215, 215}, ink{40, 40, 40};

Rgb color_of(int index) {
  return palette[std::size_t(index) % palette.size()];
}

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  void add(const std::vector<double>& values) {
    for (const double v : values)
      if (std::isfinite(v)) {
        low = std::min(low, v);
        high = std::max(high, v);
      }
  }
};

/// Widens the range to multiples of 1, 2 or 5 times a power of ten, about six of them. Returns the step.
double widen(Range& r) {
  if (!(r.low <= r.high)) r = {0, 1};
  if (r.high - r.low < 1e-9 * std::max(std::abs(r.low), std::abs(r.high)) || r.high == r.low) {
    const double around = r.high == 0 ? 1 : 0.5 * std::abs(r.high);
    r = {r.low - around, r.high + around};
  }
  const double raw = (r.high - r.low) / 6, power = std::pow(10, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * power >= raw) step = factor * power;
  r.low = step * std::floor(r.low / step + 1e-9);
  r.high = step * std::ceil(r.high / step - 1e-9);
  return step;
}

vtkSmartPointer<vtkTable> table(const std::vector<std::vector<double>>& columns) {
  auto t = vtkSmartPointer<vtkTable>::New();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    vtkNew<vtkDoubleArray> array;
    array->SetName(std::to_string(c).c_str());
    for (const double v : columns[c]) array->InsertNextValue(v);
    t->AddColumn(array);
  }
  return t;
}

void add_area(vtkChartXY& chart, const Band& band, Rgb color, unsigned char opacity, bool in_legend) {
  vtkNew<vtkPlotArea> area;
  area->SetInputData(table({band.x, band.low, band.high}));
  area->SetInputArray(0, "0");
  area->SetInputArray(1, "1");
  area->SetInputArray(2, "2");
  area->SetColor(color[0], color[1], color[2], opacity);
  area->GetBrush()->SetColor(color[0], color[1], color[2], opacity);
  area->SetLabel(" " + band.name);
  area->SetLegendVisibility(in_legend);
  chart.AddPlot(area);
}

vtkPlotLine* add_line(vtkChartXY& chart, const std::vector<double>& x, const std::vector<double>& y,
                      Rgb color) {
  vtkNew<vtkPlotLine> line;
  line->SetInputData(table({x, y}), 0, 1);
  line->SetColor(color[0], color[1], color[2], 255);
  chart.AddPlot(line);
  return line;
}

void style_axis(vtkAxis& axis, const std::string& title, const Range& range, double step) {
  axis.SetTitle(title);
  style_text(*axis.GetTitleProperties(), 22, false);
  style_text(*axis.GetLabelProperties(), 20, false);
  axis.SetBehavior(vtkAxis::FIXED);
  const double rounding = 1e-6 * step;  // else the axis drops a tick on its end
  axis.SetRange(range.low - rounding, range.high + rounding);
  vtkNew<vtkDoubleArray> ticks;
  const double first = std::ceil(range.low / step - 1e-6), last = std::floor(range.high / step + 1e-6);
  for (double n = first; n <= last; ++n) ticks->InsertNextValue(n == 0 ? 0 : n * step);
  // Labels of all ticks with the digits the step needs.
  axis.SetNotation(vtkAxis::FIXED_NOTATION);
  axis.SetPrecision(std::max(0, int(-std::floor(std::log10(step) + 1e-9))));
  axis.SetCustomTickPositions(ticks);
  axis.SetTickLength(6.0f * oversampling);
  axis.SetLabelOffset(9.0f * oversampling);
  axis.GetPen()->SetWidth(1.5f * oversampling);
  axis.GetPen()->SetColor(ink[0], ink[1], ink[2]);
  axis.GetGridPen()->SetWidth(1.0f * oversampling);
  axis.GetGridPen()->SetColor(grid[0], grid[1], grid[2]);
}

void style_legend(vtkChartLegend& legend) {
  legend.SetInline(false);
  legend.SetHorizontalAlignment(vtkChartLegend::RIGHT);
  legend.SetVerticalAlignment(vtkChartLegend::TOP);
  legend.SetLabelSize(20 * oversampling);
  legend.SetSymbolWidth(40 * oversampling);
  style_text(*legend.GetLabelProperties(), 20, false);
  legend.GetPen()->SetColorF(1, 1, 1);
  legend.GetBrush()->SetColor(255, 255, 255, 255);
}

void compose(vtkChartXY& plot, const Chart& chart) {
  Range x, y;
  for (const Curve& c : chart.curves) {
    x.add(c.x);
    y.add(c.y);
  }
  for (const Band& b : chart.bands) {
    x.add(b.x);
    y.add(b.low);
    y.add(b.high);
  }
  const double headroom = 0.03 * (y.high - y.low);
  y.low -= headroom;
  y.high += headroom;
  if (chart.from_zero) y.low = 0;
  const Range drawn = x;
  const double x_step = widen(x), y_step = widen(y);
  if (drawn.low < drawn.high) x = drawn;  // time ends where the run ends
  x.low = x_step * std::floor(x.low / x_step + 1e-9);

  bool first = true;
  for (const Interval& i : chart.tinted) {
    const double middle = 0.5 * (i.from + i.to);
    add_area(plot, {chart.tint_name, {i.from, middle, i.to}, {y.low, y.low, y.low}, {y.high, y.high, y.high}},
             tint, 40, first);
    first = false;
  }
  for (const double at : chart.rules) {
    vtkPlotLine* rule = add_line(plot, {at, at}, {y.low, y.high}, {150, 150, 150});
    rule->SetWidth(1.5f * oversampling);
    rule->GetPen()->SetLineType(vtkPen::DASH_LINE);
    rule->SetLegendVisibility(false);
  }
  for (const Band& b : chart.bands) add_area(plot, b, color_of(b.color), 70, true);
  // Every other curve is dashed and drawn over the others: curves that lie on each other stay visible.
  for (const bool dashed : {false, true})
    for (const Curve& c : chart.curves) {
      if ((c.color % 2 == 1) != dashed) continue;
      vtkPlotLine* line = add_line(plot, c.x, c.y, color_of(c.color));
      line->SetWidth(3.0f * oversampling);
      line->SetLabel(" " + c.name);
      line->GetPen()->SetLineType(dashed ? vtkPen::DASH_LINE : vtkPen::SOLID_LINE);
    }
  // The blank lines are the only way to keep the titles clear of the tick labels.
  style_axis(*plot.GetAxis(vtkAxis::BOTTOM), " \n" + chart.x_label, x, x_step);
  style_axis(*plot.GetAxis(vtkAxis::LEFT), chart.y_label + "\n ", y, y_step);
  plot.SetTitle(chart.title + "\n" + (chart.note.empty() ? " " : chart.note));
  style_text(*plot.GetTitleProperties(), 24, true);
  plot.SetShowLegend(true);
  style_legend(*plot.GetLegend());
}

}  // namespace

void draw(const Chart& chart, const std::filesystem::path& file) {
  vtkNew<vtkContextView> view;
  prepare(*view);
  vtkNew<vtkChartXY> plot;
  compose(*plot, chart);
  plot->SetAutoSize(false);
  constexpr float margin = 20 * oversampling;
  plot->SetSize(
      vtkRectf(margin, margin, width * oversampling - 2 * margin, height * oversampling - 2 * margin));
  view->GetScene()->AddItem(plot);
  write_png(*view, chart.texts, file);
}

}  // namespace soleus
