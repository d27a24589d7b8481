// What a sweep does to its bricks, by the collision operator. Included by cpu_sweep.cpp once per instruction
// set, inside its namespace.

template <class L, class Real, class Operator>
void run(const Sweep<L, Real>& s, std::size_t first, std::size_t last, Operator op) {
  if (s.corrects)
    correct_bricks(s, first, last, op);
  else if (s.parity == Parity::even)
    run_parity<Parity::even>(s, first, last, op);
  else
    run_parity<Parity::odd>(s, first, last, op);
}

template <class Model, class L, class Real>
void run_model(const Sweep<L, Real>& s, std::size_t first, std::size_t last, Collision collision) {
  if (collision == Collision::trt) run(s, first, last, Trt<Model>{});
  if (collision == Collision::regularized) run(s, first, last, Regularized<Model>{});
  if constexpr (L::Q == D3Q27::Q)
    if (collision == Collision::cumulant) run(s, first, last, Cumulant<Model>{});
}

template <class L, class Real>
void run_collision(const Sweep<L, Real>& s, std::size_t first, std::size_t last, Collision collision) {
  if (s.rates.rheology.model == RheologyModel::newtonian)
    run_model<Newtonian>(s, first, last, collision);
  else
    run_model<GeneralizedNewtonian>(s, first, last, collision);
}
