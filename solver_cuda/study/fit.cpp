#include "solver_cuda/study/fit.hpp"

#include <fmt/format.h>
#include <nlopt.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <mutex>
#include <numeric>
#include <stdexcept>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "solver_cuda/study/design.hpp"

namespace soleus::study {
namespace {

constexpr double absent = 100;        // uncertainties off
constexpr double good_enough = 1e-3;  // uncertainties of each datum: nobody looks further
constexpr double first_step = 0.15;   // of a search, of each parameter's range
constexpr double difference_step =
    0.01;  // to either side: figures have kinks, and the model an error of 1e-6
constexpr int samples_per_parameter = 8, expected_runs_per_parameter = 25;

using Parts = std::vector<double>;  // values of the parameters between their bounds, 0 to 1

bool is_logarithmic(const FitParameter& p) {
  constexpr double decade = 10;
  return p.from > 0 && p.to >= decade * p.from;
}

double sum_of_squares(std::span<const double> r) {
  return std::inner_product(r.begin(), r.end(), r.begin(), 0.0);
}

struct Trial {
  Parts parts;
  Figures figures;
  double misfit = 0;
};

/// The model with its count of runs; may be asked by several threads.
class Evaluator {
 public:
  Evaluator(const Model& model, std::span<const FitParameter> parameters, std::span<const FitDatum> data,
            const FitOptions& options)
      : model_(model), parameters_(parameters), data_(data), options_(options) {}

  Trial operator()(const Parts& parts) {
    Trial t{parts, Figures(data_.size()), 0};
    Parts values(parts.size());
    for (std::size_t k = 0; k < parts.size(); ++k) values[k] = value_at(parameters_[k], parts[k]);
    bool failed = false;
    try {
      t.figures = model_(values);
    } catch (const NumericalError&) {
      failed = true;
    }
    t.misfit = sum_of_squares(residuals(data_, t.figures));
    const std::lock_guard lock(guard_);
    ++runs_;
    failed_ += failed;
    least_ = std::min(least_, t.misfit);
    if (options_.told) options_.told(runs_, least_);
    return t;
  }

  std::vector<Trial> all(const std::vector<Parts>& points) {
    std::vector<Trial> trials(points.size());
    parallel_for(points.size(), 1, [&](std::size_t i) { trials[i] = (*this)(points[i]); });
    return trials;
  }

  double enough() const { return good_enough * good_enough * double(data_.size()); }
  int runs() const { return runs_; }
  int failed() const { return failed_; }

