// The members of CudaBackend and the one place where its kernels are instantiated.
#include "solver_cuda/backend/cuda_device.hpp"

namespace soleus {

template <class L, class Real, class Stored>
CudaBackend<L, Real, Stored>::CudaBackend(const BackendSetup<Real>& setup)
    : device_(std::make_unique<Device>(setup)),
      order_(RowOrder::of_tiles(setup.tiles, setup.nodes)),
      boundary_(order_) {}

template <class L, class Real, class Stored>
CudaBackend<L, Real, Stored>::~CudaBackend() = default;

template <class L, class Real, class Stored>
Cells<L, Real> CudaBackend<L, Real, Stored>::read(std::vector<Node> nodes) {
  return device_->template read<L>(device_->lattice(), std::move(nodes));
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::write(const Cells<L, Real>& cells, const std::vector<Node>& nodes) {
  device_->write(device_->lattice(), cells, nodes);
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::initialize_scalar(const std::function<Real(Node)>& concentration) {
  std::vector<Real> at_place;
  for (const std::int32_t tile : device_->setup.nodes.active_tiles)
    for (Node n = tile * tile_nodes; n < (tile + 1) * tile_nodes; ++n) at_place.push_back(concentration(n));
  cuda::DeviceArray<Real> given;
  given.copy_from(at_place, device_->work);
  cuda::launch(device_->work, device_->setup.nodes.active_tiles.size(), cuda::block_threads,
               cuda::fill_scalar<Real>, device_->lattice_of(device_->scalar->amount),
               device_->lattice_of(device_->scalar->measure), given.data());
  device_->wait();
}

template <class L, class Real, class Stored>
ScalarCells<Real> CudaBackend<L, Real, Stored>::read_scalar(const std::vector<Node>& nodes) {
  return {device_->template read<D3Q7>(device_->lattice_of(device_->scalar->amount), nodes),
          device_->template read<D3Q7>(device_->lattice_of(device_->scalar->measure), nodes)};
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::write_scalar(const ScalarCells<Real>& cells) {
  device_->write(device_->lattice_of(device_->scalar->amount), cells.amount, cells.amount.nodes);
  device_->write(device_->lattice_of(device_->scalar->measure), cells.measure, cells.measure.nodes);
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::boundary_changed() {
  device_->boundary_changed(boundary_);
  if (device_->sheets) device_->wall_moved(*near_.band, *near_.distance_m, *near_.velocity_m_s);
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::correct_links(const Vec3& force) {
  device_->correct_links(force);
}

template <class L, class Real, class Stored>
const Boundary<L, Real>& CudaBackend<L, Real, Stored>::corrected() {
  boundary_.push = device_->push.copy(boundary_.push.size(), device_->work);
  return boundary_;
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::keep_sections(const Sections& sections) {
  device_->sections.keep(sections, device_->work);
}

template <class L, class Real, class Stored>
std::vector<SectionSum> CudaBackend<L, Real, Stored>::sum_sections() {
  return device_->sections.template sum<L>(device_->lattice(), device_->work);
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::keep_sheets(Delta delta) {
  device_->fluid_rows.copy_from(device_->setup.nodes.fluid_rows, device_->work);
  device_->sheets.emplace(sheets_, delta, device_->setup, device_->work);
  device_->wall_moved(*near_.band, *near_.distance_m, *near_.velocity_m_s);
  device_->sheets->begin(device_->lattice());
  read_sheets();
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::read_sheets() {
  device_->sheets->ask();
  wall_gaps_m_ = device_->sheets->gaps();
  device_->sheets->take(sheets_);
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::write_sheets() {
  device_->sheets->put_gaps(wall_gaps_m_);
  device_->sheets->put(sheets_);
}

template <class L, class Real, class Stored>
OpeningsSoFar CudaBackend<L, Real, Stored>::openings() {
  return device_->openings_so_far();
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::put_openings(const OpeningsSoFar& all) {
  device_->put_openings(all);
}

template <class L, class Real, class Stored>
void CudaBackend<L, Real, Stored>::settle_mass() {
  device_->settle_mass();
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
  if (device_->sheets) device_->sheets->take(sheets_);
  seen_.totals = {};
  for (std::size_t k = 0; k < device_->setup.nodes.active_tiles.size(); ++k)
    seen_.totals += device_->totals_host.data()[k];
  seen_.mass_in.assign(device_->mass_host.data(), device_->mass_host.data() + device_->setup.caps);
  if (const auto& scalar = device_->scalar) {
    seen_.scalar = {};
    for (std::size_t k = 0; k < device_->setup.nodes.active_tiles.size(); ++k)
      seen_.scalar += scalar->totals_host.data()[k];
    seen_.scalar_in.assign(scalar->entered_host.data(), scalar->entered_host.data() + device_->setup.caps);
  }
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
