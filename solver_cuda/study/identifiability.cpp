#include "solver_cuda/study/identifiability.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

namespace soleus::study {
namespace {

// Less than a tenth of an uncertainty over the whole range: nobody would see it in the data.
constexpr double unnoticed = 0.1;
constexpr double quarter = 0.25;
constexpr double bound_together = 0.95;

/// Inverse of J^T J. Combinations without effect get a variance that is large but finite, so that
/// correlations can still be told.
Eigen::MatrixXd covariance(const Eigen::JacobiSVD<Eigen::MatrixXd>& svd) {
  constexpr double least = 1e-6;  // uncertainties over the range
  const Eigen::VectorXd& s = svd.singularValues();
  const Eigen::MatrixXd& v = svd.matrixV();
  Eigen::MatrixXd c = Eigen::MatrixXd::Zero(v.rows(), v.rows());
  for (Eigen::Index i = 0; i < v.cols(); ++i) {
    const double effect = std::max(i < s.size() ? s[i] : 0.0, least);
    c += v.col(i) * v.col(i).transpose() / (effect * effect);
  }
  return c;
}

Verdict judge(const Identified& p) {
  if (p.effect < unnoticed) return Verdict::not_at_all;
  if (p.standard_error <= quarter) return Verdict::determined;
  return std::abs(p.correlation) >= bound_together ? Verdict::together : Verdict::weak;
}

}  // namespace

std::string_view words(Verdict v) {
  switch (v) {
    case Verdict::determined:
      return "determined";
    case Verdict::weak:
      return "weakly determined";
    case Verdict::together:
      return "only together with another";
    default:
      return "not identifiable";
  }
}

Identifiability identify(const std::vector<std::vector<double>>& jacobian) {
  const std::size_t n = jacobian.front().size();
  Eigen::MatrixXd j(Eigen::Index(jacobian.size()), Eigen::Index(n));
  for (Eigen::Index i = 0; i < j.rows(); ++i)
    for (Eigen::Index k = 0; k < j.cols(); ++k) j(i, k) = jacobian[std::size_t(i)][std::size_t(k)];
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(j, Eigen::ComputeFullV);
  const Eigen::MatrixXd c = covariance(svd);

  Identifiability out;
  const Eigen::VectorXd& s = svd.singularValues();
  const double smallest = std::size_t(s.size()) < n ? 0 : s[s.size() - 1];
  out.condition = smallest > 0 ? s[0] / smallest : std::numeric_limits<double>::infinity();
  out.correlation.assign(n, std::vector<double>(n, 1.0));
  for (std::size_t k = 0; k < n; ++k) {
    const auto at = Eigen::Index(k);
    Identified p{.effect = j.col(at).norm(), .standard_error = std::sqrt(c(at, at))};
    for (std::size_t other = 0; other < n; ++other) {
      const auto to = Eigen::Index(other);
      const double r = c(at, to) / std::sqrt(c(at, at) * c(to, to));
      out.correlation[k][other] = other == k ? 1 : r;
      if (other == k || (p.partner && std::abs(r) <= std::abs(p.correlation))) continue;
      p.partner = other, p.correlation = r;
    }
    p.verdict = judge(p);
    out.parameters.push_back(p);
  }
  return out;
}

}  // namespace soleus::study
