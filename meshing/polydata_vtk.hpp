// Surface <-> vtkPolyData, for the .cpp files of this folder.
#pragma once

#include <vtkSmartPointer.h>

#include "pipeline/base/artifacts/surface.hpp"

class vtkPolyData;

namespace soleus {

Surface surface_of(vtkPolyData* mesh);
vtkSmartPointer<vtkPolyData> polydata_of(const Surface& s);

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
