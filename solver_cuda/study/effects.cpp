#include "solver_cuda/study/effects.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <set>

namespace soleus::study {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;

constexpr int highest_degree = 3;

/// Legendre polynomial on [0, 1], of degree 1 to 3.
double legendre(int degree, double part) {
  const double x = 2 * part - 1;
  return degree == 1 ? x : degree == 2 ? 0.5 * (3 * x * x - 1) : 0.5 * x * (5 * x * x - 3);
}

/// A parameter's columns [first, first + degree) of the matrix.
struct Columns {
  Index first;
  int degree;
};

/// As high as the number of runs bears, two for each coefficient, and as the levels of a grid tell apart.
std::vector<Columns> choose_columns(const Points& points) {
  const std::size_t n = points.front().size();
  const int affordable = std::clamp((int(points.size()) / 2 - 1) / int(n), 1, highest_degree);
  std::vector<Columns> all;
  Index next = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::set<double> levels;
    for (const auto& p : points) levels.insert(p[k]);
    const int degree = std::min(affordable, std::max(1, int(levels.size()) - 1));
    all.push_back({next, degree});
    next += degree;
  }
  return all;
}

double covariance(const VectorXd& a, const VectorXd& b) {
  return ((a.array() - a.mean()) * (b.array() - b.mean())).mean();
}

/// The parameter's polynomial at a place.
double polynomial(const VectorXd& coefficients, const Columns& c, double part) {
  double sum = 0;
  for (int d = 1; d <= c.degree; ++d) sum += coefficients[c.first + d - 1] * legendre(d, part);
  return sum;
}

struct Range {
  double low = 0, high = 1;
};
Range reach(const Points& points, std::size_t k) {
  Range r{1, 0};
  for (const auto& p : points) r = {std::min(r.low, p[k]), std::max(r.high, p[k])};
  return r;
}

Effects effects(const Points& points, const VectorXd& y, const std::vector<Range>& ends) {
  const std::vector<Columns> columns = choose_columns(points);
  MatrixXd a = MatrixXd::Ones(y.size(), columns.back().first + columns.back().degree);
  for (Index i = 0; i < y.size(); ++i)
    for (std::size_t k = 0; k < columns.size(); ++k)
      for (int d = 1; d <= columns[k].degree; ++d)
        a(i, columns[k].first + d - 1) = legendre(d, points[std::size_t(i)][k]);
  const VectorXd c = a.completeOrthogonalDecomposition().solve(y);

  Effects out;
  out.mean = y.mean(), out.least = y.minCoeff(), out.most = y.maxCoeff(), out.runs = int(y.size());
  // What rounding leaves of a figure that is the same in all runs is no variance.
  const double whole = covariance(y, y), scale = y.cwiseAbs().maxCoeff(), rounding = 1e-18 * scale * scale;
  const VectorXd sum = a * c;
  // With the sum, so that the shares of all parameters add up to that of the sum whatever the points are.
  const auto share = [&](const VectorXd& part) {
    return whole > rounding ? std::clamp(covariance(part, sum) / whole, 0.0, 1.0) : 0.0;
  };
  for (std::size_t k = 0; k < columns.size(); ++k) {
    VectorXd alone(y.size());
    for (Index i = 0; i < y.size(); ++i) alone[i] = polynomial(c, columns[k], points[std::size_t(i)][k]);
    const double shift = out.mean - alone.mean();
    out.parameters.push_back({shift + polynomial(c, columns[k], ends[k].low),
                              shift + polynomial(c, columns[k], ends[k].high), share(alone)});
  }
  out.together = share(sum);
  return out;
}

}  // namespace

std::optional<Effects> first_order(const Points& points, std::span<const std::optional<double>> values) {
  Points given;
  std::vector<double> figures;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (values[i]) given.push_back(points[i]), figures.push_back(*values[i]);
  if (points.empty() || given.size() < points.front().size() + 1) return std::nullopt;
  std::vector<Range> ends(points.front().size());
  if (given.size() < points.size())
    for (std::size_t k = 0; k < ends.size(); ++k) ends[k] = reach(given, k);
  return effects(given, Eigen::Map<const VectorXd>(figures.data(), Index(figures.size())), ends);
}

}  // namespace soleus::study
