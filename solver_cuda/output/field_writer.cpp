#include "solver_cuda/output/field_writer.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <vtkImageData.h>
#include <vtkPolyData.h>
#include <vtkUnstructuredGrid.h>
#include <new>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "solver_cuda/output/dataset_vtk.hpp"

namespace soleus {

SeriesWriter::SeriesWriter(std::filesystem::path folder, std::string name, RunLabel label)
    : folder_(std::move(folder)), name_(std::move(name)), label_(std::move(label)) {
  make_writable_folder(folder_);
}

std::filesystem::path SeriesWriter::series() const {
  return folder_ / (name_ + ".pvd");
}

std::string SeriesWriter::next_file(const char* extension) const {
  return fmt::format("{}_{:05d}.{}", name_, frames_.size(), extension);
}

void SeriesWriter::write(const VolumeFrame& frame, const OutputConfig& config) {
  const bool dense = config.format == VolumeFormat::vti;
  const std::string file = next_file(dense ? "vti" : "vtu");
  try {
    vtkSmartPointer<vtkDataSet> data;
    if (dense)
      data = dense_image(frame, config);
    else
      data = voxel_grid(frame, config);
    if (data->GetNumberOfPoints() == 0 && !warned_empty_) {
      spdlog::warn("output.region holds no node of the lumen at t = {:.4g} s: {} is empty.", frame.time_s,
                   file);
      warned_empty_ = true;
    }
    label(*data, frame.time_s, label_);
    write_dataset(*data, folder_ / file);
  } catch (const std::bad_alloc&) {
    throw ResourceError(fmt::format(
        "{}: not enough memory to write {} stored nodes of a lattice of {} x {} x {}; write output.format "
        "vtu instead of "
        "vti, or a smaller output.region.",
        (folder_ / file).string(), frame.nodes.size(), frame.extent[0], frame.extent[1], frame.extent[2]));
  }
  add({frame.time_s, file});
}

void SeriesWriter::write_surface(vtkDataSet& surface, double time_s) {
  const std::string file = next_file("vtp");
  label(surface, time_s, label_);
  write_dataset(surface, folder_ / file);
  add({time_s, file});
}

void SeriesWriter::write(const WallFrame& frame) {
  write_surface(*wall_surface(frame), frame.time_s);
}

void SeriesWriter::write(const SheetFrame& frame) {
  write_surface(*sheet_surface(frame), frame.time_s);
}

void SeriesWriter::add(Frame frame) {
  frames_.push_back(std::move(frame));
  std::string text =
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\" byte_order=\"LittleEndian\">\n"
      "  <Collection>\n";
  for (const Frame& f : frames_)
    text +=
        fmt::format("    <DataSet timestep=\"{}\" group=\"\" part=\"0\" file=\"{}\"/>\n", f.time_s, f.file);
  text += "  </Collection>\n</VTKFile>\n";
  write_file(series(), text);
}

}  // namespace soleus
