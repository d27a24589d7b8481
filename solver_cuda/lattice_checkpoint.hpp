// What of a run goes into a checkpoint, and comes out of it: members of LatticeSolver.
//
// One is written where the links are about to be found or corrected anew, the mass being settled: links, what
// is corrected in them and distances that the wall's next update evaluates need not be kept. All candidates
// are, fluid or not: covered nodes hold a scalar until they are fluid again.
#pragma once

#include <cereal/archives/binary.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <istream>
#include <ostream>

#include "solver_cuda/recorder.hpp"
#include "solver_cuda/solver_impl.hpp"

namespace soleus {

template <class Archive>
void serialize(Archive& a, Vec3& v) {
  a(v.x, v.y, v.z);
}
template <class Archive>
void serialize(Archive& a, ResidualGap& g) {
  a(g.stations, g.most, g.first_s, g.first_station);
}
template <class Archive>
void serialize(Archive& a, StationAreas& s) {
  a(s.time_s, s.ratio, s.rate_1_s, s.gap);
}
template <class Archive>
void serialize(Archive& a, OpeningState& s) {
  a(s.beyond, s.shut, s.end.answer, s.end.slow_flow, s.end.mass_in);
}
template <class Archive>
void serialize(Archive& a, OpeningsSoFar& s) {
  a(s.states, s.mass_in, s.scalar_in);
}

template <class Backend>
template <class Archive>
void LatticeSolver<Backend>::transfer(Archive& a, Recorder& recorder) {
  a(steps_done_, next_due_, wall_moves_at_, updated_at_, corrected_at_, force_from_);
  a(lumen_, displaced_per_step_, to_displace_, force_, force_N_, lattice_.nodes.fluid_rows, near_);
  if (compliant_) a(*compliant_);
  if (limb_) a(limb_at_, *limb_);
  a(recorder);
}

/// visit(nodes, values): the candidates, some at a time, and room for their populations along Set.
template <class Set, class Real, class Visit>
void for_candidates(const Lattice& lattice, const Visit& visit) {
  constexpr std::size_t most = 1 << 16;
  const std::vector<Node> all = candidates(lattice);
  for (std::size_t first = 0; first < all.size(); first += most) {
    const std::vector<Node> nodes(all.begin() + std::ptrdiff_t(first),
                                  all.begin() + std::ptrdiff_t(std::min(all.size(), first + most)));
    std::vector<Cell<Set, Real>> values(nodes.size());
    visit(nodes, values);
  }
}

template <class Set, class Real, class Held>
void take_cells(std::vector<Cell<Set, Real>>& to, const Held& held, const Lattice& lattice,
                const std::vector<Node>& nodes) {
  for (std::size_t k = 0; k < nodes.size(); ++k)
    gather(held, lattice.tiles, lattice.nodes, nodes[k], to[k].g);
}
template <class Set, class Real, class Held>
void put_cells(Held& held, const std::vector<Cell<Set, Real>>& from, const Lattice& lattice,
               const std::vector<Node>& nodes) {
  for (std::size_t k = 0; k < nodes.size(); ++k)
    scatter(held, lattice.tiles, lattice.nodes, nodes[k], from[k].g);
}
template <class Set, class Real>
auto bytes_of(std::vector<Cell<Set, Real>>& cells) {
  return cereal::binary_data(cells.data(), cells.size() * sizeof cells[0]);
}

template <class Backend>
void LatticeSolver<Backend>::write_state(std::ostream& out, Recorder& recorder) {
  cereal::BinaryOutputArchive a(out);
  transfer(a, recorder);
  if (backend_.sheets()) backend_.serialize_sheets(a);
  OpeningsSoFar openings = backend_.openings();
  a(openings);
  for_candidates<L, Real>(lattice_, [&](const std::vector<Node>& nodes, auto& values) {
    auto&& held = backend_.cells([&] { return nodes; });
    take_cells(values, held, lattice_, nodes);
    a(bytes_of(values));
  });
  if (!has_scalar()) return;
  for_candidates<D3Q7, Real>(lattice_, [&](const std::vector<Node>& nodes, auto& values) {
    auto&& held = backend_.scalar_cells([&] { return nodes; });
    for (const auto* of : {&held.amount, &held.measure}) {
      take_cells(values, *of, lattice_, nodes);
      a(bytes_of(values));
    }
  });
}

template <class Backend>
void LatticeSolver<Backend>::read_state(std::istream& in, Recorder& recorder) {
  cereal::BinaryInputArchive a(in);
  transfer(a, recorder);
  near_.loaded(areas());
  if (backend_.sheets()) backend_.serialize_sheets(a);
  OpeningsSoFar openings;
  a(openings);
  for_candidates<L, Real>(lattice_, [&](const std::vector<Node>& nodes, auto& values) {
    a(bytes_of(values));
    auto&& held = backend_.cells([&] { return nodes; });
    put_cells(held, values, lattice_, nodes);
    backend_.write(held, nodes);
  });
  if (has_scalar())
    for_candidates<D3Q7, Real>(lattice_, [&](const std::vector<Node>& nodes, auto& values) {
      auto&& held = backend_.scalar_cells([&] { return nodes; });
      for (auto* of : {&held.amount, &held.measure}) {
        a(bytes_of(values));
        put_cells(*of, values, lattice_, nodes);
      }
      backend_.write_scalar(held);
    });
  backend_.put_openings(openings);
  backend_.boundary_changed();  // what is fluid has
}

/// A state that is not sound is not kept; whether the run goes on is for the recorder to say, at its own
/// steps.
template <class Backend>
void LatticeSolver<Backend>::save(Saving& to) {
  backend_.settle_mass();
  backend_.observe(Observed::totals, force_);
  const Observation& seen = backend_.observed();
  Snapshot now;
  now.step = steps_done_, now.time_s = time_s(), now.totals = seen.totals;
  if (to.recorder.fault(now))
    to.checkpoints.leave_out();
  else
    to.checkpoints.save({steps_done_, time_s()}, [&](std::ostream& out) { write_state(out, to.recorder); });
  check_interrupt();
}

}  // namespace soleus
