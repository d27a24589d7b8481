// Sheets of tests at rest under loads, and how fast they swing about that: Newton's method, the stiffness by
// differences of the forces, many columns at once.
#pragma once

#include <Eigen/Dense>
#include <Eigen/SparseCholesky>
#include <Eigen/SparseLU>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "solver_cuda/kernels/advance_shell.hpp"
#include "tests/solver/sheet_supports.hpp"

namespace soleus::test {

inline void no_loads(const Shell&, ShellForces&) {}

/// In proportion to the mass.
inline void add_weight(const Shell& sheet, const Vec3& of_all_n, std::vector<Vec3>& force_n) {
  const double all_kg = std::accumulate(sheet.mass_kg.begin(), sheet.mass_kg.end(), 0.0);
  for (std::size_t n = 0; n < force_n.size(); ++n) force_n[n] += of_all_n * (sheet.mass_kg[n] / all_kg);
}

class SheetAtRest {
 public:
  /// Adds the forces of the loads to those on nodes and on edges.
  using Loads = std::function<void(const Shell&, ShellForces&)>;

  /// Loads without a potential make the stiffness unsymmetric.
  SheetAtRest(Shell& sheet, Loads loads, const std::vector<HeldAxis>& held_axes = {},
              bool has_potential = true)
      : sheet_(sheet), loads_(std::move(loads)), symmetric_(has_potential) {
    number_unknowns(held_axes);
    find_pattern();
    color_columns();
  }

  /// From where the sheet is now, to the loads times `factor`, in steps that shrink where Newton's method
  /// fails.
  bool load(double factor, double first_step = 1) {
    for (double step = first_step; step > 1e-4;) {
      const double next = std::abs(factor - factor_) < 1.001 * step
                              ? factor
                              : factor_ + std::copysign(step, factor - factor_);
      const Shell before = sheet_;
      if (newton(next, nullptr, 0)) {
        if (next == factor) return true;
        step *= fast_ ? 1.5 : 1;
      } else {
        sheet_ = before, step /= 2;
      }
    }
    return false;
  }

  /// The same for large turns, which Newton's method bears better where little of the energy is that of
  /// stretching: first with a thousandth of the stiffness in the plane, then ever more.
  bool load_thin(double factor, double first_step) {
    const double young_pa = std::exchange(sheet_.material.young_pa, 1e-3 * sheet_.material.young_pa);
    bool at_rest = load(factor, first_step);
    for (double times = 4; at_rest && times > 1.01 && sheet_.material.young_pa < young_pa;) {
      const Shell before = sheet_;
      sheet_.material.young_pa = std::min(young_pa, times * sheet_.material.young_pa);
      if (!newton(factor, nullptr, 0)) sheet_ = before, times = std::sqrt(times);
    }
    return at_rest && sheet_.material.young_pa == young_pa;
  }

  /// To where `measure`, of which the loads are the gradient, has a value. The factor of the loads, or nan.
  double load_until(const std::function<double(const Shell&)>& measure, double value) {
    return newton(factor_, &measure, value) ? factor_ : std::nan("");
  }

  /// Squares of the slowest natural frequencies [1/s2], by subspace iteration.
  Eigen::VectorXd slowest_1_s2(int count) {
    factorize();
    const int width = count + 4;
    Eigen::VectorXd mass = Eigen::VectorXd::Zero(unknowns_);  // none of the edges' own angles
    for (std::size_t k = 0; k < 3 * sheet_.x_m.size(); ++k)
      if (number_[k] >= 0) mass[number_[k]] = sheet_.mass_kg[k / 3];
    shapes_ = Eigen::MatrixXd::NullaryExpr(unknowns_, width, [](Eigen::Index i, Eigen::Index j) {
      return std::sin(12.9898 * double(i) + 78.233 * double(j * j) + 1);
    });
    Eigen::VectorXd rates2;
    for (int k = 0; k < 20; ++k) {
      const Eigen::MatrixXd forces = mass.asDiagonal() * shapes_, moved = solver_.solve(forces);
      const Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd> projected(
          moved.transpose() * forces, moved.transpose() * mass.asDiagonal() * moved);
      shapes_ = moved * projected.eigenvectors();
      rates2 = projected.eigenvalues();
    }
    return rates2.head(count);
  }

  /// Moves the sheet along a shape of those vibrations.
  void move_along_shape(int which, double by) { move(by * shapes_.col(which)); }

