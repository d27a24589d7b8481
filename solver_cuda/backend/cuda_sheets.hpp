// The sheets of a run on the device: what it holds of them, and the kernels of a step in order
// (kernels/immersed). Nothing of them goes to or from the host in a step.
#pragma once

#include <cmath>
#include <optional>

#include "solver_cuda/backend/cuda_contact.hpp"
#include "solver_cuda/backend/cuda_memory.hpp"
#include "solver_cuda/backend/torn_sheet.hpp"
#include "solver_cuda/state/node_set.hpp"

namespace soleus::cuda {

/// What of FlatSheets and the wall the device holds.
struct SheetArrays {
  DeviceArray<SheetRange> range;
  DeviceArray<ShellTriangle> triangles;
  DeviceArray<ShellEdge> edges;
  DeviceArray<Mirror> mirrors;
  DeviceArray<std::int32_t> first_of_node, of_node, sheet_of_node, of_triangle;
  DeviceArray<double> mass_kg, fluid_mass_kg, gap_m;
  DeviceArray<std::uint8_t> held;
  DeviceArray<Vec3> at_nodes, ahead_m, load_n, velocity_m_s;
  DeviceArray<double> at_edges;
  DeviceArray<HingeAngle> hinges;
  DeviceArray<PlaneTensor> curvatures;
  DeviceArray<Vec3> at_places_n;
  DeviceArray<double> on_angles_nm, on_edges_nm;
  DeviceArray<SheetBox> box;
  DeviceArray<Hit> hit;
  DeviceArray<TornNode> torn;
  DeviceArray<int> torn_now;
};

/// What of the lattice they need beside it.
template <class Real>
struct MarkerArrays {
  DeviceArray<std::int32_t> box_at;
  DeviceArray<Node> first;
  DeviceArray<Real> weights;
  DeviceArray<Triple<Real>> push, velocity;
  DeviceArray<int> tiles, touches, first_of_tile;
  DeviceArray<TouchOfTile> of_tile;
  DeviceArray<std::uint8_t> wall_rows;
  DeviceArray<std::uint32_t> wall_first;
  DeviceArray<float> wall_distance_m;
  DeviceArray<Vec3> wall_velocity_m_s;
};

template <class Real>
class Sheets {
 public:
  /// Before begin(), which needs the lattice and the wall on the device.
  Sheets(std::vector<ImmersedSheet>& sheets, Delta delta, const BackendSetup<Real>& setup, cudaStream_t work)
      : work_(work), active_(setup.nodes.active_tiles.size()) {
    keep(flatten(sheets));
    view_.dt_s = setup.scales.dt_s, view_.velocity_unit_m_s = setup.scales.velocity_m_s();
    view_.rule = contact_rule(setup.scales.dx_m, setup.scales.dt_s);
    keep_lattice(setup, delta);
    const TornNode none;
    const int never = INT_MAX;
    arrays_.torn.copy_from(&none, 1, work_), arrays_.torn_now.copy_from(&never, 1, work_);
    view_.torn = arrays_.torn.data(), view_.torn_now = arrays_.torn_now.data();
    put(sheets);
  }

  const MarkersOnDevice<Real>& markers() const { return markers_; }
  const int* touches() const { return markers_.touches; }

  /// The wall as it is from now on.
  void wall_moved(const NodeSet& band, const std::vector<float>& distance_m,
                  const std::vector<Vec3>& velocity_m_s, std::size_t tiles) {
    std::vector<std::uint8_t> rows(tiles * (tile_nodes / tile_edge));
    std::vector<std::uint32_t> first(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r)
      rows[r] = band.row(Node(r)), first[r] = std::uint32_t(band.first(Node(r)));
    MarkerArrays<Real>& a = at_markers_;
    a.wall_rows.copy_from(rows, work_), a.wall_first.copy_from(first, work_);
    a.wall_distance_m.copy_from(distance_m, work_), a.wall_velocity_m_s.copy_from(velocity_m_s, work_);
    near_ = {a.wall_rows.data(), a.wall_first.data(), a.wall_distance_m.data(),
             velocity_m_s.empty() ? nullptr : a.wall_velocity_m_s.data()};
    check(cudaStreamSynchronize(work_), "copying to it");
  }

  /// Once: how near to the wall they are at the start, and what they ask of the fluid then.
  template <class Stored>
  void begin(const LatticeOnDevice<Real, Stored>& lattice) {
    launch(work_, blocks_for(count()), block_threads, begin_wall_contact<Real, Stored>, view_, markers_,
           lattice, near_);
    find_forces(lattice);
  }

