#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "pipeline/base/errors.hpp"
#include "segmentation/dicom.hpp"
#include "segmentation/segmentation.hpp"
#include "tests/segmentation/sample_volumes.hpp"
#include "tests/segmentation/scratch_folder.hpp"

namespace soleus::segmentation {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal(const auto& read) {
  try {
    read();
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

std::vector<DicomSlice> good_slices(int n) {
  std::vector<DicomSlice> slices;
  for (int k = 0; k < n; ++k)
    slices.push_back({.file = "IM" + std::to_string(k),
                      .series = "1.2.3",
                      .description = "venogram",
                      .has_pixels = true,
                      .has_geometry = true,
                      .columns = 8,
                      .rows = 8,
                      .pixel_mm = {0.7, 0.7},
                      .position_mm = {-10, -20, 100 + 2.0 * k},
                      .axes = {Vec3{1, 0, 0}, Vec3{0, 1, 0}}});
  return slices;
}

std::string series_refusal(const std::vector<DicomSlice>& slices) {
  return refusal([&] { ordered_series(slices, "", "scan"); });
}

TEST(DicomSeries, IsOrderedByPositionNotByName) {
  auto slices = good_slices(5);
  std::swap(slices[1].position_mm, slices[4].position_mm);
  const auto ordered = ordered_series(slices, "", "scan");
  for (int k = 0; k < 5; ++k) EXPECT_DOUBLE_EQ(ordered[k].position_mm.z, 100 + 2 * k);
}

TEST(DicomSeries, WithAGapSaysWhichSliceIsMissing) {
  auto slices = good_slices(9);
  slices.erase(slices.begin() + 4);
  EXPECT_EQ(series_refusal(slices),
            "image.file: the DICOM series in 'scan' has a gap between 106 mm ('IM3') and 110 mm ('IM5'): 1 "
            "slice is missing "
            "where the others are 2 mm apart.");
}

TEST(DicomSeries, OfUnevenSlicesSaysWhere) {
  auto slices = good_slices(9);
  for (int k = 6; k < 9; ++k) slices[k].position_mm.z += 0.6;
  EXPECT_EQ(series_refusal(slices),
            "image.file: the DICOM series in 'scan' has mixed slice spacing between 110 mm ('IM5') and 112.6 "
            "mm ('IM6'): 2.6 "
            "mm where most slices are 2 mm apart; a volume needs even slices.");
}

TEST(DicomSeries, OfMixedPixelSpacingNamesTheOddFile) {
  auto slices = good_slices(9);
  slices[6].pixel_mm = {0.8, 0.8};
  EXPECT_EQ(series_refusal(slices),
            "image.file: the DICOM series in 'scan' mixes pixel spacings: 'IM6' has 0.8 x 0.8 mm, 'IM0' has "
            "0.7 x 0.7 mm; all "
            "slices of a volume must agree.");
}

TEST(DicomSeries, OfMixedSizesOrOrientationsNamesTheOddFile) {
  auto slices = good_slices(9);
  slices[0].rows = 16;
  EXPECT_THAT(series_refusal(slices),
              HasSubstr("mixes image sizes: 'IM0' has 8 x 16 pixels, 'IM1' has 8 x 8 pixels"));
  slices = good_slices(9);
  slices[8].axes = {Vec3{0, 1, 0}, Vec3{1, 0, 0}};
  EXPECT_THAT(series_refusal(slices), HasSubstr("mixes slice orientations: 'IM8' has"));
}

TEST(DicomSeries, WithASliceTwiceNamesBothFiles) {
  auto slices = good_slices(5);
  slices[3].position_mm = slices[2].position_mm;
  EXPECT_THAT(series_refusal(slices), HasSubstr("has two slices at 104 mm: 'IM2' and 'IM3'."));
}

TEST(DicomSeries, OfATiltedGantryIsRefused) {
  auto slices = good_slices(5);
  for (int k = 0; k < 5; ++k) slices[k].position_mm.y += 0.3 * k;
  EXPECT_THAT(series_refusal(slices),
              HasSubstr("has a sideways shift between 100 mm ('IM0') and 102 mm ('IM1')"));
}

TEST(DicomSeries, AmongOthersMustBeChosen) {
  auto slices = good_slices(5);
  slices[2].series = "9.9", slices[2].description = "scout";
  EXPECT_EQ(series_refusal(slices),
            "image.file: 'scan' holds 2 DICOM series; set image.series to one of: 1.2.3 (4 files, first "
            "'IM0', \"venogram\"), "
            "9.9 (1 file, 'IM2', \"scout\").");
  EXPECT_EQ(ordered_series(slices, "9.9", "scan").size(), 1u);
  EXPECT_THAT(refusal([&] { ordered_series(slices, "7.7", "scan"); }),
              HasSubstr("image.series: 'scan' holds no DICOM series 7.7; accepted: 1.2.3"));
}

TEST(DicomSeries, WithAFileWithoutPixelsNamesIt) {
  auto slices = good_slices(5);
  slices[2].has_pixels = false;
  EXPECT_THAT(series_refusal(slices), HasSubstr("'IM2' in 'scan' has no pixel data"));
}

/// Tests on the real files of the test data.
class DicomFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (!test_data()) GTEST_SKIP() << "SOLEUS_DATA is not set and ../shared/data does not exist";
    data_ = *test_data();
  }
  Image read(const fs::path& path) { return read_image({.file = path, .phantom = {}, .series = {}}); }
  fs::path cornerstone(const std::string& syntax) {
    for (const auto& entry : fs::directory_iterator(data_ / "dicom_cornerstone"))
      if (entry.path().filename().string().starts_with("CTImage.dcm_" + syntax + "TransferSyntax"))
        return entry.path();
    ADD_FAILURE() << "no file of transfer syntax " << syntax;
    return {};
  }
  /// The first slices of the series in a folder of their own.
  void copy_slices(const fs::path& folder, int n) {
    for (const auto& entry : fs::directory_iterator(data_ / "dicom_phantom_open")) {
      std::ifstream in(entry.path(), std::ios::binary);
      std::stringstream bytes;
      bytes << in.rdbuf();
      const std::string text = bytes.str();
      for (int k = 0; k < n; ++k)  // slices lie at z = 250, 251, ...
        if (text.find("\\" + std::to_string(250 + k) + ".0") != std::string::npos)
          std::ofstream(folder / ("z" + std::to_string(250 + k) + ".dcm"), std::ios::binary) << text;
    }
  }
  fs::path data_;
};

double largest_difference(const Image& a, const Image& b) {
  double largest = 0;
  for (std::size_t v = 0; v < a.values.size(); ++v)
    largest = std::max(largest, std::abs(double(a.values[v]) - b.values[v]));
  return largest;
}

TEST_F(DicomFiles, LosslessTransferSyntaxesGiveIdenticalHounsfieldUnits) {
  const Image plain = read(data_ / "dicom_cornerstone" / "CTImage.dcm");
  const auto [low, high] = std::minmax_element(plain.values.begin(), plain.values.end());
  EXPECT_EQ(*low, -3024);  // intercept -1024 applied to -2000
  EXPECT_EQ(*high, 1378);
  for (const char* syntax :
       {"LittleEndianImplicit", "LittleEndianExplicit", "BigEndianExplicit", "DeflatedExplicitVRLittleEndian",
        "RLELossless", "JPEGProcess14", "JPEGProcess14SV1", "JPEGLSLossless", "JPEG2000LosslessOnly"})
    EXPECT_EQ(read(cornerstone(syntax)).values, plain.values) << syntax;
}

TEST_F(DicomFiles, LossyTransferSyntaxesAreNear) {
  const Image plain = read(data_ / "dicom_cornerstone" / "CTImage.dcm");
  EXPECT_LE(largest_difference(read(cornerstone("JPEGLSLossy")), plain), 1);
  EXPECT_LE(largest_difference(read(cornerstone("JPEG2000")), plain), 5);
}

TEST_F(DicomFiles, SeriesEqualsTheSameVolumeInNifti) {
  const Image series = read(data_ / "dicom_phantom_open");
  const Image nifti = read(data_ / "phantom_open" / "right_popliteal_small_ct.nii.gz");
  EXPECT_EQ(series.values, nifti.values);
  EXPECT_EQ(series.grid.size, nifti.grid.size);
  EXPECT_LT(norm(series.grid.point(139, 154, 180) - nifti.grid.point(139, 154, 180)), 1e-7);
}

TEST_F(DicomFiles, SeriesWithAMissingSliceIsRefused) {
  const ScratchFolder folder;
  copy_slices(folder.path(), 6);
  EXPECT_EQ(read(folder.path()).grid.size[2], 6);
  fs::remove(folder.path() / "z253.dcm");
  EXPECT_THAT(refusal([&] { read(folder.path()); }),
              HasSubstr("has a gap between 252 mm ('z252.dcm') and 254 mm ('z254.dcm'): 1 slice is missing"));
}

TEST_F(DicomFiles, SeriesWithAForeignFileNamesIt) {
  const ScratchFolder folder;
  copy_slices(folder.path(), 4);
  std::ofstream(folder.path() / "notes.txt") << "not a slice";
  EXPECT_THAT(refusal([&] { read(folder.path()); }), HasSubstr("notes.txt' is not a readable DICOM file"));
  fs::remove(folder.path() / "notes.txt");
  fs::copy(data_ / "dicom_cornerstone" / "CTImage.dcm", folder.path() / "other.dcm");
  EXPECT_THAT(refusal([&] { read(folder.path()); }),
              AllOf(HasSubstr("holds 2 DICOM series"), HasSubstr("'other.dcm'")));
}

TEST_F(DicomFiles, FilesWithoutPixelsOrSpacingAreRefused) {
  EXPECT_THAT(refusal([&] { read(data_ / "dicom_cornerstone" / "no-pixel-data.dcm"); }),
              HasSubstr("has no pixel data"));
  EXPECT_THAT(refusal([&] { read(data_ / "dicom_cornerstone" / "no-pixel-spacing.dcm"); }),
              HasSubstr("has no pixel spacing"));
}

TEST_F(DicomFiles, AFileThatAbortsTheLibraryIsSurvivedAndNamed) {
  EXPECT_THAT(refusal([&] { read(data_ / "dicom_pydicom" / "rtdose_1frame.dcm"); }),
              AllOf(HasSubstr("the DICOM library broke off (Aborted) while reading"),
                    HasSubstr("rtdose_1frame.dcm")));
}

TEST_F(DicomFiles, EveryOddFileIsReadOrRefused) {
  int read_ones = 0, refused = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data_ / "dicom_pydicom")) {
    if (!entry.is_regular_file() || entry.path().extension() != ".dcm") continue;
    try {
      read(entry.path());
      ++read_ones;
    } catch (const InputError& error) {
      ++refused;
      EXPECT_THAT(error.what(), HasSubstr("image.file: ")) << entry.path();
    }
  }
  EXPECT_GT(read_ones, 10);
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace soleus::segmentation