  int iterations() const { return iterations_; }

 private:
  void number_unknowns(const std::vector<HeldAxis>& held_axes) {
    number_.assign(3 * sheet_.x_m.size() + sheet_.edges.size(), 0);
    for (std::size_t k = 0; k < 3 * sheet_.x_m.size(); ++k) number_[k] = sheet_.held[k / 3] ? -1 : 0;
    for (const HeldAxis& h : held_axes) number_[std::size_t(3 * h.node + h.axis)] = -1;
    for (std::size_t e = 0; e < sheet_.edges.size(); ++e)
      if (sheet_.edges[e].mirror >= 0) number_[3 * sheet_.x_m.size() + e] = -1;
    for (int& n : number_)
      if (n >= 0) n = unknowns_++;
    double smallest = 1e300;
    for (const ShellTriangle& t : sheet_.triangles) smallest = std::min(smallest, t.area_m2);
    small_m_ = small * std::sqrt(smallest);
    roundoff_n_ =
        1e-14 * sheet_.material.young_pa * sheet_.material.thickness_m * std::sqrt(smallest * unknowns_);
  }

  /// A triangle bends by its nodes, those opposite its edges, and its edges' own angles; the energy of an
  /// edge depends on both its triangles.
  void find_pattern() {
    std::vector<std::vector<int>> meets(static_cast<std::size_t>(unknowns_));
    for (const ShellEdge& edge : sheet_.edges) {
      std::vector<int> of;
      for (const int t : edge.triangles)
        if (t >= 0) add_unknowns(sheet_.triangles[std::size_t(t)], of);
      for (const int i : of) meets[std::size_t(i)].insert(meets[std::size_t(i)].end(), of.begin(), of.end());
    }
    stiffness_.resize(unknowns_, unknowns_);
    for (std::size_t i = 0; i < meets.size(); ++i) {
      std::ranges::sort(meets[i]);
      meets[i].erase(std::unique(meets[i].begin(), meets[i].end()), meets[i].end());
      stiffness_.startVec(Eigen::Index(i));
      for (const int j : meets[i]) stiffness_.insertBack(j, Eigen::Index(i)) = 0;
    }
    stiffness_.finalize();
    symmetric_ ? solver_.analyzePattern(stiffness_) : general_.analyzePattern(stiffness_);
  }

  void add_unknowns(const ShellTriangle& t, std::vector<int>& of) const {
    const auto add = [&](std::size_t place) {
      if (number_[place] >= 0) of.push_back(number_[place]);
    };
    const auto add_node = [&](int n) {
      for (std::size_t a = 0; a < 3 && n >= 0; ++a) add(3 * std::size_t(n) + a);
    };
    for (const int n : t.nodes) add_node(n);
    for (const int e : t.edges) {
      add(3 * sheet_.x_m.size() + std::size_t(e));
      for (const int n : sheet_.edges[std::size_t(e)].opposite) add_node(n);
    }
  }

  /// Columns of one color share no row.
  void color_columns() {
    const int* first = stiffness_.outerIndexPtr();
    const int* rows = stiffness_.innerIndexPtr();
    color_.assign(std::size_t(unknowns_), -1);
    std::vector<int> taken_by;
    for (int i = 0; i < unknowns_; ++i) {
      for (int j = first[i]; j < first[i + 1]; ++j)
        for (int k = first[rows[j]]; k < first[rows[j] + 1]; ++k)
          if (const int c = color_[std::size_t(rows[k])]; c >= 0) taken_by[std::size_t(c)] = i;
      int c = 0;
      while (c < int(taken_by.size()) && taken_by[std::size_t(c)] == i) ++c;
      if (c == int(taken_by.size())) taken_by.push_back(-1);
      color_[std::size_t(i)] = c;
    }
    colors_ = int(taken_by.size());
  }

  Eigen::VectorXd solved(const Eigen::VectorXd& v) {
    if (symmetric_) return solver_.solve(v);
    return general_.solve(v);
  }
  void move(const Eigen::VectorXd& by) {
    for (std::size_t k = 0; k < number_.size(); ++k)
      if (number_[k] >= 0) coordinate(k) += by[number_[k]];
  }
  double& coordinate(std::size_t k) {
    const std::size_t nodes = sheet_.x_m.size();
    return k < 3 * nodes ? sheet_.x_m[k / 3][int(k % 3)] : sheet_.turn[k - 3 * nodes];
  }