 private:
  const Model& model_;
  std::span<const FitParameter> parameters_;
  std::span<const FitDatum> data_;
  const FitOptions& options_;
  std::mutex guard_;
  int runs_ = 0, failed_ = 0;
  double least_ = HUGE_VAL;
};

/// One search: what NLopt's callback needs, and the best that it has seen.
struct Search {
  Evaluator& evaluate;
  nlopt_opt optimizer;
  Trial best;
  std::exception_ptr failure;
};

/// No exception may pass through NLopt, which is C.
extern "C" double misfit_of(unsigned n, const double* x, double*, void* data) {
  Search& s = *static_cast<Search*>(data);
  try {
    Trial t = s.evaluate(Parts(x, x + n));
    const double misfit = t.misfit;
    if (misfit < s.best.misfit) s.best = std::move(t);
    return misfit;
  } catch (...) {
    s.failure = std::current_exception();
    nlopt_force_stop(s.optimizer);
    return HUGE_VAL;
  }
}

Trial search(Evaluator& evaluate, const Trial& start, const FitOptions& o) {
  const auto n = unsigned(start.parts.size());
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> optimizer(
      nlopt_create(n == 1 ? NLOPT_LN_COBYLA : NLOPT_LN_BOBYQA, n), nlopt_destroy);
  Search s{evaluate, optimizer.get(), start, {}};
  nlopt_set_min_objective(optimizer.get(), misfit_of, &s);
  nlopt_set_lower_bounds1(optimizer.get(), 0);
  nlopt_set_upper_bounds1(optimizer.get(), 1);
  nlopt_set_initial_step1(optimizer.get(), first_step);
  nlopt_set_xtol_abs1(optimizer.get(), o.least_step);
  nlopt_set_stopval(optimizer.get(), evaluate.enough());
  nlopt_set_maxeval(optimizer.get(), o.most_runs * int(n));
  Parts x = start.parts;
  double least = 0;
  const nlopt_result result = nlopt_optimize(optimizer.get(), x.data(), &least);
  if (s.failure) std::rethrow_exception(s.failure);
  // Rounding ends a search where nothing is left to gain; the best that was seen stands.
  if (result < 0 && result != NLOPT_ROUNDOFF_LIMITED)
    throw std::logic_error(fmt::format("NLopt refuses the fit: {}", nlopt_result_to_string(result)));
  return s.best;
}

double distance(const Parts& a, const Parts& b) {
  double most = 0;
  for (std::size_t k = 0; k < a.size(); ++k) most = std::max(most, std::abs(a[k] - b[k]));
  return most;
}

/// The first trial and the best of the others, which lie apart from each other and from it.
std::vector<Trial> starting_points(const Trial& first, std::vector<Trial> samples, int count) {
  std::ranges::stable_sort(samples, {}, &Trial::misfit);
  std::vector<Trial> chosen{first};
  for (const Trial& t : samples) {
    if (int(chosen.size()) >= count) break;
    if (std::ranges::all_of(chosen, [&](const Trial& c) { return distance(c.parts, t.parts) > first_step; }))
      chosen.push_back(t);
  }
  return chosen;
}

/// Change of each datum over the whole range of a parameter, from the outermost of three trials that have it.
void differentiate(Fit& f, std::size_t k, const Trial& low, const Trial& middle, const Trial& high,
                   std::span<const FitDatum> data) {
  for (std::size_t i = 0; i < data.size(); ++i) {
    const Trial& from = low.figures[i] ? low : middle;
    const Trial& to = high.figures[i] ? high : middle;
    const double step = to.parts[k] - from.parts[k];
    f.jacobian[i][k] = from.figures[i] && to.figures[i] && step > 0
                           ? (*to.figures[i] - *from.figures[i]) / (data[i].sigma * step)
                           : 0;
  }
}

void find_jacobian(Fit& f, Evaluator& evaluate, const Trial& best, std::span<const FitDatum> data) {
  const std::size_t n = best.parts.size();
  std::vector<Parts> points(2 * n, best.parts);
  for (std::size_t k = 0; k < n; ++k) {
    points[2 * k][k] = std::max(0.0, best.parts[k] - difference_step);
    points[2 * k + 1][k] = std::min(1.0, best.parts[k] + difference_step);
  }
  const std::vector<Trial> trials = evaluate.all(points);
  f.jacobian.assign(data.size(), std::vector<double>(n, 0.0));
  for (std::size_t k = 0; k < n; ++k) differentiate(f, k, trials[2 * k], best, trials[2 * k + 1], data);
}

Bound bound_at(double part, double hair) {
  return part <= hair ? Bound::lower : part >= 1 - hair ? Bound::upper : Bound::none;
}

int sample_count(const FitOptions& o, std::size_t parameters) {
  if (o.samples > 0) return o.samples;
  return o.starts > 1 ? samples_per_parameter * int(parameters) : 0;
}

}  // namespace

double value_at(const FitParameter& p, double part) {
  if (part <= 0 || part >= 1) return part <= 0 ? p.from : p.to;
  return is_logarithmic(p) ? p.from * std::pow(p.to / p.from, part) : p.from + part * (p.to - p.from);
}

double part_at(const FitParameter& p, double value) {
  const double part = is_logarithmic(p) ? std::log(value / p.from) / std::log(p.to / p.from)
                                        : (value - p.from) / (p.to - p.from);
  return std::clamp(part, 0.0, 1.0);
}

std::vector<double> residuals(std::span<const FitDatum> data, const Figures& figures) {
  std::vector<double> r;
  for (std::size_t i = 0; i < data.size(); ++i)
    r.push_back(figures[i] ? (*figures[i] - data[i].value) / data[i].sigma : absent);
  return r;
}

int expected_runs(const FitOptions& o, std::size_t parameters) {
  const int n = int(parameters);
  return 1 + sample_count(o, parameters) + o.starts * expected_runs_per_parameter * n + 2 * n;
}

Fit fit(const Model& model, std::span<const FitParameter> parameters, std::span<const FitDatum> data,
        const FitOptions& options) {
  Evaluator evaluate(model, parameters, data, options);
  Parts start;
  for (const FitParameter& p : parameters) start.push_back(part_at(p, p.start));
  const Trial first = evaluate(start);
  const std::vector<Trial> starts =
      starting_points(first, evaluate.all(sobol(sample_count(options, parameters.size()), parameters.size())),
                      options.starts);
  std::vector<Trial> ends(starts.size());
  parallel_for(starts.size(), 1, [&](std::size_t k) { ends[k] = search(evaluate, starts[k], options); });
  const Trial& best = *std::ranges::min_element(ends, {}, &Trial::misfit);

  Fit f;
  f.before = first.figures, f.misfit_before = first.misfit;
  f.after = best.figures, f.misfit = best.misfit;
  for (const Trial& t : ends) f.search_misfits.push_back(t.misfit);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    f.on_bound.push_back(bound_at(best.parts[k], 10 * options.least_step));
    f.values.push_back(value_at(parameters[k], best.parts[k]));
  }
  find_jacobian(f, evaluate, best, data);
  f.runs = evaluate.runs(), f.failed = evaluate.failed();
  return f;
}

}  // namespace soleus::study
