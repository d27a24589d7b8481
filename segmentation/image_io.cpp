// Reading and writing of volumes. DICOM goes through dicom.cpp, the other formats through ITK here.
#include <fmt/format.h>
#include <itkImageFileReader.h>
#include <itkImageFileWriter.h>
#include <itkImageIOFactory.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>

#include <algorithm>
#include <cctype>
#include <fstream>

#include "pipeline/base/errors.hpp"
#include "segmentation/dicom.hpp"
#include "segmentation/itk_image.hpp"
#include "segmentation/segmentation.hpp"

namespace soleus {
namespace {

using namespace segmentation;

namespace fs = std::filesystem;

constexpr std::string_view accepted =
    "a folder of DICOM slices, a DICOM file (.dcm), NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr) or MetaImage (.mha, "
    ".mhd)";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

bool ends_with_one_of(const fs::path& file, std::initializer_list<std::string_view> endings) {
  const std::string name = lower(file.filename().string());
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return name.ends_with(e); });
}

/// The ITK reader of the format that the file's name says, null for an unknown name.
itk::ImageIOBase::Pointer io_for(const fs::path& file) {
  if (ends_with_one_of(file, {".nii", ".nii.gz"})) return itk::NiftiImageIO::New().GetPointer();
  if (ends_with_one_of(file, {".nrrd", ".nhdr"})) return itk::NrrdImageIO::New().GetPointer();
  if (ends_with_one_of(file, {".mha", ".mhd"})) return itk::MetaImageIO::New().GetPointer();
  return nullptr;
}

/// The first characters when the file is plain text, else empty.
std::string beginning_of_text(const fs::path& file) {
  std::string head(64, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(head.data(), std::streamsize(head.size()));
  head.resize(std::size_t(in.gcount()));
  const bool text = std::all_of(head.begin(), head.end(),
                                [](unsigned char c) { return std::isprint(c) || std::isspace(c) || c >= 0x80; });
  if (!text) return {};
  head = head.substr(0, head.find_first_of("\r\n"));
  return head.substr(0, 40);
}

[[noreturn]] void refuse(const fs::path& file) {
  const std::string text = beginning_of_text(file);
  if (fs::file_size(file) == 0)
    throw InputError(fmt::format("image.file: '{}' is empty; accepted: {}.", file.string(), accepted));
  if (!text.empty())
    throw InputError(fmt::format("image.file: '{}' is a text file ('{}...'), not an image; accepted: {}.", file.string(),
                                 text, accepted));
  throw InputError(fmt::format("image.file: '{}' is not an image that can be read; accepted: {}.", file.string(), accepted));
}

template <class Pixel>
typename itk::Image<Pixel, 3>::Pointer read_with_itk(const fs::path& file) {
  const auto io = io_for(file);
  if (!io) refuse(file);
  try {
    if (!io->CanReadFile(file.c_str())) refuse(file);
    io->SetFileName(file.string());
    io->ReadImageInformation();
    if (io->GetNumberOfComponents() != 1)
      throw InputError(fmt::format("image.file: '{}' has {} values per voxel; one grey value is needed.", file.string(),
                                   io->GetNumberOfComponents()));
    unsigned extent = 0;  // dimensions that are not flat
    for (unsigned d = 0; d < io->GetNumberOfDimensions(); ++d) extent += io->GetDimensions(d) > 1;
    if (extent > 3 || (io->GetNumberOfDimensions() > 3 && io->GetDimensions(3) > 1))
      throw InputError(fmt::format("image.file: '{}' has {} dimensions; a volume of 3 is needed.", file.string(),
                                   io->GetNumberOfDimensions()));
    auto reader = itk::ImageFileReader<itk::Image<Pixel, 3>>::New();
    reader->SetImageIO(io);
    reader->SetFileName(file.string());
    reader->Update();
    return reader->GetOutput();
  } catch (const itk::ExceptionObject&) {
    throw InputError(fmt::format("image.file: '{}' cannot be read: the file is damaged or truncated.", file.string()));
  }
}

void require_there(const fs::path& file) {
  if (!fs::exists(file))
    throw InputError(fmt::format("image.file: '{}' does not exist; accepted: {}.", file.string(), accepted));
}

template <class Pixel>
void write_with_itk(const Grid& grid, const std::vector<Pixel>& values, const fs::path& file) {
  const auto io = io_for(file);
  if (!io)
    throw InputError(fmt::format("'{}': volumes are written as .nrrd, .nhdr, .mha, .mhd, .nii or .nii.gz.", file.string()));
  auto writer = itk::ImageFileWriter<itk::Image<Pixel, 3>>::New();
  writer->SetImageIO(io);
  writer->SetInput(itk_view(grid, values));
  writer->SetFileName(file.string());
  writer->UseCompressionOn();
  try {
    writer->Update();
  } catch (const itk::ExceptionObject& error) {
    throw ResourceError(fmt::format("Cannot write '{}': {}", file.string(), error.GetDescription()));
  }
}

bool is_dicom(const fs::path& path) {
  return fs::is_directory(path) || ends_with_one_of(path, {".dcm", ".ima"}) ||
         (!io_for(path) && has_dicom_signature(path));
}

}  // namespace

void describe(Fields& f, ImageConfig& c) {
  f.path({"file", "The volume: a folder of DICOM slices, a DICOM file, NIfTI, NRRD or MetaImage."}, c.file);
  f.path({"phantom", "A phantom description (YAML) to make the volume from, instead of `file`."}, c.phantom);
  f.text({"series", "DICOM series instance UID, when the folder holds several series."}, c.series);
}

Image read_image(const ImageConfig& config) {
  require_there(config.file);
  if (is_dicom(config.file)) return read_dicom(config.file, config.series);
  return load_image(config.file);
}

Image load_image(const fs::path& file) {
  require_there(file);
  return to_image(*read_with_itk<float>(file), "image.file: '" + file.string() + "'");
}

void save(const Image& image, const fs::path& file) { write_with_itk(image.grid, image.values, file); }

void save(const Labels& labels, const fs::path& file) { write_with_itk(labels.grid, labels.values, file); }

Labels load_labels(const fs::path& file) {
  require_there(file);
  const auto image = read_with_itk<std::uint8_t>(file);
  return {.grid = grid_of(*image), .values = values_of(*image), .names = {}};
}

}  // namespace soleus
