#include "meshing/sinuses.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "meshing/sections.hpp"
#include "pipeline/base/progress.hpp"
#include "pipeline/base/statistics.hpp"

namespace soleus {
namespace {

constexpr double least_length = 1, most_length = 2.5;  // of a bulge, in vein diameters
constexpr double flank = 0.6;                          // of plain vein on either side
constexpr double least_explained = 0.85;
constexpr double least_seen = 0.9;  // of the sections in a fit, without a side vein

/// Diameters along a branch, at equal steps.
struct Calibre {
  double first_m = 0, step_m = 0;  // abscissas
  double detail_m = 0;
  std::vector<double> diameter_m;
  std::vector<char> plain;  // no side vein leaves there

  double at(double place) const { return first_m + place * step_m; }
};

/// Whether blood enters or leaves there: the vein goes on as a straight extension.
bool is_open(const Geometry& g, const Vec3& end, double diameter_m) {
  return std::ranges::any_of(g.openings,
                             [&](const Opening& o) { return norm(o.center_m - end) < 0.5 * diameter_m; });
}

Calibre calibre_of(const Branch& b, const Bvh& lumen, double detail_m) {
  std::vector<double> diameters;
  for (const double a : b.area_m2) diameters.push_back(2 * std::sqrt(a / std::numbers::pi));
  const double usual = median(diameters);
  const auto arc = arc_lengths(b.points_m);
  Calibre c{b.abscissa_m.front(), 0.1 * usual, detail_m, {}, {}};
  for (double s = 0; s <= arc.back(); s += c.step_m) {
    const Vec3 along = tangent_at(b.points_m, arc, s, 0.5 * usual);
    const Section section = cross_section(lumen, point_at(b.points_m, arc, s), along);
    c.diameter_m.push_back(2 * std::sqrt(section.area_m2 / std::numbers::pi));
    c.plain.push_back(section.clean);
  }
  return c;
}

/// Samples from an end of the branch to where the other veins that meet there widen it no longer: behind the
/// last section that sees them, and as far as the vein goes on to narrow.
int met_by_others(std::vector<double> diameter, std::vector<char> plain, bool at_last) {
  constexpr int reach = 15;  // one and a half diameters
  if (at_last) std::ranges::reverse(diameter), std::ranges::reverse(plain);
  const int n = std::min(reach, int(plain.size()));
  int first = 0;
  for (int i = 0; i < n; ++i)
    if (!plain[i]) first = i + 1;
  while (first + 1 < int(diameter.size()) && diameter[first + 1] < diameter[first]) ++first;
  return first;
}

/// Without its ends: a diameter at those that are closed, and where others meet it.
Calibre between_ends(const Geometry& g, const Branch& b, Calibre c) {
  const double usual = median(c.diameter_m);
  const auto is_fork = [&](const Vec3& end) {
    return std::ranges::any_of(g.centerlines.branches, [&](const Branch& o) {
      return o.id != b.id && (norm(o.points_m.front() - end) < 1e-6 || norm(o.points_m.back() - end) < 1e-6);
    });
  };
  const auto left_out = [&](const Vec3& end, bool at_last) {
    const bool open = is_open(g, end, usual);
    return open ? 0 : is_fork(end) ? met_by_others(c.diameter_m, c.plain, at_last) : int(usual / c.step_m);
  };
  const int n = int(c.diameter_m.size()), before = left_out(b.points_m.front(), false),
            behind = left_out(b.points_m.back(), true);
  if (before + behind >= n) return {};
  c.diameter_m = {c.diameter_m.begin() + before, c.diameter_m.end() - behind};
  c.plain = {c.plain.begin() + before, c.plain.end() - behind};
  c.first_m += before * c.step_m;
  return c;
}

/// Sums of the least squares of a taper and one bulge over the samples first to last.
struct Fit {
  double height_m = 0;            // of the bulge
  double base_m = 0;              // of the taper in the bulge's middle
  double of_taper = 0, left = 0;  // squares that the taper leaves, and both
};

Fit fit(const Calibre& c, int first, int last, double start, double end) {
  struct Means {
    double n = 0, s = 0, bulge = 0, d = 0;
  } mean;
  const auto bulge_at = [&](int i) {
    const double p = (i - start) / (end - start);
    const double sine = p > 0 && p < 1 ? std::sin(std::numbers::pi * p) : 0;
    return sine * sine;
  };
  for (int i = first; i <= last; ++i)
    if (c.plain[i]) mean.n += 1, mean.s += i, mean.bulge += bulge_at(i), mean.d += c.diameter_m[i];
  if (mean.n < 4) return {};
  mean.s /= mean.n, mean.bulge /= mean.n, mean.d /= mean.n;
  double ss = 0, sb = 0, sd = 0, bb = 0, bd = 0, dd = 0;
  for (int i = first; i <= last; ++i) {
    if (!c.plain[i]) continue;
    const double s = i - mean.s, b = bulge_at(i) - mean.bulge, d = c.diameter_m[i] - mean.d;
    ss += s * s, sb += s * b, sd += s * d, bb += b * b, bd += b * d, dd += d * d;
  }
  // What a line leaves of the bulge and of the diameters.
  bb -= sb * sb / ss, bd -= sb * sd / ss, dd -= sd * sd / ss;
  if (!(bb > 0)) return {};
  Fit f{.height_m = bd / bb, .base_m = 0, .of_taper = dd, .left = std::max(0.0, dd - bd * bd / bb)};
  const double slope = (sd - f.height_m * sb) / ss;
  f.base_m = mean.d - f.height_m * mean.bulge + slope * (0.5 * (start + end) - mean.s);
  return f;
}

struct Candidate {
  double start = 0, end = 0;  // in samples
  int first = 0, last = 0;    // samples of the fit
  Fit of{};

