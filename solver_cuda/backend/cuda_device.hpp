// What a CudaBackend has on the device, and its kernels in order.
#pragma once

#include <cmath>
#include <limits>
#include <optional>

#include "solver_cuda/backend/cuda_choose.hpp"
#include "solver_cuda/backend/cuda_observe.hpp"
#include "solver_cuda/backend/cuda_openings.hpp"
#include "solver_cuda/backend/cuda_scalar.hpp"
#include "solver_cuda/backend/cuda_sections.hpp"
#include "solver_cuda/backend/cuda_sheets.hpp"

namespace soleus {
namespace cuda {

/// At the end of a pair of steps, or of one alone.
__global__ void count_steps(int* first, int steps) {
  *first += steps;
}

}  // namespace cuda
template <class L, class Real, class Stored>
struct CudaBackend<L, Real, Stored>::Device {
  BackendSetup<Real> setup;
  int id;
  cuda::Stream work, copies;
  cuda::Event table_taken, seen, copied;

  cuda::DeviceArray<typename cuda::Memory<Real, Stored>::type> f;
  cuda::DeviceArray<std::array<std::int32_t, 27>> neighbours;
  cuda::DeviceArray<std::uint8_t> fluid_rows;
  cuda::DeviceArray<std::int32_t> active;
  cuda::DeviceArray<BoundaryTile> tiles;
  cuda::DeviceArray<std::uint64_t> which;
  cuda::DeviceArray<std::uint32_t> packs_before;
  cuda::DeviceArray<BoundaryPack<L>> packs;
  cuda::DeviceArray<Real> shares, push, wall_push;
  std::array<cuda::DeviceArray<double>, 2> let_in;
  cuda::OpeningsOnDevice<L, Real> openings;
  bool pushed = false, moving = false;  // links have a push; the moving wall has a part in it

  cuda::DeviceArray<double> table, mass_in;
  cuda::DeviceArray<int> first_step;
  cuda::PinnedArray<double> table_host, mass_host;
  cuda::DeviceArray<float> fields, strain;  // [4] and [6][active tiles][512]
  cuda::DeviceArray<Totals> totals;
  cuda::PinnedArray<float> fields_host, strain_host;
  cuda::PinnedArray<Totals> totals_host;
  cuda::DeviceArray<Node> cell_nodes;
  cuda::DeviceArray<Real> cells;
  std::optional<cuda::ScalarOnDevice<Real>> scalar;
  cuda::SectionsOnDevice sections;  // of a compliant wall
  std::optional<cuda::Sheets<Real>> sheets;

  Parity next = Parity::even;
  Observed watched = Observed::totals;
  cuda::StepKernel<L, Real, Stored> even, odd;
  cuda::CorrectKernel<L, Real, Stored> correct;
  cuda::PushKernel<L, Real, Stored> push_step;
  cuda::Graph graph;
  cuda::GraphExec pair;  // an even and an odd step; empty after a change of the boundary

  explicit Device(const BackendSetup<Real>& s)
      : setup(s),
        id(cuda::chosen_device(s.device)),
        even(cuda::step_kernel<Parity::even, L, Real, Stored>(s)),
        odd(cuda::step_kernel<Parity::odd, L, Real, Stored>(s)),
        correct(cuda::correct_kernel<L, Real, Stored>(s)),
        push_step(cuda::push_kernel<L, Real, Stored>(s)) {
    cuda::require_memory<L, Real, Stored>(s);
    f.make_room(std::size_t(s.tiles.populated) * L::Q * tile_nodes);
    neighbours.copy_from(s.tiles.neighbours, work);
    active.copy_from(s.nodes.active_tiles, work);
    table.make_room(std::size_t(table_width()) * (cuda::table_steps + 1));
    table_host.make_room(std::size_t(table_width()) * (cuda::table_steps + 1));
    first_step.make_room(1);
    mass_in.make_room(s.caps + 1);
    cuda::check(cudaMemsetAsync(mass_in.data(), 0, (s.caps + 1) * sizeof(double), work), "being made ready");
    openings.states.make_room(s.caps + 1);
    cuda::check(cudaMemsetAsync(openings.states.data(), 0, (s.caps + 1) * sizeof(OpeningState), work),
                "being made ready");
    fields.make_room(4 * values());
    totals.make_room(s.nodes.active_tiles.size());
    if (s.takes_strain) strain.make_room(6 * values());
    if (s.scalar) scalar.emplace(s, work);
    wait();
  }