  Eigen::VectorXd on_unknowns(const ShellForces& forces) const {
    Eigen::VectorXd v(unknowns_);
    const std::size_t nodes = sheet_.x_m.size();
    for (std::size_t k = 0; k < number_.size(); ++k)
      if (number_[k] >= 0)
        v[number_[k]] =
            k < 3 * nodes ? forces.on_nodes_n[k / 3][int(k % 3)] : forces.on_edges_nm[k - 3 * nodes];
    return v;
  }
  Eigen::VectorXd of_loads() {
    scratch_.on_nodes_n.assign(sheet_.x_m.size(), {}), scratch_.on_edges_nm.assign(sheet_.edges.size(), 0);
    loads_(sheet_, scratch_);
    return on_unknowns(scratch_);
  }
  Eigen::VectorXd elastic() {
    elastic_forces(sheet_, forces_);
    return on_unknowns(forces_);
  }

  /// By central differences.
  void factorize() {
    const Shell here = sheet_;
    Eigen::VectorXd h(unknowns_);
    for (std::size_t k = 0; k < number_.size(); ++k)
      if (number_[k] >= 0) h[number_[k]] = k < 3 * sheet_.x_m.size() ? small_m_ : small;
    for (int c = 0; c < colors_; ++c) {
      Eigen::VectorXd slope = Eigen::VectorXd::Zero(unknowns_);
      for (const auto& [at, weight] : {std::pair{-1, 1.0}, {1, -1.0}}) {
        move(Eigen::VectorXd::NullaryExpr(
            unknowns_, [&](Eigen::Index i) { return color_[std::size_t(i)] == c ? at * h[i] : 0; }));
        slope += (elastic() + factor_ * of_loads()) * (weight / 2);
        sheet_.x_m = here.x_m, sheet_.turn = here.turn;
      }
      for (int i = 0; i < unknowns_; ++i)
        if (color_[std::size_t(i)] == c)
          for (int k = stiffness_.outerIndexPtr()[i]; k < stiffness_.outerIndexPtr()[i + 1]; ++k)
            stiffness_.valuePtr()[k] = slope[stiffness_.innerIndexPtr()[k]] / h[i];
    }
    symmetric_ ? solver_.factorize(stiffness_) : general_.factorize(stiffness_);
  }

  bool newton(double factor, const std::function<double(const Shell&)>* measure, double value) {
    constexpr int most = 15, few = 7;
    const double factor_before = std::exchange(factor_, factor);
    double before = 0;
    for (int k = 0; k < most; ++k, ++iterations_) {
      const Eigen::VectorXd loads = of_loads(), elastic_now = elastic(), left = elastic_now + factor_ * loads;
      const double missing = measure ? value - (*measure)(sheet_) : 0;
      if (!left.allFinite()) break;
      if (k > 0 && left.norm() < part * elastic_now.norm() + roundoff_n_ &&
          std::abs(missing) <= part * std::abs(value)) {
        fast_ = k < few;
        return true;
      }
      if (k == 0 || left.norm() > fast_enough * before) factorize();
      if ((symmetric_ ? solver_.info() : general_.info()) != Eigen::Success) break;
      before = left.norm();
      Eigen::VectorXd by = solved(left);
      if (measure) {
        const Eigen::VectorXd more = solved(loads);
        const double added = (missing - loads.dot(by)) / loads.dot(more);
        by += added * more, factor_ += added;
      }
      move(by);
    }
    factor_ = factor_before;
    return false;
  }

  static constexpr double small = 2e-5, part = 1e-7, fast_enough = 0.01;

  Shell& sheet_;
  Loads loads_;
  bool symmetric_;
  std::vector<int> number_;  // [3 nodes + edges] among the unknowns, -1 where held
  int unknowns_ = 0, colors_ = 0, iterations_ = 0;
  std::vector<int> color_;  // [unknowns]
  double small_m_ = 0, roundoff_n_ = 0, factor_ = 0;
  bool fast_ = false;
  ShellForces forces_, scratch_;
  Eigen::SparseMatrix<double> stiffness_;
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> solver_;
  Eigen::SparseLU<Eigen::SparseMatrix<double>> general_;
  Eigen::MatrixXd shapes_;  // [unknowns, some], with mass 1
};

}  // namespace soleus::test
