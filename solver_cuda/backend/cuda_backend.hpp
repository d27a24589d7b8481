// The backend of a CUDA device. No CUDA here: the members are defined in cuda_backend.cu.
#pragma once

#include <functional>
#include <memory>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/backend.hpp"
#include "solver_cuda/state/cells.hpp"
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
  static constexpr bool holds_sheets = false;

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

  Cells<L, Real> read(std::vector<Node> nodes);
  ScalarCells<Real> read_scalar(const std::vector<Node>& nodes);
};

}  // namespace soleus
