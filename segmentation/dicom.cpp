#include "segmentation/dicom.hpp"

#include <fmt/format.h>
#include <gdcmAttribute.h>
#include <gdcmReader.h>
#include <gdcmTrace.h>
#include <itkGDCMImageIO.h>
#include <itkImageFileReader.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <set>

#include "pipeline/base/errors.hpp"
#include "segmentation/guarded_process.hpp"
#include "segmentation/itk_image.hpp"

namespace soleus::segmentation {
namespace {

namespace fs = std::filesystem;

std::string text_of(const gdcm::DataSet& data, const gdcm::Tag& tag) {
  if (!data.FindDataElement(tag)) return {};
  const gdcm::ByteValue* bytes = data.GetDataElement(tag).GetByteValue();
  if (!bytes) return {};
  std::string text(bytes->GetPointer(), bytes->GetLength());
  while (!text.empty() && (text.back() == '\0' || text.back() == ' ')) text.pop_back();
  return text;
}

/// "1.0\0.0\0.0", as many numbers as can be read.
std::vector<double> numbers_of(const gdcm::DataSet& data, const gdcm::Tag& tag) {
  std::string text = text_of(data, tag);
  std::replace(text.begin(), text.end(), '\\', ' ');
  std::istringstream in(text);
  std::vector<double> values;
  for (double v; in >> v;) values.push_back(v);
  return values;
}

template <std::uint16_t Group, std::uint16_t Element>
int count_of(const gdcm::DataSet& data) {
  gdcm::Attribute<Group, Element> attribute{};
  attribute.SetFromDataSet(data);
  return attribute.GetValue();
}

const gdcm::Tag pixel_data{0x7fe0, 0x0010};

DicomSlice describe_slice(const gdcm::DataSet& data, const std::string& file) {
  DicomSlice s;
  s.file = file;
  s.series = text_of(data, {0x0020, 0x000e});
  s.description = text_of(data, {0x0008, 0x103e});
  s.frame_of_reference = text_of(data, {0x0020, 0x0052});
  s.has_pixels = data.FindDataElement(pixel_data);
  s.rows = count_of<0x0028, 0x0010>(data);
  s.columns = count_of<0x0028, 0x0011>(data);
  const auto position = numbers_of(data, {0x0020, 0x0032});
  const auto axes = numbers_of(data, {0x0020, 0x0037});
  const auto spacing = numbers_of(data, {0x0028, 0x0030});  // between rows, between columns
  s.has_geometry =
      position.size() == 3 && axes.size() == 6 && spacing.size() == 2 && spacing[0] > 0 && spacing[1] > 0;
  if (!s.has_geometry) return s;
  s.position_mm = {position[0], position[1], position[2]};
  s.axes = {normalized(Vec3{axes[0], axes[1], axes[2]}), normalized(Vec3{axes[3], axes[4], axes[5]})};
  s.pixel_mm = {spacing[1], spacing[0]};
  return s;
}

/// Throws InputError when the file is not DICOM.
void read_header(gdcm::Reader& reader, const fs::path& file) {
  reader.SetFileName(file.c_str());
  if (!reader.Read())
    throw InputError(
        fmt::format("image.file: '{}' is not a readable DICOM file; a series folder may hold only the "
                    "slices of the series.",
                    file.string()));
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (entry.is_regular_file() && !name.starts_with('.') && name != "DICOMDIR") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  if (names.empty())
    throw InputError(fmt::format(
        "image.file: the folder '{}' holds no files; give the folder of a DICOM series.", folder.string()));
  return names;
}

/// Grey values with the rescale slope and intercept applied.
ItkImage::Pointer read_pixels(const fs::path& file) {
  auto io = itk::GDCMImageIO::New();
  io->SetFileName(file.string());
  try {
    io->ReadImageInformation();
    if (io->GetNumberOfComponents() != 1)
      throw InputError(
          fmt::format("image.file: '{}' is a colour image; grey values (CT, MR) are needed.", file.string()));
    auto reader = itk::ImageFileReader<ItkImage>::New();
    reader->SetImageIO(io);
    reader->SetFileName(file.string());
    reader->Update();
    return reader->GetOutput();
  } catch (const itk::ExceptionObject&) {
    throw InputError(
        fmt::format("image.file: the pixels of '{}' cannot be decoded (truncated, or stored in an "
                    "unsupported transfer syntax).",
                    file.string()));
  }
}

Grid series_grid(const std::vector<DicomSlice>& slices) {
  const DicomSlice& first = slices.front();
  const Vec3 along = normalized(cross(first.axes[0], first.axes[1]));
  const int n = int(slices.size());
  const double step_mm = dot(slices.back().position_mm - first.position_mm, along) / (n - 1);
  return {.size = {first.columns, first.rows, n},
          .spacing_m = Vec3{first.pixel_mm[0], first.pixel_mm[1], step_mm} * 1e-3,
          .origin_m = first.position_mm * 1e-3,
          .axes = {first.axes[0], first.axes[1], along}};
}

Image read_series(const fs::path& folder, const std::vector<DicomSlice>& slices, GuardedNote& note) {
  Image image{
      .grid = series_grid(slices), .values = {}, .frame_of_reference = slices.front().frame_of_reference};
  image.values.reserve(image.grid.voxels());
  const std::size_t per_slice = std::size_t(image.grid.size[0]) * image.grid.size[1];
  for (const DicomSlice& s : slices) {
    note.set((folder / s.file).string());
    const auto pixels = read_pixels(folder / s.file);
    if (pixels->GetLargestPossibleRegion().GetNumberOfPixels() != per_slice)
      throw InputError(fmt::format("image.file: '{}' holds several frames; a series has one per file.",
                                   (folder / s.file).string()));
    image.values.insert(image.values.end(), pixels->GetBufferPointer(),
                        pixels->GetBufferPointer() + per_slice);
  }
  return image;
}

Image read_one(const fs::path& file, GuardedNote& note) {
  note.set(file.string());
  gdcm::Reader reader;
  read_header(reader, file);
  const gdcm::DataSet& data = reader.GetFile().GetDataSet();
  if (!data.FindDataElement(pixel_data))
    throw InputError(fmt::format("image.file: '{}' has no pixel data; choose a DICOM image.", file.string()));
  const bool enhanced = data.FindDataElement(gdcm::Tag{0x5200, 0x9229});  // spacing in functional groups
  if (!enhanced && numbers_of(data, {0x0028, 0x0030}).size() != 2)
    throw InputError(fmt::format("image.file: '{}' has no pixel spacing (0028,0030), so its size is unknown.",
                                 file.string()));
  Image image = to_image(*read_pixels(file), "image.file: '" + file.string() + "'");
  image.frame_of_reference = text_of(data, {0x0020, 0x0052});
  return image;
}

Image read_folder(const fs::path& folder, const std::string& series_uid, GuardedNote& note) {
  std::vector<DicomSlice> slices;
  for (const std::string& name : files_in(folder)) {
    note.set((folder / name).string());
    gdcm::Reader reader;
    read_header(reader, folder / name);
    slices.push_back(describe_slice(reader.GetFile().GetDataSet(), name));
  }
  slices = ordered_series(std::move(slices), series_uid, folder);
  return slices.size() == 1 ? read_one(folder / slices.front().file, note)
                            : read_series(folder, slices, note);
}

std::string packed(const Image& image) {
  const std::uint64_t values = image.values.size();
  std::string bytes(sizeof(Grid) + sizeof values + values * sizeof(float), '\0');
  char* at = bytes.data();
  std::memcpy(at, &image.grid, sizeof(Grid)), at += sizeof(Grid);
  std::memcpy(at, &values, sizeof values), at += sizeof values;
  std::memcpy(at, image.values.data(), values * sizeof(float));
  return bytes + image.frame_of_reference;
}

Image unpacked(const std::string& bytes) {
  Image image;
  std::uint64_t values = 0;
  const char* at = bytes.data();
  std::memcpy(&image.grid, at, sizeof(Grid)), at += sizeof(Grid);
  std::memcpy(&values, at, sizeof values), at += sizeof values;
  image.values.resize(values);
  std::memcpy(image.values.data(), at, values * sizeof(float)), at += values * sizeof(float);
  image.frame_of_reference.assign(at, bytes.data() + bytes.size());
  return image;
}

}  // namespace

bool has_dicom_signature(const fs::path& file) {
  std::array<char, 132> head{};
  std::ifstream in(file, std::ios::binary);
  return in.read(head.data(), head.size()) && std::memcmp(head.data() + 128, "DICM", 4) == 0;
}

Image read_dicom(const fs::path& path, const std::string& series_uid) {
  const GuardedOutcome outcome = run_guarded([&](GuardedNote& note) {
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
    return packed(fs::is_directory(path) ? read_folder(path, series_uid, note) : read_one(path, note));
  });
  if (outcome.signal != 0)
    throw InputError(
        fmt::format("image.file: the DICOM library broke off ({}) while reading '{}'; the file is "
                    "damaged or of an unsupported kind, remove or convert it.",
                    strsignal(outcome.signal), outcome.note));
  return unpacked(outcome.bytes);
}

}  // namespace soleus::segmentation
