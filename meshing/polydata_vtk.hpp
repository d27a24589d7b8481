// Surface <-> vtkPolyData, for the .cpp files of this folder.
#pragma once

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include <array>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

Surface surface_of(vtkPolyData* mesh);
vtkSmartPointer<vtkPolyData> polydata_of(const Surface& s);

/// The surface values = 0 on a grid of unit spacing from the origin, x fastest.
Surface zero_surface(const std::array<int, 3>& size, const std::vector<float>& values);

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
