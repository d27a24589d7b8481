// The members of CudaBackend and the one place where its kernels are instantiated.
#include "solver_cuda/backend/cuda_device.hpp"

namespace soleus {

template <class L, class Real, class Stored>
CudaBackend<L, Real, Stored>::CudaBackend(const BackendSetup<Real>& setup)
    : device_(std::make_unique<Device>(setup)) {}

template <class L, class Real, class Stored>
CudaBackend<L, Real, Stored>::~CudaBackend() = default;

template <class L, class Real, class Stored>
Cells<L, Real> CudaBackend<L, Real, Stored>::read(std::vector<Node> nodes) {
  Cells<L, Real> cells;
  cells.at.resize(nodes.size());
  if (!nodes.empty()) {
    device_->run_over(device_->cells_of(nodes), cuda::gather_cells<L, Real, Stored>);
    cuda::check(cudaMemcpyAsync(cells.at.data(), device_->cells.data(), sizeof cells.at[0] * nodes.size(),
                                cudaMemcpyDeviceToHost, device_->work),
                "copying from it");
    device_->wait();
  }
  cells.nodes = std::move(nodes);
  return cells;
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::write(const Cells<L, Real>& cells, const std::vector<Node>& nodes) {
  if (nodes.empty()) return;
  std::vector<Cell<L, Real>> chosen;
  for (const Node n : nodes) chosen.push_back(cells.at[cells.find(n)]);
  const auto arguments = device_->cells_of(nodes);
  device_->cells.copy_from(chosen[0].g, chosen.size() * L::Q, device_->work);
  device_->run_over(arguments, cuda::scatter_cells<L, Real, Stored>);
  device_->wait();
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::boundary_changed() {
  device_->boundary_changed(boundary_);
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::advance(const std::vector<StepValues>& steps) {
  for (std::size_t done = 0; done < steps.size(); done += cuda::table_steps)
    device_->advance(steps.data() + done, std::min<std::size_t>(cuda::table_steps, steps.size() - done));
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::observe(Observed what, const Vec3& force) {
  device_->observe(what, force);
}

template <class L, class Real, class Stored>
const Observation& CudaBackend<L, Real, Stored>::observed() {
  device_->wait_for_observation();
  seen_.totals = {};
  for (std::size_t k = 0; k < device_->setup.nodes.active_tiles.size(); ++k)
    seen_.totals += device_->totals_host.data()[k];
  seen_.mass_in.assign(device_->mass_host.data(), device_->mass_host.data() + device_->setup.caps);
  if (device_->watched >= Observed::fields) device_->take_fields(fields_);
  return seen_;
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::wait() {
  device_->wait();
}

template <class L, class Real, class Stored>
std::size_t CudaBackend<L, Real, Stored>::populations_bytes() const {
  return device_->populations_bytes();
}

template class CudaBackend<D3Q19, float>;
template class CudaBackend<D3Q19, double>;
template class CudaBackend<D3Q19, float, ScaledHalf>;
template class CudaBackend<D3Q27, float>;
template class CudaBackend<D3Q27, double>;
template class CudaBackend<D3Q27, float, ScaledHalf>;

}  // namespace soleus