  std::size_t populations_bytes() const {
    return std::size_t(setup.tiles.populated) * L::Q * tile_nodes *
           sizeof(typename cuda::Memory<Real, Stored>::type);
  }
  std::size_t values() const { return setup.nodes.active_tiles.size() * tile_nodes; }
  int table_width() const { return 3 + cuda::values_of_opening * static_cast<int>(setup.caps); }
  void wait() { cuda::check(cudaStreamSynchronize(work), "computing"); }

  cuda::LatticeOnDevice<Real, Stored> lattice() const {
    return {f.data(), reinterpret_cast<const std::int32_t*>(neighbours.data()), fluid_rows.data(),
            active.data()};
  }
  cuda::LatticeOnDevice<Real, Real> lattice_of(const cuda::DeviceArray<Real>& populations) const {
    return {populations.data(), reinterpret_cast<const std::int32_t*>(neighbours.data()), fluid_rows.data(),
            active.data()};
  }
  cuda::BoundaryOnDevice<L, Real> boundary() const {
    return {tiles.data(),
            which.data(),
            packs_before.data(),
            packs.data(),
            shares.data(),
            pushed ? push.data() : nullptr,
            {let_in[0].data(), let_in[1].data()}};
  }
  cuda::StepTable steps() const { return {table.data(), first_step.data(), table_width()}; }

  template <Parity parity>
  void step() {
    const cuda::OpeningArguments<L, Real, Stored> at_openings{
        lattice(),      openings.nodes.data(),  openings.count, openings.caps.data(),
        mass_in.data(), openings.states.data(), steps()};
    const cuda::StepArguments<L, Real, Stored> arguments{lattice(), boundary(), steps(), setup.rates,
                                                         sheets ? sheets->touches() : nullptr};
    const std::size_t blocks = cuda::blocks_for(std::size_t(openings.count));
    if (sheets) sheets->touch(lattice());
    cuda::launch(work, blocks, cuda::block_threads, cuda::sample_openings<parity, L, Real, Stored>,
                 at_openings);
    if (scalar) step_scalar<parity>(at_openings, blocks);
    cuda::launch(work, setup.nodes.active_tiles.size(), cuda::block_threads,
                 parity == Parity::even ? even : odd, arguments);
    if (sheets)
      cuda::launch(work, setup.nodes.active_tiles.size(), cuda::block_threads, push_step, arguments,
                   sheets->markers(), parity);
    cuda::launch(work, setup.caps, cuda::block_threads, cuda::fill_openings<parity, L, Real, Stored>,
                 at_openings);
    if (sheets) sheets->advance(lattice());
    if (parity == Parity::odd) cuda::launch(work, 1, 1, cuda::count_steps, first_step.data(), 2);
  }

  template <Parity parity>
  void step_scalar(const cuda::OpeningArguments<L, Real, Stored>& fluid, std::size_t blocks) {
    const cuda::ScalarArguments<L, Real, Stored> arguments{
        lattice_of(scalar->amount), lattice_of(scalar->measure), scalar->rules,
        scalar->at_openings.data(), scalar->entered.data(),      fluid};
    cuda::launch(work, blocks, cuda::block_threads, cuda::sample_scalar_openings<parity, L, Real, Stored>,
                 arguments);
    cuda::launch(work, setup.nodes.active_tiles.size(), cuda::block_threads,
                 cuda::advance_scalar<parity, L, Real, Stored>, arguments);
    cuda::launch(work, setup.caps, cuda::block_threads, cuda::fill_scalar_openings<L, Real, Stored>,
                 arguments);
  }

  void step_pair() {
    if (!pair) {
      cuda::check(cudaStreamBeginCapture(work, cudaStreamCaptureModeThreadLocal), "recording steps");
      step<Parity::even>();
      step<Parity::odd>();
      cuda::check(cudaStreamEndCapture(work, graph.fresh()), "recording steps");
      cuda::check(cudaGraphInstantiate(pair.fresh(), graph, 0), "recording steps");
    }
    cuda::check(cudaGraphLaunch(pair, work), "starting steps");
  }

  void boundary_changed(const Boundary<L, Real>& b) {
    pair.reset();
    fluid_rows.copy_from(setup.nodes.fluid_rows, work);
    tiles.copy_from(b.tiles, work);
    which.copy_from(b.which.which, work);
    packs_before.copy_from(b.which.before, work);
    packs.copy_from(b.packs, work);
    shares.copy_from(b.shares, work);
    push.copy_from(b.push, work);
    wall_push.copy_from(b.wall_push, work);
    for (int parity = 0; parity < 2; ++parity) let_in[parity].copy_from(b.let_in[parity], work);
    pushed = !b.push.empty(), moving = !b.wall_push.empty();
    openings.take(b.caps, work);
    if (scalar) scalar->at_openings.make_room(std::size_t(openings.count) + 1);
    wait();
  }

