#include "meshing/valve_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/smooth_step.hpp"

namespace soleus {
namespace {

constexpr double pi = std::numbers::pi;
// A free edge this much longer than its chord spans the vein: the sinus is a little wider than round at the
// commissures, and a cusp must be able to move.
constexpr double slack = 1.05;
// Limits of the attachment's fullness: beyond 1 it is not lowest in the middle, below -0.5 nearly straight.
constexpr double least_fullness = -0.5, most_fullness = 1.0;

double mm(double m) {
  return 1e3 * m;
}
double degrees(double rad) {
  return rad * 180 / pi;
}

template <class Edit>
ValveShape with_cusps(ValveShape v, CuspChoice which, const Edit& edit) {
  for (std::size_t k = 0; k < v.cusps.size(); ++k)
    if (which == CuspChoice::both || v.cusps.size() == 1 || (which == CuspChoice::first) == (k == 0))
      edit(v.cusps[k]);
  return v;
}

std::vector<CuspShape> healthy_cusps(const VeinSize& vein, const LeafletProportions& p,
                                     const AggerProportions& agger) {
  const double d = vein.diameter_m, free_edge = p.cusps == 1 ? std::max(p.free_edge, monocusp_free_edge) * d
                                                             : p.free_edge * vein.span_m;
  return std::vector<CuspShape>(std::size_t(p.cusps), CuspShape{.height_m = p.height * d,
                                                                .free_edge_m = free_edge,
                                                                .coaptation_m = p.coaptation * d,
                                                                .thickness_m = p.thickness_m,
                                                                .agger_ratio = agger.thickness,
                                                                .agger_width_m = agger.width_m});
}

double span_at_commissures(const ValveShape& v) {
  return v.cusps.empty() ? v.span_m : v.span_m * calibre(v, v.cusps[0].height_m);
}
double shortest_free_edge(const ValveShape& v) {
  double shortest = 1e300;
  for (const CuspShape& c : v.cusps) shortest = std::min(shortest, c.free_edge_m);
  return shortest;
}

/// The least distance of the ends of two cusps at which their free edges still span the vein.
double taut_gap(const ValveShape& v) {
  const double d = span_at_commissures(v), span = shortest_free_edge(v) / slack;
  return v.cusps.size() < 2 || span >= d ? v.rest_gap_m
                                         : std::max(v.rest_gap_m, std::sqrt(d * d - span * span));
}

}  // namespace

ValveShape healthy_valve(const VeinSize& vein, double rest_gap_m, const ValveProportions& p) {
  return {.diameter_m = vein.diameter_m,
          .span_m = vein.span_m,
          .sinus_ratio = p.sinus.diameter,
          .sinus_length_m = p.sinus.length * vein.diameter_m,
          .sinus_in_lumen = p.sinus.in_lumen,
          .sinus_lobes = p.leaflet.cusps,
          .rest_gap_m = rest_gap_m,
          .commissure_gap_m = rest_gap_m,
          .commissural_angle_rad = p.leaflet.commissural_angle_rad,
          .calibre = {},
          .cusps = healthy_cusps(vein, p.leaflet, p.agger)};
}

ValveShape prolapsed(ValveShape v, double factor, CuspChoice which) {
  return with_cusps(std::move(v), which, [&](CuspShape& c) { c.free_edge_m *= factor; });
}

ValveShape torn(ValveShape v, double angle_rad, CuspChoice which) {
  return with_cusps(std::move(v), which, [&](CuspShape& c) { c.torn_rad = angle_rad; });
}

ValveShape shortened(ValveShape v, double part, CuspChoice which) {
  return with_cusps(std::move(v), which, [&](CuspShape& c) { c.retraction = part; });
}

ValveShape thickened(ValveShape v, double factor, CuspChoice which) {
  return with_cusps(std::move(v), which, [&](CuspShape& c) { c.thickness_m *= factor; });
}

ValveShape dilated(ValveShape v, double ratio, double widening_m) {
  v.calibre.push_back({ratio, 0, v.sinus_length_m});
  v.commissure_gap_m = std::max(v.rest_gap_m + widening_m, taut_gap(v));
  return v;
}

ValveShape absent(ValveShape v) {
  v.cusps.clear();
  return v;
}

ValveShape internal_valvuloplasty(ValveShape v, double reefed) {
  return with_cusps(std::move(v), CuspChoice::both, [&](CuspShape& c) { c.free_edge_m *= 1 - reefed; });
}

ValveShape external_valvuloplasty(ValveShape v, double angle_factor) {
  v.commissural_angle_rad *= angle_factor;
  v.commissure_gap_m = v.rest_gap_m;
  const double d = span_at_commissures(v), span = shortest_free_edge(v) / slack;
  if (v.cusps.size() == 2 && d > span) v.calibre.push_back({span / d, 0, v.sinus_length_m});
  return v;
}

ValveShape banding(ValveShape v, double ratio, double length_m) {
  const double middle = v.cusps.empty() ? 0.5 * v.sinus_length_m : 0.5 * v.cusps[0].height_m;
  v.calibre.push_back({ratio, middle - 0.5 * length_m, middle + 0.5 * length_m});
  v.commissure_gap_m = taut_gap(v);
  return v;
}

ValveShape neovalve(ValveShape v, int cusps, double thickness_m) {
  const LeafletProportions p{.cusps = cusps, .thickness_m = thickness_m};
  v.cusps = healthy_cusps({v.diameter_m, v.span_m}, p, {});
  v.commissural_angle_rad = p.commissural_angle_rad;
  v.sinus_lobes = cusps;
  v.commissure_gap_m = taut_gap(v);
  return v;
}

ValveShape transplant(const ValveShape& v, double ratio) {
  ValveShape donor = healthy_valve({ratio * v.diameter_m, ratio * v.span_m}, v.rest_gap_m);
  donor.calibre.push_back({ratio, 0, donor.sinus_length_m});
  donor.diameter_m = v.diameter_m;  // its calibre counts from the vein that it is built into
  donor.span_m = v.span_m;
  donor.sinus_in_lumen = v.sinus_in_lumen;
  return donor;
}

double calibre(const ValveShape& v, double z_m) {
  double factor = 1;
  const double fade = 0.5 * v.diameter_m;
  for (const CalibreChange& c : v.calibre)
    factor *=
        1 + (c.ratio - 1) * smooth_step((z_m - c.from_m) / fade + 1) * smooth_step((c.to_m - z_m) / fade + 1);
  return factor;
}

double chord_m(const ValveShape& v, const CuspShape& c) {
  const double wider = calibre(v, c.height_m), span = v.span_m * wider;
  if (v.cusps.size() == 1)
    return 0.5 * pi * v.diameter_m * wider - 2 * v.rest_gap_m;  // along the opposite wall
  return std::sqrt(std::max(0.0, span * span - v.commissure_gap_m * v.commissure_gap_m));
}

double sag_m(double free_edge_m, double chord_m) {
  const auto length = [&](double sag) {
    constexpr int n = 200;
    double sum = 0;
    for (int i = 0; i < n; ++i) {
      const double u = (i + 0.5) / n;
      sum += std::hypot(0.5 * chord_m, 4 * sag * u * (1 - u * u)) / n;
    }
    return 2 * sum;
  };
  double low = 0, high = free_edge_m;
  for (int i = 0; i < 50; ++i) (length(0.5 * (low + high)) < free_edge_m ? low : high) = 0.5 * (low + high);
  return low;
}

double attachment_fullness(const ValveShape& v, const CuspShape& c) {
  const double half_arc = 0.25 * pi * v.diameter_m * calibre(v, c.height_m);
  return half_arc / (2 * c.height_m * std::tan(0.5 * v.commissural_angle_rad)) - 1;
}

double thickness_m(const CuspShape& c, double from_attachment_m) {
  const double off = c.agger_width_m > 0 ? smooth_step(from_attachment_m / c.agger_width_m) : 1;
  return c.thickness_m * (1 + (c.agger_ratio - 1) * (1 - off));
}

namespace {

bool alike(const ValveShape& v) {
  return std::ranges::all_of(v.cusps, [&](const CuspShape& c) { return c == v.cusps[0]; });
}
std::string cusp_name(const ValveShape& v, std::size_t k) {
  return alike(v) ? "each cusp" : k == 0 ? "the first cusp" : "the second cusp";
}

/// To two decimals, for advice that must still be accepted when it is followed.
double rounded_up(double x) {
  return std::ceil(100 * x - 1e-6) / 100;
}
double rounded_down(double x) {
  return std::floor(100 * x + 1e-6) / 100;
}

/// The range of commissural angles that an attachment of this height can have [rad].
double angle_of_fullness(const ValveShape& v, const CuspShape& c, double fullness) {
  return 2 * std::atan(0.25 * pi * v.diameter_m * calibre(v, c.height_m) / (2 * c.height_m * (1 + fullness)));
}

void check_cusp(const ValveShape& v, std::size_t k, std::vector<std::string>& out) {
  const CuspShape& c = v.cusps[k];
  const std::string name = cusp_name(v, k);
  const double chord = chord_m(v, c),
               round = 0.5 * pi * v.diameter_m * v.sinus_ratio * calibre(v, c.height_m);
  if (v.sinus_ratio > 1 && c.height_m > v.sinus_length_m)
    out.push_back(fmt::format(
        "{} is {:.1f} mm high but the sinus is only {:.1f} mm long; lengthen sinus.length to {:.2f} or lower "
        "leaflet.height to {:.2f} vein diameters.",
        name, mm(c.height_m), mm(v.sinus_length_m), rounded_up(c.height_m / v.diameter_m),
        rounded_down(v.sinus_length_m / v.diameter_m)));
  if (c.free_edge_m < 1.001 * chord)
    return out.push_back(
        fmt::format("the free edge of {} is {:.1f} mm long, less than the {:.1f} mm between its commissures; "
                    "it needs {:.1f} "
                    "mm or more.",
                    name, mm(c.free_edge_m), mm(chord), 0.1 * std::ceil(10 * mm(1.001 * chord))));
  if (v.cusps.size() == 2 && c.free_edge_m > round)
    return out.push_back(
        fmt::format("the free edge of {} is {:.1f} mm long, more than the {:.1f} mm of sinus wall that it "
                    "lies on when open; "
                    "shorten it.",
                    name, mm(c.free_edge_m), mm(round)));
  const double left = c.height_m - sag_m(c.free_edge_m, chord) - c.coaptation_m, least = 0.15 * v.diameter_m;
  if (left < least)
    out.push_back(fmt::format(
        "the free edge of {} hangs down so far that {:.1f} mm of coaptation leave it {:.1f} mm of height (at "
        "least {:.1f} mm); shorten free_edge or coaptation, or raise leaflet.height.",
        name, mm(c.coaptation_m), mm(left), mm(least)));
  const double w = attachment_fullness(v, c);
  if (w < least_fullness || w > most_fullness)
    out.push_back(
        fmt::format("a commissural angle of {:.0f} deg does not fit attachments {:.1f} mm high; accepted are "
                    "{:.0f} to {:.0f} "
                    "deg.",
                    degrees(v.commissural_angle_rad), mm(c.height_m),
                    std::ceil(degrees(angle_of_fullness(v, c, most_fullness))),
                    std::floor(degrees(angle_of_fullness(v, c, least_fullness)))));
}

}  // namespace

std::vector<std::string> faults(const ValveShape& v) {
  std::vector<std::string> out;
  const double widest_gap = 0.5 * span_at_commissures(v);
  if (v.commissure_gap_m > widest_gap)
    out.push_back(
        fmt::format("the cusps' ends would be {:.1f} mm apart at the commissures; up to {:.1f} mm are "
                    "accepted: lower the "
                    "ratio or the widening of the dilatation.",
                    mm(v.commissure_gap_m), mm(widest_gap)));
  else
    for (std::size_t k = 0; k < (alike(v) ? std::min<std::size_t>(1, v.cusps.size()) : v.cusps.size()); ++k)
      check_cusp(v, k, out);
  return out;
}

std::vector<std::string> resolution_faults(const ValveShape& v, double dx_m) {
  std::vector<std::string> out;
  if (v.cusps.empty()) return out;
  constexpr double round_off = 1e-9, cells_of_coaptation = 2, widest = 0.1;  // of the diameter
  if (v.rest_gap_m < dx_m * (1 - round_off))
    out.push_back(
        fmt::format("the cusps rest {:.2f} mm apart, less than a lattice cell of {:.2f} mm, and would share "
                    "cells; dx = {:.2f} "
                    "mm or less would do, or a rest gap of one cell.",
                    mm(v.rest_gap_m), mm(dx_m), rounded_down(mm(v.rest_gap_m))));
  for (const CuspShape& c : v.cusps)
    if (c.agger_ratio > 1 && c.agger_width_m < dx_m * (1 - round_off)) {
      out.push_back(fmt::format(
          "an agger of {:.2f} mm is narrower than a cusp's triangles, which are as long as a lattice "
          "cell of {:.2f} mm; agger.width = {:.2f} mm or more would do, or a smaller dx.",
          mm(c.agger_width_m), mm(dx_m), rounded_up(mm(dx_m))));
      break;
    }
  double coarsest = widest * v.diameter_m;
  for (const CuspShape& c : v.cusps) coarsest = std::min(coarsest, c.coaptation_m / cells_of_coaptation);
  if (std::max(dx_m, v.rest_gap_m) > coarsest * (1 + round_off))
    out.push_back(
        fmt::format("a gap of one lattice cell between closed cusps, {:.2f} mm, is too coarse for a vein of "
                    "{:.1f} mm; dx = "
                    "{:.2f} mm or less would do.",
                    mm(std::max(dx_m, v.rest_gap_m)), mm(v.diameter_m), rounded_down(mm(coarsest))));
  return out;
}

}  // namespace soleus
