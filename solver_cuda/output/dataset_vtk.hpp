// VTK datasets of the frames, and their way to disk. Private to solver_cuda/output.
#pragma once

#include <vtkSmartPointer.h>
#include <filesystem>

#include "solver_cuda/output/field_writer.hpp"

// VTK objects are deleted by reference counts only.
// NOLINTBEGIN(cppcoreguidelines-virtual-class-destructor)
class vtkDataSet;
class vtkImageData;
class vtkPolyData;
class vtkUnstructuredGrid;
// NOLINTEND(cppcoreguidelines-virtual-class-destructor)

namespace soleus {

vtkSmartPointer<vtkUnstructuredGrid> voxel_grid(const VolumeFrame& frame, const OutputConfig& config);
vtkSmartPointer<vtkImageData> dense_image(const VolumeFrame& frame, const OutputConfig& config);
vtkSmartPointer<vtkPolyData> wall_surface(const WallFrame& frame);
vtkSmartPointer<vtkPolyData> sheet_surface(const SheetFrame& frame);

/// FieldData: TimeValue, case_hash, program, space, unit_length and unit_<array> of every array.
void label(vtkDataSet& data, double time_s, const RunLabel& run);

/// Writes .vtu, .vti or .vtp by the type of the data: appended, zlib-compressed. Throws ResourceError.
void write_dataset(vtkDataSet& data, const std::filesystem::path& file);

}  // namespace soleus
