// The naive reference: a small periodic box, two copies of the populations, plain indices, double precision.
// It shares the collision operators with the solver and nothing else.
#pragma once

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "solver_cuda/physics/initial_flow.hpp"
#include "solver_cuda/physics/moments.hpp"

namespace soleus::reference {

/// Velocity [cells per step] and density excess at a node.
using Field = Macro<double> (*)(double x, double y, double z, const struct Box& box);

struct Box {
  int nx, ny, nz;
  double amplitude = 0;  // of the field [cells per step]
  Vec3 drift{};          // uniform velocity on top of it
};

template <class L>
class PeriodicLattice {
 public:
  /// Populations of the smooth flow `field`, its gradient taken by central differences.
  PeriodicLattice(const Box& box, Field field, double tau) : box_(box), f_(nodes() * L::Q), next_(f_.size()) {
    each_node([&](int x, int y, int z) {
      constexpr double h = 1e-4;
      const Macro<double> m = field(x, y, z, box_);
      VelocityGradient gradient;
      for (int a = 0; a < 3; ++a) {
        const auto at = [&](double s) {
          const Macro<double> v = field(x + s * (a == 0), y + s * (a == 1), z + s * (a == 2), box_);
          return Vec3{v.x, v.y, v.z};
        };
        const Vec3 d = (at(h) - at(-h)) / (2 * h);
        for (int u = 0; u < 3; ++u) gradient[u][a] = d[u];
      }
      smooth_flow_populations<L>(m, gradient, tau, cell(f_, x, y, z));
    });
  }

  template <class Collide>
  void step(Collide collide) {
    each_node([&](int x, int y, int z) {
      double(&f)[L::Q] = cell(f_, x, y, z);
      collide(f);
      for (int i = 0; i < L::Q; ++i)
        cell(next_, wrap(x + L::cx(i), box_.nx), wrap(y + L::cy(i), box_.ny),
             wrap(z + L::cz(i), box_.nz))[i] = f[i];
    });
    std::swap(f_, next_);
  }

  Macro<double> at(int x, int y, int z) const {
    constexpr double none[3] = {};
    return macro<L>(cell(f_, x, y, z), none);
  }

  /// Kinetic energy per node in the frame that moves with the drift; NaN when any node is not finite.
  double energy() const {
    double sum = 0;
    each_node([&](int x, int y, int z) {
      const Macro<double> m = at(x, y, z);
      const Vec3 u = Vec3{m.x, m.y, m.z} - box_.drift;
      sum += 0.5 * (1 + m.drho) * dot(u, u);
    });
    return sum / static_cast<double>(nodes());
  }

  template <class Visit>
  void each_node(Visit visit) const {
    for (int z = 0; z < box_.nz; ++z)
      for (int y = 0; y < box_.ny; ++y)
        for (int x = 0; x < box_.nx; ++x) visit(x, y, z);
  }

 private:
  Box box_;
  std::vector<double> f_, next_;

  static int wrap(int v, int n) { return v < 0 ? v + n : v >= n ? v - n : v; }
  std::size_t nodes() const { return std::size_t(box_.nx) * box_.ny * box_.nz; }
  std::size_t first(int x, int y, int z) const {
    return ((std::size_t(z) * box_.ny + y) * box_.nx + x) * L::Q;
  }
  double (&cell(std::vector<double>& f, int x, int y, int z) const)[L::Q] {
    return reinterpret_cast<double(&)[L::Q]>(f[first(x, y, z)]);
  }
  const double (&cell(const std::vector<double>& f, int x, int y, int z) const)[L::Q] {
    return reinterpret_cast<const double(&)[L::Q]>(f[first(x, y, z)]);
  }
};

inline double wave_number(int cells) {
  return 2 * std::numbers::pi / cells;
}

/// The vortex of Taylor & Green in the x-y plane, with its pressure.
inline Macro<double> vortex(double x, double y, double, const Box& b) {
  const FlowAtPoint p = taylor_green(wave_number(b.nx) * x, wave_number(b.ny) * y, b.amplitude, 1);
  return {p.pressure / cs2, p.velocity.x + b.drift.x, p.velocity.y + b.drift.y, p.velocity.z + b.drift.z};
}

/// u_y = amplitude sin(k x).
inline Macro<double> shear_wave(double x, double, double, const Box& b) {
  return {0, b.drift.x, b.amplitude * std::sin(wave_number(b.nx) * x) + b.drift.y, b.drift.z};
}

/// Two shear layers that roll up: Minion & Brown, J. Comput. Phys. 138, 734 (1997), thin layers (80),
/// perturbed by 5 %.
inline Macro<double> shear_layers(double x, double y, double, const Box& b) {
  const double s = y / b.ny, u = s <= 0.5 ? std::tanh(80 * (s - 0.25)) : std::tanh(80 * (0.75 - s));
  return {0, b.amplitude * u, 0.05 * b.amplitude * std::sin(2 * std::numbers::pi * (x / b.nx + 0.25)), 0};
}

/// The vortices of Taylor & Green in three dimensions, with their pressure.
inline Macro<double> vortices(double x, double y, double z, const Box& b) {
  const double k = wave_number(b.nx), a = b.amplitude;
  const double p = a * a / 16 * (std::cos(2 * k * x) + std::cos(2 * k * y)) * (std::cos(2 * k * z) + 2);
  return {p / cs2, a * std::sin(k * x) * std::cos(k * y) * std::cos(k * z),
          -a * std::cos(k * x) * std::sin(k * y) * std::cos(k * z), 0};
}

}  // namespace soleus::reference