  void wall_moved(const NodeSet& band, const std::vector<float>& distance_m,
                  const std::vector<Vec3>& velocity_m_s) {
    pair.reset();  // it knows where they lay
    sheets->wall_moved(band, distance_m, velocity_m_s, std::size_t(setup.tiles.count()));
  }

  void correct_links(const Vec3& force) {
    const cuda::CorrectArguments<L, Real, Stored> arguments{
        lattice(),   boundary(),        moving ? wall_push.data() : nullptr,
        push.data(), rates_with(force), sheets ? sheets->touches() : nullptr};
    if (sheets) sheets->touch(lattice());
    cuda::launch(work, setup.nodes.active_tiles.size(), cuda::block_threads, correct, arguments);
  }

  void settle_mass() {
    const auto& before = let_in[next == Parity::even];
    cuda::launch(work, setup.nodes.active_tiles.size(), cuda::block_threads,
                 cuda::settle_mass<L, Real, Stored>, lattice(), boundary(), before.data());
    cuda::check(cudaMemsetAsync(before.data(), 0, setup.tiles.neighbours.size() * sizeof(double), work),
                "settling mass");
  }

  OpeningsSoFar openings_so_far() {
    return {openings.states.copy(setup.caps, work), mass_in.copy(setup.caps, work),
            scalar ? scalar->entered.copy(setup.caps, work) : std::vector<double>{}};
  }
  void put_openings(const OpeningsSoFar& all) {
    openings.states.copy_from(all.states, work), mass_in.copy_from(all.mass_in, work);
    if (scalar) scalar->entered.copy_from(all.scalar_in, work);
    wait();
  }

  Relaxation<Real> rates_with(const Vec3& force) const {
    Relaxation<Real> rates = setup.rates;
    for (int a = 0; a < 3; ++a) rates.force[a] = static_cast<Real>(force[a]);
    return rates;
  }

  /// Gives the values of at most table_steps steps to the device, the first in row 0 if it is even, else in
  /// row 1.
  void fill_table(const StepValues* steps, std::size_t count) {
    cuda::check(cudaEventSynchronize(table_taken), "copying to it");
    const std::size_t width = static_cast<std::size_t>(table_width()), from = next == Parity::odd;
    double* at = table_host.data() + from * width;
    for (const StepValues* now = steps; now != steps + count; ++now) {
      for (int a = 0; a < 3; ++a) *at++ = now->force[a];
      for (const OpeningValue& v : now->openings) at = cuda::put_opening(at, v);
    }
    cuda::check(cudaMemcpyAsync(table.data() + from * width, table_host.data() + from * width,
                                count * width * sizeof(double), cudaMemcpyHostToDevice, work),
                "copying to it");
    cuda::check(cudaEventRecord(table_taken, work), "copying to it");
    cuda::check(cudaMemsetAsync(first_step.data(), 0, sizeof(int), work), "being made ready");
  }

  void advance(const StepValues* steps, std::size_t count) {
    fill_table(steps, count);
    if (next == Parity::odd && count > 0) step<Parity::odd>(), next = Parity::even, --count;
    for (; count >= 2; count -= 2) step_pair();
    if (count == 1) step<Parity::even>(), next = Parity::odd;
  }

  void observe(Observed what, const Vec3& force) {
    const Scales& s = setup.scales;
    float* v = fields.data();
    const cuda::ObserveArguments<Real, Stored> arguments{
        .lattice = lattice(),
        .next = next,
        .rates = rates_with(force),
        .velocity_m_s = s.velocity_m_s(),
        .node_mass_kg = s.density_kg_m3 * std::pow(s.dx_m, 3),
        .per_second = 1 / s.dt_s,
        .vx = v,
        .vy = v + values(),
        .vz = v + 2 * values(),
        .drho = v + 3 * values(),
        .strain = what == Observed::strain ? strain.data() : nullptr,
        .values = values(),
        .totals = totals.data(),
        .markers = sheets ? sheets->markers() : cuda::MarkersOnDevice<Real>{}};
    watched = what;
    settle_mass();
    if (sheets) sheets->touch(lattice()), sheets->ask();
    cuda::check(cudaStreamWaitEvent(work, copied), "waiting for copies");
    cuda::launch(work, setup.nodes.active_tiles.size(), cuda::block_threads,
                 cuda::observe_tile<L, Real, Stored>, arguments);
    mass_host.copy_from(mass_in, setup.caps, work);
    if (scalar) observe_scalar();
    cuda::check(cudaEventRecord(seen, work), "being observed");
    // The steps that follow do not wait for these copies.
    cuda::check(cudaStreamWaitEvent(copies, seen), "being observed");
    totals_host.copy_from(totals, setup.nodes.active_tiles.size(), copies);
    if (what >= Observed::fields) fields_host.copy_from(fields, 4 * values(), copies);
    if (what == Observed::strain) strain_host.copy_from(strain, 6 * values(), copies);
    if (scalar) {
      scalar->totals_host.copy_from(scalar->totals, setup.nodes.active_tiles.size(), copies);
      if (what >= Observed::fields)
        scalar->concentration_host.copy_from(scalar->concentration, values(), copies);
    }
    cuda::check(cudaEventRecord(copied, copies), "being observed");
  }