  /// Before a step, or a look at the fluid: which nodes they push, and how much.
  template <class Stored>
  void touch(const LatticeOnDevice<Real, Stored>& lattice) {
    check(cudaMemsetAsync(markers_.touches, 0, (std::size_t(tiles_) + 1) * sizeof(int), work_),
          "finding markers");
    launch(work_, blocks_for(count()), block_threads, touch_markers<Real, Stored>, markers_, lattice);
    launch(work_, active_, block_threads, list_markers<Real>, markers_, tiles_, lattice.active);
  }

  /// After a step: they move on with the fluid, and find what they ask of it in the next.
  template <class Stored>
  void advance(const LatticeOnDevice<Real, Stored>& lattice) {
    launch(work_, blocks_for(count()), block_threads, interpolate<Real>, view_, markers_);
    launch(work_, blocks_for(count()), block_threads, follow, view_);
    find_forces(lattice);
  }

  /// From the host, with the gaps of put_gaps(); the stream is waited for.
  void put(std::vector<ImmersedSheet>& sheets) {
    const SheetsState now = state_of(sheets);
    arrays_.at_nodes.copy_from(now.at_nodes, work_), arrays_.at_edges.copy_from(now.at_edges, work_);
    check(cudaStreamSynchronize(work_), "copying to it");
  }
  std::vector<double> gaps() const { return arrays_.gap_m.copy(count(), work_); }
  void put_gaps(const std::vector<double>& gap_m) {
    arrays_.gap_m.copy_from(gap_m, work_);
    check(cudaStreamSynchronize(work_), "copying to it");
  }
  /// Asks for what take() gives when the stream has come so far.
  void ask() {
    nodes_host_.copy_from(arrays_.at_nodes, SheetsState::of_node * count(), work_);
    edges_host_.copy_from(arrays_.at_edges, SheetsState::of_edge * std::size_t(view_.edges), work_);
    torn_host_.copy_from(arrays_.torn, 1, work_);
  }
  /// Throws NumericalError when one of them is torn along.
  void take(std::vector<ImmersedSheet>& sheets) const {
    put_state(sheets, nodes_host_.data(), edges_host_.data());
    const TornNode& torn = *torn_host_.data();
    if (torn.node < 0) return;
    int behind = torn.node;
    for (const ImmersedSheet& s : sheets) {
      if (behind < int(s.shell.x_m.size())) fail_torn(s.name, torn.cells_per_step, torn.x_m);
      behind -= int(s.shell.x_m.size());
    }
  }

 private:
  cudaStream_t work_;
  std::size_t active_;  // tiles
  int tiles_ = 0;       // all of them
  SheetArrays arrays_;
  MarkerArrays<Real> at_markers_;
  SheetsOnDevice view_{};
  MarkersOnDevice<Real> markers_{};
  NearWallOnDevice near_{};
  PinnedArray<Vec3> nodes_host_;
  PinnedArray<double> edges_host_;
  PinnedArray<TornNode> torn_host_;

  std::size_t count() const { return std::size_t(view_.nodes); }

  template <class Stored>
  void find_forces(const LatticeOnDevice<Real, Stored>& lattice) {
    const auto nodes = blocks_for(count()), edges = blocks_for(std::size_t(view_.edges)),
               triangles = blocks_for(std::size_t(view_.triangles));
    if (view_.sheets > 1) {
      launch(work_, std::size_t(view_.sheets), block_threads, box_sheets, view_);
      launch(work_, count(), contact_threads, find_hits, view_);
    }
    launch(work_, nodes, block_threads, load_nodes<Real, Stored>, view_, markers_, lattice, near_);
    launch(work_, edges, block_threads, find_hinges, view_);
    launch(work_, triangles, block_threads, find_curvatures, view_);
    launch(work_, triangles, block_threads, force_triangles, view_);
    launch(work_, edges, block_threads, force_edges, view_);
    launch(work_, nodes, block_threads, ask_of_fluid, view_);
  }

