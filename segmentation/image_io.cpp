// Reading and writing of volumes. DICOM goes through dicom.cpp, the other formats through ITK here.
#include <fmt/format.h>
#include <itkImageFileReader.h>
#include <itkImageFileWriter.h>
#include <itkImageIOFactory.h>
#include <itkMetaDataObject.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <map>

#include "pipeline/base/errors.hpp"
#include "segmentation/dicom.hpp"
#include "segmentation/itk_image.hpp"
#include "segmentation/segmentation.hpp"

namespace soleus {
namespace {

using namespace segmentation;

namespace fs = std::filesystem;

constexpr std::string_view accepted =
    "a folder of DICOM slices, a DICOM file (.dcm), NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr) or MetaImage "
    "(.mha, "
    ".mhd)";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
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
  const bool text = std::all_of(head.begin(), head.end(), [](unsigned char c) {
    return std::isprint(c) || std::isspace(c) || c >= 0x80;
  });
  if (!text) return {};
  head = head.substr(0, head.find_first_of("\r\n"));
  return head.substr(0, 40);
}

[[noreturn]] void refuse(const fs::path& file) {
  const std::string text = beginning_of_text(file);
  if (fs::file_size(file) == 0)
    throw InputError(fmt::format("image.file: '{}' is empty; accepted: {}.", file.string(), accepted));
  if (!text.empty())
    throw InputError(fmt::format("image.file: '{}' is a text file ('{}...'), not an image; accepted: {}.",
                                 file.string(), text, accepted));
  throw InputError(fmt::format("image.file: '{}' is not an image that can be read; accepted: {}.",
                               file.string(), accepted));
}

InputError damaged(const fs::path& file) {
  return InputError(
      fmt::format("image.file: '{}' cannot be read: the file is damaged or truncated.", file.string()));
}

/// MetaIO takes missing bytes at the end of a file for zeros.
void require_complete_meta_image(const fs::path& file, const itk::ImageIOBase& io) {
  std::ifstream in(file, std::ios::binary);
  auto bytes = std::uintmax_t(io.GetImageSizeInBytes());
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("CompressedDataSize = ")) bytes = std::stoull(line.substr(21));
    if (!line.starts_with("ElementDataFile")) continue;
    const bool here = line.find("LOCAL") != std::string::npos;
    if (here && fs::file_size(file) < std::uintmax_t(in.tellg()) + bytes) throw damaged(file);
    return;
  }
}

/// The NIfTI library does, too.
void require_complete_gzip(const fs::path& file, std::uintmax_t bytes) {
  std::vector<char> block(1 << 20);
  const gzFile in = gzopen(file.c_str(), "rb");
  int n = 0;
  for (std::uintmax_t rest = bytes; in && (n = gzread(in, block.data(), unsigned(block.size()))) > 0;)
    rest -= std::min(rest, std::uintmax_t(n)), bytes = rest;
  const bool broken = !in || n < 0 || gzclose(in) != Z_OK;  // Z_BUF_ERROR: it ends in the middle
  if (broken || bytes > 0) throw damaged(file);
}

void require_complete(const fs::path& file, const itk::ImageIOBase& io) {
  if (ends_with_one_of(file, {".mha", ".mhd"})) require_complete_meta_image(file, io);
  const auto bytes = std::uintmax_t(io.GetImageSizeInBytes());
  if (ends_with_one_of(file, {".nii.gz"})) require_complete_gzip(file, bytes);
  if (ends_with_one_of(file, {".nii"}) && fs::file_size(file) < bytes) throw damaged(file);
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
      throw InputError(fmt::format("image.file: '{}' has {} values per voxel; one grey value is needed.",
                                   file.string(), io->GetNumberOfComponents()));
    unsigned extent = 0;  // dimensions that are not flat
    for (unsigned d = 0; d < io->GetNumberOfDimensions(); ++d) extent += io->GetDimensions(d) > 1;
    if (extent > 3 || (io->GetNumberOfDimensions() > 3 && io->GetDimensions(3) > 1))
      throw InputError(fmt::format("image.file: '{}' has {} dimensions; a volume of 3 is needed.",
                                   file.string(), io->GetNumberOfDimensions()));
    require_complete(file, *io);
    auto reader = itk::ImageFileReader<itk::Image<Pixel, 3>>::New();
    reader->SetImageIO(io);
    reader->SetFileName(file.string());
    reader->Update();
    return reader->GetOutput();
  } catch (const itk::ExceptionObject&) {
    throw damaged(file);
  }
}

void require_there(const fs::path& file) {
  if (!fs::exists(file))
    throw InputError(fmt::format("image.file: '{}' does not exist; accepted: {}.", file.string(), accepted));
}

constexpr std::string_view name_key = "label_";  // NRRD and MetaImage keep "label_1" = "vein" in the header

void keep_names(const std::map<int, std::string>& names, itk::MetaDataDictionary& header) {
  for (const auto& [value, name] : names)
    itk::EncapsulateMetaData<std::string>(header, fmt::format("{}{}", name_key, value), name);
}

std::map<int, std::string> names_in(const itk::MetaDataDictionary& header) {
  std::map<int, std::string> names;
  for (const std::string& key : header.GetKeys()) {
    std::string name;
    int value = 0;
    if (!key.starts_with(name_key) || !itk::ExposeMetaData(header, key, name)) continue;
    const char* digits = key.data() + name_key.size();
    if (std::from_chars(digits, key.data() + key.size(), value).ec == std::errc()) names[value] = name;
  }
  return names;
}

template <class Pixel>
void write_with_itk(const Grid& grid, const std::vector<Pixel>& values, const fs::path& file,
                    const std::map<int, std::string>& names = {}) {
  const auto io = io_for(file);
  if (!io)
    throw InputError(fmt::format("'{}': volumes are written as .nrrd, .nhdr, .mha, .mhd, .nii or .nii.gz.",
                                 file.string()));
  auto writer = itk::ImageFileWriter<itk::Image<Pixel, 3>>::New();
  writer->SetImageIO(io);
  const auto image = itk_view(grid, values);
  keep_names(names, image->GetMetaDataDictionary());
  writer->SetInput(image);
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

Image read_image(const ImageConfig& config) {
  require_there(config.file);
  if (is_dicom(config.file)) return read_dicom(config.file, config.series);
  return load_image(config.file);
}

Image load_image(const fs::path& file) {
  require_there(file);
  return to_image(*read_with_itk<float>(file), "image.file: '" + file.string() + "'");
}

void save(const Image& image, const fs::path& file) {
  write_with_itk(image.grid, image.values, file);
}

void save(const Labels& labels, const fs::path& file) {
  write_with_itk(labels.grid, labels.values, file, labels.names);
}

Labels load_labels(const fs::path& file) {
  require_there(file);
  const auto image = read_with_itk<std::uint8_t>(file);
  return {.grid = grid_of(*image),
          .values = values_of(*image),
          .names = names_in(image->GetMetaDataDictionary())};
}

}  // namespace soleus
