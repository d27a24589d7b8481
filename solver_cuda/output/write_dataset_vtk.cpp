#include <spdlog/spdlog.h>
#include <vtkCallbackCommand.h>
#include <vtkDataSet.h>
#include <vtkErrorCode.h>
#include <vtkExecutive.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPolyData.h>
#include <vtkXMLImageDataWriter.h>
#include <vtkXMLPolyDataWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>
#include <vtkZLibDataCompressor.h>
#include <cerrno>

#include "solver_cuda/output/dataset_vtk.hpp"
#include "solver_cuda/output/safe_file.hpp"

namespace soleus {

namespace {

vtkSmartPointer<vtkXMLWriter> writer_for(vtkDataSet& data) {
  if (vtkImageData::SafeDownCast(&data)) return vtkSmartPointer<vtkXMLImageDataWriter>::New();
  if (vtkPolyData::SafeDownCast(&data)) return vtkSmartPointer<vtkXMLPolyDataWriter>::New();
  return vtkSmartPointer<vtkXMLUnstructuredGridWriter>::New();
}

}  // namespace

void write_dataset(vtkDataSet& data, const std::filesystem::path& file) {
  vtkNew<vtkZLibDataCompressor> zlib;
  zlib->SetCompressionLevel(
      1);  // floats of a flow hardly shrink further, higher levels cost several times the time
  const auto writer = writer_for(data);
  writer->SetFileName(aside(file).c_str());
  writer->SetInputDataObject(&data);
  writer->SetDataModeToAppended();
  writer->EncodeAppendedDataOff();
  writer->SetCompressor(zlib);
  writer->SetHeaderTypeToUInt64();

  // Take VTK's own messages, which would go to the terminal, into the log.
  vtkNew<vtkCallbackCommand> heard;
  heard->SetCallback([](vtkObject*, unsigned long, void*, void* text) {
    spdlog::debug("VTK: {}", text ? static_cast<const char*>(text) : "error");
  });
  writer->AddObserver("ErrorEvent", heard);
  writer->GetExecutive()->AddObserver("ErrorEvent", heard);

  errno = 0;
  const bool written = writer->Write() != 0;
  const int failed = errno;
  if (!written || writer->GetErrorCode() != vtkErrorCode::NoError)
    give_up(file, writer->GetErrorCode() == vtkErrorCode::OutOfDiskSpaceError ? ENOSPC : failed);
  publish(file);
}

}  // namespace soleus
