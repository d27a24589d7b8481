#include "solver_cuda/kernels/wall_stress.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <optional>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/traction.hpp"

namespace soleus {
namespace {

constexpr int reach = 3;            // cells
constexpr int quadratic_terms = 9;  // x y z xx yy zz xy xz yz
constexpr int fewest_nodes = 4;     // a gradient and a pressure cannot be told from fewer

struct Fit {
  VelocityGradient gradient{};  // [1/s]
  double drho = 0;
};

/// Weighted normal equations of u - u_wall = G d + quadratic terms, and of the density as c + g d. Nothing
/// where too few fluid nodes are near.
std::optional<Fit> fit_at(const MacroFields& fields, const Lattice& lattice, const Vec3& p,
                          const Vec3& u_wall, double dx) {
  const Vec3 c = (p - lattice.tiles.origin_m) / dx;
  Eigen::Matrix<double, quadratic_terms, quadratic_terms> A = decltype(A)::Zero();
  Eigen::Matrix<double, quadratic_terms, 3> b = decltype(b)::Zero();
  Eigen::Matrix4d Ap = Eigen::Matrix4d::Zero();
  Eigen::Vector4d bp = Eigen::Vector4d::Zero();
  int used = 0;
  const int i0 = int(std::lround(c.x)), j0 = int(std::lround(c.y)), k0 = int(std::lround(c.z));
  for (int k = k0 - reach; k <= k0 + reach; ++k)
    for (int j = j0 - reach; j <= j0 + reach; ++j)
      for (int i = i0 - reach; i <= i0 + reach; ++i) {
        const double x = i - c.x, y = j - c.y, z = k - c.z, r2 = x * x + y * y + z * z;
        if (r2 > reach * reach) continue;
        const Node n = lattice.tiles.node({i, j, k});
        if (n < tile_nodes || !lattice.nodes.fluid(n)) continue;
        const double weight = std::exp(-r2 / (0.5 * reach * reach));
        Eigen::Matrix<double, quadratic_terms, 1> t;
        t << x, y, z, x * x, y * y, z * z, x * y, x * z, y * z;
        A.noalias() += weight * t * t.transpose();
        b.noalias() +=
            weight * t *
            Eigen::RowVector3d(fields.vx[n] - u_wall.x, fields.vy[n] - u_wall.y, fields.vz[n] - u_wall.z);
        const Eigen::Vector4d l(1, x, y, z);
        Ap.noalias() += weight * l * l.transpose();
        bp.noalias() += weight * l * double(fields.drho[n]);
        ++used;
      }
  Fit fit;
  if (used < fewest_nodes) return {};
  fit.drho = Ap.ldlt().solve(bp)(0);
  const double ridge = 1e-9 * A.trace();
  Eigen::Matrix3d slopes;  // row: direction, column: component of u
  if (used >= 2 * quadratic_terms) {
    A.diagonal().array() += ridge;
    slopes = A.ldlt().solve(b).topRows<3>();
  } else {  // a vessel too thin for the quadratic terms
    Eigen::Matrix3d linear = A.topLeftCorner<3, 3>();
    linear.diagonal().array() += ridge;
    slopes = linear.ldlt().solve(b.topRows<3>());
  }
  for (int u = 0; u < 3; ++u)
    for (int along = 0; along < 3; ++along) fit.gradient[u][along] = slopes(along, u) / dx;
  return fit;
}

}  // namespace

WallStress wall_stress(const MacroFields& fields, const Lattice& lattice, const WallSamples& samples,
                       const Scales& scales, const Rheology<double>& fluid, double reference_pa) {
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  const std::size_t points = samples.points_m.size();
  WallStress stress{std::vector<float>(3 * points, unknown), std::vector<float>(3 * points, unknown)};
  parallel_for(points, 256, [&](std::size_t k) {
    const std::optional<Fit> fit =
        fit_at(fields, lattice, samples.points_m[k], samples.velocity_m_s[k], scales.dx_m);
    if (!fit) return;
    const double pressure = reference_pa + cs2 * fit->drho * scales.pressure_pa();
    const Traction t = wall_traction(fit->gradient, pressure, viscosity_at(fluid, shear_rate(fit->gradient)),
                                     samples.outward[k]);
    for (int a = 0; a < 3; ++a) {
      stress.shear_pa[3 * k + a] = float(t.shear[a]);
      stress.traction_pa[3 * k + a] = float(t.whole[a]);
    }
  });
  return stress;
}

}  // namespace soleus
