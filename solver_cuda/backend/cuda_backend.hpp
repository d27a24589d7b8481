// The backend of a CUDA device. No CUDA here: the members are defined in cuda_backend.cu.
#pragma once

#include <functional>
#include <memory>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/backend.hpp"
#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/state/cells.hpp"
#include "solver_cuda/state/immersed_sheet.hpp"
#include "solver_cuda/state/node_set.hpp"
#include "solver_cuda/state/sections.hpp"

namespace soleus {

/// Populations stored as halves of 2^15 times their value: 11 bits between 2^-29 and 2, computed with in
/// single precision. Half the memory traffic.
struct ScaledHalf {};

/// `Stored`: Real itself, or ScaledHalf. Throws ResourceError when the device is not there or too small.
template <class L, class Real, class Stored = Real>
class CudaBackend {
 public:
  using VelocitySet = L;
  using Arithmetic = Real;
  static constexpr bool measures_force = false;

  explicit CudaBackend(const BackendSetup<Real>& setup);
  ~CudaBackend();
  CudaBackend(const CudaBackend&) = delete;
  CudaBackend& operator=(const CudaBackend&) = delete;

  template <class Fill>
  void initialize(const std::vector<Node>& nodes, Fill&& fill) {
    constexpr std::size_t most = 1 << 16;  // at a time
    for (std::size_t first = 0; first < nodes.size(); first += most) {
      Cells<L, Real> cells;
      cells.nodes.assign(nodes.begin() + std::ptrdiff_t(first),
                         nodes.begin() + std::ptrdiff_t(std::min(nodes.size(), first + most)));
      cells.at.resize(cells.nodes.size());
      parallel_for(cells.at.size(), 256, [&](std::size_t k) { fill(cells.nodes[k], cells.at[k].g); });
      write(cells, cells.nodes);
    }
  }
  /// Asks nodes() for what is wanted.
  template <class Nodes>
  Cells<L, Real> cells(Nodes&& nodes) {
    return read(nodes());
  }
  void write(const Cells<L, Real>& cells, const std::vector<Node>& nodes);

  void initialize_scalar(const std::function<Real(Node)>& concentration);
  template <class Nodes>
  ScalarCells<Real> scalar_cells(Nodes&& nodes) {
    return read_scalar(nodes());
  }
  void write_scalar(const ScalarCells<Real>& cells);

  Boundary<L, Real>& boundary() { return boundary_; }
  void boundary_changed();
  void correct_links(const Vec3& force);
  const Boundary<L, Real>& corrected();
  void keep_sections(const Sections& sections);
  std::vector<SectionSum> sum_sections();
  /// `near`: a NearWall, which has to outlive this.
  template <class Near>
  void keep_sheets(std::vector<ImmersedSheet> sheets, Delta delta, const Near& near) {
    sheets_ = std::move(sheets);
    near_ = {&near.band_nodes(), &near.distance_m, &near.velocity_m_s};
    keep_sheets(delta);
  }
  /// As they were when the fluid was last looked at; null where there are none.
  const std::vector<ImmersedSheet>* sheets() const { return sheets_.empty() ? nullptr : &sheets_; }
  template <class Change>
  void change_sheets(Change&& change) {
    read_sheets();
    change(sheets_);
    write_sheets();
  }
  template <class Archive>
  void serialize_sheets(Archive& a) {
    if constexpr (!Archive::is_loading::value) read_sheets();
    for (ImmersedSheet& s : sheets_) serialize_state(a, s);
    a(wall_gaps_m_);
    if constexpr (Archive::is_loading::value) write_sheets();
  }
  OpeningsSoFar openings();
  void put_openings(const OpeningsSoFar& all);
  void settle_mass();
  void advance(const std::vector<StepValues>& steps);
  void observe(Observed what, const Vec3& force);
  const Observation& observed();
  const MacroFields& fields() const { return fields_; }
  void wait();
  std::size_t populations_bytes() const;

 private:
  struct Device;
  std::unique_ptr<Device> device_;
  RowOrder order_;
  Boundary<L, Real> boundary_;
  MacroFields fields_;
  Observation seen_;
  std::vector<ImmersedSheet> sheets_;
  std::vector<double> wall_gaps_m_;  // [nodes of all sheets] as in WallContact
  struct {
    const NodeSet* band = nullptr;
    const std::vector<float>* distance_m = nullptr;
    const std::vector<Vec3>* velocity_m_s = nullptr;
  } near_{};

  void keep_sheets(Delta delta);
  /// Between device and host. Reading throws NumericalError when one of them is torn along.
  void read_sheets();
  void write_sheets();
  Cells<L, Real> read(std::vector<Node> nodes);
  ScalarCells<Real> read_scalar(const std::vector<Node>& nodes);
};

}  // namespace soleus
