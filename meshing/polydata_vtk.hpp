// Surface <-> vtkPolyData, for the .cpp files of this folder.
#pragma once

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {

Surface surface_of(vtkPolyData* mesh);
vtkSmartPointer<vtkPolyData> polydata_of(const Surface& s);

/// The surface values = 0 on a grid of unit spacing from the origin, x fastest.
Surface zero_surface(const std::array<int, 3>& size, const std::vector<float>& values);

/// A .vtp with its units, `provenance` and a version under a name.
void write_mesh(vtkPolyData* mesh, const char* version_name, int version,
                const std::map<std::string, std::string>& provenance, const std::filesystem::path& file);
/// Throws InputError when the file is missing, damaged or of another version.
vtkSmartPointer<vtkPolyData> read_mesh(const char* version_name, int version,
                                       const std::filesystem::path& file);
InputError damaged_file(const std::filesystem::path& file);

/// While it lives VTK prints no warnings: the readers' messages name no file, ours do.
class QuietVtk {
 public:
  QuietVtk();
  ~QuietVtk();
  QuietVtk(const QuietVtk&) = delete;
  QuietVtk& operator=(const QuietVtk&) = delete;

 private:
  int before_;
};

}  // namespace soleus