  double length_m(const Calibre& c) const { return (end - start) * c.step_m; }
  double explained() const { return of.of_taper > 0 ? 1 - of.left / of.of_taper : 0; }
  /// What it explains [m2], less where it leaves much.
  double worth() const { return (of.of_taper - of.left) * explained(); }
  bool is_sinus(const Calibre& c) const {
    const double wider = of.height_m / of.base_m, length = length_m(c) / of.base_m;
    return wider >= least_bulge(c.detail_m, of.base_m) && wider <= most_bulge &&
           length >= 0.99 * least_length && length <= 1.01 * most_length && explained() >= least_explained;
  }
};

bool sees_enough(const Calibre& c, int first, int last) {
  const auto seen = std::count(c.plain.begin() + first, c.plain.begin() + last + 1, 1);
  return double(seen) >= least_seen * (last - first + 1);
}

std::vector<Candidate> candidates(const Calibre& c) {
  std::vector<Candidate> all;
  const int n = int(c.diameter_m.size());
  for (int i = 0; i < n; ++i)
    for (int k = i + 1; k < n; ++k) {
      const double beside = 0.5 * (c.diameter_m[i] + c.diameter_m[k]), length = (k - i) * c.step_m;
      if (length < least_length * beside) continue;
      if (length > most_length * beside) break;
      const int wing = int(std::ceil(flank * beside / c.step_m));
      // A side that is cut short by veins that meet there makes the other one longer: valves lie just before.
      const int before = std::min(i, std::max(wing, 2 * wing - (n - 1 - k))),
                behind = std::min(n - 1 - k, std::max(wing, 2 * wing - i));
      Candidate a{double(i), double(k), i - before, k + behind};
      if (before < 1 || behind < 1 || before + behind < 2 * wing || !sees_enough(c, a.first, a.last))
        continue;
      a.of = fit(c, a.first, a.last, a.start, a.end);
      if (a.is_sinus(c)) all.push_back(a);
    }
  return all;
}

/// The same bulge between samples, for the samples that it was found in.
Candidate refined(const Calibre& c, const Candidate& found) {
  constexpr double reach = 4, step = 0.2;  // samples
  Candidate best = found;
  for (double start = found.start - reach; start <= found.start + reach; start += step)
    for (double end = found.end - reach; end <= found.end + reach; end += step) {
      if (end - start < 4 || start < found.first || end > found.last) continue;
      Candidate a{start, end, found.first, found.last, fit(c, found.first, found.last, start, end)};
      if (a.is_sinus(c) && a.of.left < best.of.left) best = a;
    }
  return best;
}

std::vector<SinusBulge> bulges_of(const Branch& b, const Calibre& c) {
  std::vector<Candidate> all = candidates(c), kept;
  std::ranges::stable_sort(all, [](const Candidate& p, const Candidate& q) { return p.worth() > q.worth(); });
  for (const Candidate& a : all)
    if (std::ranges::none_of(kept, [&](const Candidate& k) { return a.start < k.end && k.start < a.end; }))
      kept.push_back(a);
  std::vector<SinusBulge> out;
  for (const Candidate& k : kept) {
    const Candidate a = refined(c, k);
    out.push_back(
        {b.id, c.at(a.start), c.at(a.end), a.of.base_m, a.of.height_m / a.of.base_m, a.explained()});
  }
  std::ranges::sort(out, {}, &SinusBulge::from_m);
  return out;
}

}  // namespace

std::vector<SinusBulge> find_bulges(const Geometry& g, const Bvh& lumen, double detail_m) {
  std::vector<SinusBulge> out;
  Progress progress("looking for sinuses", double(g.centerlines.branches.size()), "branches");
  double done = 0;
  for (const Branch& b : g.centerlines.branches) {
    if (b.points_m.size() > 2)
      for (const SinusBulge& bulge : bulges_of(b, between_ends(g, b, calibre_of(b, lumen, detail_m))))
        out.push_back(bulge);
    progress.update(++done);
  }
  return out;
}

}  // namespace soleus