  void keep(const FlatSheets& all) {
    SheetArrays& a = arrays_;
    a.range.copy_from(all.sheets, work_), a.triangles.copy_from(all.triangles, work_);
    a.edges.copy_from(all.edges, work_), a.mirrors.copy_from(all.mirrors, work_);
    a.first_of_node.copy_from(all.first_of_node, work_), a.of_node.copy_from(all.of_node, work_);
    a.sheet_of_node.copy_from(all.sheet_of_node, work_), a.of_triangle.copy_from(all.of_triangle, work_);
    a.mass_kg.copy_from(all.mass_kg, work_), a.fluid_mass_kg.copy_from(all.fluid_mass_kg, work_);
    a.held.copy_from(all.held, work_);
    const std::size_t nodes = all.mass_kg.size(), edges = all.edges.size(), triangles = all.triangles.size();
    for (DeviceArray<Vec3>* of_nodes : {&a.ahead_m, &a.load_n, &a.velocity_m_s}) of_nodes->make_room(nodes);
    a.at_nodes.make_room(SheetsState::of_node * nodes), a.at_edges.make_room(SheetsState::of_edge * edges);
    a.gap_m.make_room(nodes), a.hit.make_room(nodes), a.box.make_room(all.sheets.size());
    a.hinges.make_room(edges), a.curvatures.make_room(triangles), a.on_edges_nm.make_room(edges);
    a.at_places_n.make_room(3 * triangles + 4 * edges), a.on_angles_nm.make_room(3 * triangles);
    view_.nodes = int(nodes), view_.edges = int(edges), view_.triangles = int(triangles);
    view_.sheets = int(all.sheets.size());
    view_at_arrays();
    check(cudaStreamSynchronize(work_), "copying to it");
  }

  void view_at_arrays() {
    const SheetArrays& a = arrays_;
    view_.at = fields_of_nodes(a.at_nodes.data(), count());
    view_.at.mass_kg = a.mass_kg.data(), view_.at.fluid_mass_kg = a.fluid_mass_kg.data();
    view_.at.held = a.held.data();
    view_.turn = a.at_edges.data(), view_.turn_1_s = a.at_edges.data() + view_.edges;
    view_.shell = {.triangles = a.triangles.data(),
                   .edges = a.edges.data(),
                   .mirrors = a.mirrors.data(),
                   .triangle_count = std::size_t(view_.triangles),
                   .x_m = a.ahead_m.data(),
                   .turn = view_.turn,
                   .hinges = a.hinges.data(),
                   .curvatures = a.curvatures.data(),
                   .at_places_n = a.at_places_n.data(),
                   .on_angles_nm = a.on_angles_nm.data(),
                   .on_edges_nm = a.on_edges_nm.data()};
    view_.range = a.range.data(), view_.box = a.box.data(), view_.hit = a.hit.data();
    view_.sheet_of_node = a.sheet_of_node.data(), view_.of_triangle = a.of_triangle.data();
    view_.first_of_node = a.first_of_node.data(), view_.of_node = a.of_node.data();
    view_.ahead_m = a.ahead_m.data(), view_.load_n = a.load_n.data();
    view_.velocity_m_s = a.velocity_m_s.data(), view_.gap_m = a.gap_m.data();
  }

  void keep_lattice(const BackendSetup<Real>& setup, Delta delta) {
    const Tiles& tiles = setup.tiles;
    const Scales& scales = setup.scales;
    MarkerArrays<Real>& a = at_markers_;
    MarkersOnDevice<Real>& m = markers_;
    m.count = view_.nodes, m.delta = delta;
    m.origin_m = tiles.origin_m, m.dx_m = tiles.dx_m, m.populated = tiles.populated;
    m.half_to_lattice = 0.5 * scales.dt_s * scales.dt_s / (scales.density_kg_m3 * std::pow(scales.dx_m, 4));
    tiles_ = tiles.count();
    a.box_at.copy_from(tiles.at, work_);
    a.first.make_room(count()), a.weights.make_room(count() * std::size_t(m.support()));
    a.push.make_room(count()), a.velocity.make_room(count() * most_tiles);
    a.tiles.make_room(count() * most_tiles), a.of_tile.make_room(count() * most_tiles);
    a.touches.make_room(std::size_t(tiles_) + 1), a.first_of_tile.make_room(std::size_t(tiles_));
    m.box.at = a.box_at.data();
    for (int k = 0; k < 3; ++k) m.box.dims[k] = tiles.dims[k], m.box.periodic[k] = tiles.periodic[k];
    m.x_m = view_.at.x_m, m.force_n = view_.at.force_n;
    m.first = a.first.data(), m.weights = a.weights.data(), m.push = a.push.data();
    m.velocity = a.velocity.data(), m.tiles = a.tiles.data(), m.touches = a.touches.data();
    m.first_of_tile = a.first_of_tile.data(), m.of_tile = a.of_tile.data();
  }
};

}  // namespace soleus::cuda
