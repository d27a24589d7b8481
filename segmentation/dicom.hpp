// DICOM files through GDCM: a folder with one series, or one file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/image.hpp"

namespace soleus::segmentation {

/// What the reading needs to know of one file before its pixels are decoded.
struct DicomSlice {
  std::string file;    // name within the folder
  std::string series;  // series instance UID
  std::string description;
  std::string frame_of_reference{};  // UID of the coordinates that positions are given in
  bool has_pixels = false;
  bool has_geometry = false;  // position, orientation and pixel spacing
  int columns = 0, rows = 0;
  std::array<double, 2> pixel_mm{};  // along a row, along a column
  Vec3 position_mm{};                // centre of the first pixel, LPS
  std::array<Vec3, 2> axes{};        // unit vectors along a row and along a column
};

/// The slices of one series in the order of their position, checked: one size, orientation and pixel spacing,
/// evenly spaced, none missing. Throws InputError with a sentence that names the folder and the file or
/// position at fault.
std::vector<DicomSlice> ordered_series(std::vector<DicomSlice> slices, const std::string& series_uid,
                                       const std::filesystem::path& folder);

/// Reads a folder or a file. A file on which the library aborts is reported as an InputError that names it.
Image read_dicom(const std::filesystem::path& path, const std::string& series_uid);

/// True for a file with the DICOM signature ("DICM" after 128 bytes).
bool has_dicom_signature(const std::filesystem::path& file);

}  // namespace soleus::segmentation
