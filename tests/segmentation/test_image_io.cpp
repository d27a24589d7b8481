#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pipeline/base/errors.hpp"
#include "segmentation/segmentation.hpp"
#include "tests/segmentation/sample_volumes.hpp"
#include "tests/segmentation/scratch_folder.hpp"

namespace soleus {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// The message of the InputError that `read` throws.
template <class Read>
std::string refusal(const Read& read) {
  try {
    read();
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

/// Unequal sizes and spacings, axes turned about z: every mix-up of axes shows.
Image odd_image() {
  Image image{.grid = {.size = {4, 5, 6},
                       .spacing_m = {0.7e-3, 0.8e-3, 1.5e-3},
                       .origin_m = {-0.12, 0.034, 0.25},
                       .axes = {{{0, 1, 0}, {-1, 0, 0}, {0, 0, 1}}}},
              .values = {}};
  for (std::size_t v = 0; v < image.grid.voxels(); ++v) image.values.push_back(float(v) - 50);
  return image;
}

class ImageFormats : public testing::TestWithParam<const char*> {};

TEST_P(ImageFormats, KeepValuesAndPlaceInThePatient) {
  const ScratchFolder folder;
  const std::filesystem::path file = folder.path() / (std::string("image") + GetParam());
  const Image image = odd_image();
  save(image, file);

  const Image back = load_image(file);

  constexpr double single_precision_m = 1e-7;  // NIfTI keeps positions as floats
  EXPECT_EQ(back.values, image.values);
  EXPECT_EQ(back.grid.size, image.grid.size);
  EXPECT_LT(norm(back.grid.point(3, 4, 5) - image.grid.point(3, 4, 5)), single_precision_m);
  EXPECT_LT(norm(back.grid.point(3, 0, 0) - image.grid.point(3, 0, 0)), single_precision_m);
}
INSTANTIATE_TEST_SUITE_P(AllFormats, ImageFormats, testing::Values(".nrrd", ".mha", ".nii.gz"));

TEST(LabelIo, KeepsNames) {
  const ScratchFolder folder;
  const Labels labels{
      .grid = cube_grid(3, 1e-3), .values = std::vector<std::uint8_t>(27, 2), .names = {{2, "popliteal"}}};
  save(labels, folder.path() / "labels.nrrd");
  const Labels back = load_labels(folder.path() / "labels.nrrd");
  EXPECT_EQ(back.values, labels.values);
  EXPECT_EQ(back.names, labels.names);
}

TEST(ReadImage, SaysThatAFileIsMissing) {
  EXPECT_THAT(refusal([] { read_image({.file = "no/such/image.nrrd", .phantom = {}, .series = {}}); }),
              AllOf(HasSubstr(
                  "image.file: 'no/such/image.nrrd' does not exist; accepted: a folder of DICOM slices")));
}

TEST(ReadImage, SaysThatATextIsNoImage) {
  const ScratchFolder folder;
  for (const char* name : {"image.nii.gz", "image.nrrd", "image.mha", "image.txt"}) {
    const std::filesystem::path file = folder.path() / name;
    std::ofstream(file) << "Dear colleague, please find attached the venogram of our patient.\n";
    EXPECT_THAT(
        refusal([&] { read_image({.file = file, .phantom = {}, .series = {}}); }),
        HasSubstr("is a text file ('Dear colleague, please find attached the...'), not an image; accepted: "))
        << name;
  }
}

TEST_P(ImageFormats, SayThatATruncatedFileIsDamaged) {
  const ScratchFolder folder;
  const std::filesystem::path file = folder.path() / (std::string("image") + GetParam());
  save(odd_image(), file);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 40);
  EXPECT_THAT(refusal([&] { load_image(file); }),
              HasSubstr("cannot be read: the file is damaged or truncated."));
}

TEST(ReadImage, SaysThatAFolderHoldsNoSlices) {
  const ScratchFolder folder;
  EXPECT_THAT(refusal([&] { read_image({.file = folder.path(), .phantom = {}, .series = {}}); }),
              HasSubstr("holds no files; give the folder of a DICOM series."));
}

}  // namespace
}  // namespace soleus
