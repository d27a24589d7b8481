// A file of VTK's as its data.
#pragma once

#include <vtkNew.h>
#include <vtkSmartPointer.h>

#include <filesystem>
#include <type_traits>

namespace soleus {

/// What a reader such as vtkXMLPolyDataReader makes of a file.
template <class Reader>
auto read_vtk(const std::filesystem::path& file) {
  vtkNew<Reader> reader;
  reader->SetFileName(file.c_str());
  reader->Update();
  using Data = std::remove_pointer_t<decltype(reader->GetOutput())>;
  return vtkSmartPointer<Data>(reader->GetOutput());
}

}  // namespace soleus