  void observe_scalar() {
    cuda::launch(work, setup.nodes.active_tiles.size(), cuda::block_threads, cuda::observe_scalar<Real>,
                 lattice_of(scalar->amount), lattice_of(scalar->measure), next, scalar->concentration.data(),
                 scalar->totals.data());
    scalar->entered_host.copy_from(scalar->entered, setup.caps, work);
  }

  void wait_for_observation() { cuda::check(cudaEventSynchronize(copied), "computing"); }

  void take_fields(MacroFields& to) const {
    for (std::vector<float>* all : {&to.vx, &to.vy, &to.vz, &to.drho})
      all->resize(setup.tiles.populated_nodes());
    if (watched == Observed::strain) to.strain.resize(setup.tiles.populated_nodes());
    if (scalar) to.concentration.resize(setup.tiles.populated_nodes());
    parallel_for(setup.nodes.active_tiles.size(), 16, [&](std::size_t k) {
      const std::size_t first = std::size_t(setup.nodes.active_tiles[k]) * tile_nodes;
      const float* from = fields_host.data() + k * tile_nodes;
      for (std::vector<float>* all : {&to.vx, &to.vy, &to.vz, &to.drho}) {
        std::copy(from, from + tile_nodes, all->data() + first);
        from += values();
      }
      if (scalar) {
        const float* c = scalar->concentration_host.data() + k * tile_nodes;
        std::copy(c, c + tile_nodes, to.concentration.data() + first);
      }
      if (watched != Observed::strain) return;
      for (std::size_t c = 0; c < 6; ++c)
        for (std::size_t n = 0; n < tile_nodes; ++n)
          to.strain[first + n][c] = strain_host.data()[c * values() + k * tile_nodes + n];
    });
    if (watched == Observed::strain)
      for (const Node n : setup.nodes_at_caps) to.strain[n].fill(std::numeric_limits<float>::quiet_NaN());
  }

  /// Runs a kernel over cells of M, a velocity set; they are in `cells`.
  template <class M, class As>
  void run_over(const cuda::LatticeOnDevice<Real, As>& lattice, const std::vector<Node>& nodes,
                void (*kernel)(cuda::CellArguments<M, Real, As>)) {
    cell_nodes.copy_from(nodes, work);
    const cuda::CellArguments<M, Real, As> arguments{lattice, cell_nodes.data(),
                                                     static_cast<int>(nodes.size()) * M::Q, cells.data()};
    cuda::launch(work, cuda::blocks_for(std::size_t(arguments.count)), cuda::block_threads, kernel,
                 arguments);
  }
  template <class M, class As>
  Cells<M, Real> read(const cuda::LatticeOnDevice<Real, As>& lattice, std::vector<Node> nodes) {
    Cells<M, Real> taken;
    taken.at.resize(nodes.size());
    if (!nodes.empty()) {
      cells.make_room(nodes.size() * M::Q);
      run_over<M>(lattice, nodes, cuda::gather_cells<M, Real, As>);
      cuda::check(cudaMemcpyAsync(taken.at.data(), cells.data(), sizeof taken.at[0] * nodes.size(),
                                  cudaMemcpyDeviceToHost, work),
                  "copying from it");
      wait();
    }
    taken.nodes = std::move(nodes);
    return taken;
  }
  template <class M, class As>
  void write(const cuda::LatticeOnDevice<Real, As>& lattice, const Cells<M, Real>& from,
             const std::vector<Node>& nodes) {
    if (nodes.empty()) return;
    std::vector<Cell<M, Real>> chosen;
    for (const Node n : nodes) chosen.push_back(from.at[from.find(n)]);
    cells.copy_from(chosen[0].g, chosen.size() * M::Q, work);
    run_over<M>(lattice, nodes, cuda::scatter_cells<M, Real, As>);
    wait();
  }
};

}  // namespace soleus
