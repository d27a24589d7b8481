// Stations along the branches of a vein, where a compliant wall has an area of its own.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "pipeline/base/artifacts/geometry.hpp"

namespace soleus {

/// Equally spaced on each branch, one at either end.
struct Stations {
  struct OnBranch {
    int first = 0, count = 0;
    double from_m = 0, spacing_m = 0;  // abscissa
  };
  std::vector<OnBranch> branches;  // by branch id
  std::vector<double> radius_m;    // [stations] of the geometry: of a circle of the section's area
  std::vector<Vec3> center_m;

  std::size_t count() const { return radius_m.size(); }
  /// Stations on either side of a place on a branch, and the second one's weight.
  struct Between {
    int first, second;
    double t;
    double of(const std::vector<double>& values) const {  // [stations]
      return values[std::size_t(first)] * (1 - t) + values[std::size_t(second)] * t;
    }
  };
  Between at(int branch, double abscissa_m) const {
    const OnBranch& b = branches[static_cast<std::size_t>(branch)];
    const double x = std::clamp((abscissa_m - b.from_m) / b.spacing_m, 0.0, b.count - 1.0);
    const int k = std::min(static_cast<int>(x), b.count - 2);
    return {b.first + k, b.first + k + 1, x - k};
  }
  struct Place {
    int branch;
    double abscissa_m;
  };
  Place place(int station) const;
};

/// Unit vector along a branch, towards larger abscissae; of straight analytic shapes their axis.
Vec3 tangent(const Geometry& geometry, int branch, double abscissa_m);

/// At each station.
std::vector<Vec3> tangents(const Geometry& geometry, const Stations& stations);

/// About half a radius apart, of straight analytic shapes along their axis.
Stations make_stations(const Geometry& geometry);

/// Stations whose walls would meet, or leave too few cells between them, are held open.
struct ResidualGap {
  int stations = 0, most = 0;     // held now; at any time so far
  std::optional<double> first_s;  // when the first was, ...
  int first_station = 0;          // ... and one of them
  bool operator==(const ResidualGap&) const = default;
};

/// Area of each station's section over that of the geometry, and its rate, at an instant.
struct StationAreas {
  double time_s = 0;
  std::vector<double> ratio, rate_1_s;
  ResidualGap gap{};
  bool operator==(const StationAreas&) const = default;

  /// Where the rates have taken it a while later.
  double at(const Stations::Between& b, double later_s) const {
    return b.of(ratio) + later_s * b.of(rate_1_s);
  }
};

}  // namespace soleus
