// Faults of images and DICOM series.
#include <algorithm>
#include <cstdlib>

#include "tests/errors/faulty_run.hpp"
#include "tests/errors/vein_image.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;

class ImageFault : public testing::Test {
 protected:
  TemporaryFolder folder;
  void SetUp() override { folder.write("vein.nrrd", vein_nrrd()); }

  Outcome segment(const std::string& what, const std::string& by) {
    folder.write("vein.yaml", edited(vein_case, what, by));
    Outcome outcome = soleus(folder.path, {"segment", "vein.yaml"});
    EXPECT_FALSE(fs::exists(folder.path / "runs/vein/segmentation"));
    EXPECT_FALSE(fs::exists(folder.path / "runs/vein/.segmentation.partial"));
    return outcome;
  }
  void expect(const std::string& what, const std::string& by, const std::string& sentence) {
    const Outcome outcome = segment(what, by);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_EQ(sentences(outcome.err), sentence + "\n");
  }
};

TEST_F(ImageFault, MissingFile) {
  expect("vein.nrrd", "nowhere.nrrd", "vein.yaml:2: image.file: 'nowhere.nrrd': no such file or folder.");
}

TEST_F(ImageFault, TextInsteadOfAnImage) {
  folder.write("notes.txt", "Dear colleague");
  expect(
      "vein.nrrd", "notes.txt",
      "vein.yaml:2: image.file: 'notes.txt' is a text file ('Dear colleague...'), not an image; accepted: a "
      "folder of DICOM "
      "slices, a DICOM file (.dcm), NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr) or MetaImage (.mha, .mhd).");
}

TEST_F(ImageFault, TruncatedImage) {
  folder.write("half.nrrd", vein_nrrd().substr(0, 40000));
  expect("vein.nrrd", "half.nrrd",
         "vein.yaml:2: image.file: 'half.nrrd' cannot be read: the file is damaged or truncated.");
}

TEST_F(ImageFault, SeedOutsideOfAVein) {
  expect("-35 22 122 mm", "-45 40 122 mm",
         "vein.yaml:4: segmentation.seeds[0] at -45 40 122 mm does not lie in a vessel: the grey value there "
         "is 50, accepted are 140 "
         "to 320 (segmentation.intensity).");
}

TEST_F(ImageFault, SeedInRasInsteadOfLps) {
  expect("-35 22 122 mm", "35 -22 122 mm",
         "vein.yaml:4: segmentation.seeds[0] at 35 -22 122 mm lies outside of the volume, which spans x "
         "-50.0 to -11.0, y 10.0 to "
         "45.0, z 100.0 to 143.0 mm (LPS). With the signs of x and y changed all seeds would lie inside: "
         "they seem to be given in "
         "RAS, not LPS.");
}

const std::string contracted =
    "image: {file: vein.nrrd, cycle: 1 s, contracted: [{file: other.nrrd, time: 0.5 s}]}";

TEST_F(ImageFault, ContractedImageOfAnotherPlace) {
  folder.write("other.nrrd", edited(vein_nrrd(), "(-50,10,100)", "(-50,90,100)"));
  expect("image: {file: vein.nrrd}", contracted,
         "vein.yaml:2: image.contracted[0].file: 'other.nrrd' covers 0 % of the veins found in the image at "
         "rest, at "
         "least 95 % are needed; it spans x -50.0 to -11.0, y 90.0 to 125.0, z 100.0 to 143.0 mm (LPS), the "
         "image at "
         "rest x -50.0 to -11.0, y 10.0 to 45.0, z 100.0 to 143.0 mm.");
}

TEST_F(ImageFault, ContractedImageOutOfTheCycle) {
  folder.write("other.nrrd", vein_nrrd());
  expect("image: {file: vein.nrrd}", edited(contracted, "0.5 s", "1.5 s"),
         "vein.yaml:2: image.contracted: item 0 is at 1.5 s; times must increase and lie within (0, cycle), "
         "here "
         "above 0 s and below 1 s.");
}

fs::path data() {
  const char* given = std::getenv("SOLEUS_DATA");
  return given ? fs::path(given) : fs::path(SOLEUS_SOURCE) / "../shared/data";
}

/// Height (mm) of a slice, from its ImagePositionPatient (0020,0032).
double height(const std::string& bytes) {
  const auto at =
      bytes.find(std::string("\x20\x00\x32\x00"
                             "DS",
                             6));
  const auto length = std::size_t(static_cast<unsigned char>(bytes.at(at + 6)));
  const std::string text = bytes.substr(at + 8, length);
  return std::stod(text.substr(text.rfind('\\') + 1));
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Thirty slices of a series in the folder `series`, 250 to 279 mm.
class DicomFault : public ImageFault {
 protected:
  std::map<int, std::string> names;  // height in mm -> file name

  void SetUp() override {
    const fs::path source = data() / "dicom_phantom_open";
    if (!fs::is_directory(source)) GTEST_SKIP() << "needs " << source << " (set SOLEUS_DATA)";
    fs::create_directory(folder.path / "series");
    for (const auto& entry : fs::directory_iterator(source)) {
      if (entry.path().extension() != ".dcm") continue;
      const int z = int(std::lround(height(bytes_of(entry.path()))));
      if (z < 250 || z > 279) continue;
      names[z] = entry.path().filename();
      fs::create_symlink(fs::absolute(entry.path()), folder.path / "series" / entry.path().filename());
    }
    ASSERT_EQ(names.size(), 30u);
  }
  std::string slice(int z) { return "'" + names.at(z) + "'"; }
  /// In the order of names, as a message lists them.
  std::string first_file() {
    std::string first = names.begin()->second;
    for (const auto& [z, name] : names) first = std::min(first, name);
    return "'" + first + "'";
  }
};

TEST_F(DicomFault, GapInTheSeries) {
  fs::remove(folder.path / "series" / names.at(260));
  expect("vein.nrrd", "series",
         "vein.yaml:2: image.file: the DICOM series in 'series' has a gap between 259 mm (" + slice(259) +
             ") and 261 mm (" + slice(261) + "): 1 slice is missing where the others are 1 mm apart.");
}

TEST_F(DicomFault, MixedPixelSpacing) {
  const fs::path file = folder.path / "series" / names.at(260);
  const std::string changed = edited(bytes_of(file), "1.00000\\1.00000", "1.25000\\1.25000");
  fs::remove(file);
  folder.write("series/" + names.at(260), changed);
  expect("vein.nrrd", "series",
         "vein.yaml:2: image.file: the DICOM series in 'series' mixes pixel spacings: " + slice(260) +
             " has 1.25 x 1.25 mm, " + first_file() + " has 1 x 1 mm; all slices of a volume must agree.");
}

TEST_F(DicomFault, SlicesAtMixedDistances) {
  const fs::path file = folder.path / "series" / names.at(260);
  const std::string changed = edited(bytes_of(file), "\\260.0", "\\260.4");
  fs::remove(file);
  folder.write("series/" + names.at(260), changed);
  expect("vein.nrrd", "series",
         "vein.yaml:2: image.file: the DICOM series in 'series' has mixed slice spacing between 259 mm (" +
             slice(259) + ") and 260.4 mm (" + slice(260) +
             "): 1.4 mm where most slices are 1 mm apart; a volume needs even slices.");
}

TEST_F(DicomFault, ForeignFile) {
  folder.write("series/notes.txt", "a text that somebody left here\n");
  expect("vein.nrrd", "series",
         "vein.yaml:2: image.file: 'series/notes.txt' is not a readable DICOM file; a series folder may hold "
         "only the slices of the "
         "series.");
}

TEST_F(DicomFault, SliceOfAnotherSeries) {
  const fs::path other = data() / "dicom_pydicom/CT_small.dcm";
  if (!fs::exists(other)) GTEST_SKIP() << "needs " << other;
  fs::copy_file(other, folder.path / "series/zzz.dcm");
  expect("vein.nrrd", "series",
         "vein.yaml:2: image.file: 'series' holds 2 DICOM series; set image.series to one of: "
         "1.3.6.1.4.1.5962.1.3.1.1.20040119072730.12322 (1 file, 'zzz.dcm'), "
         "2.25.85662683361880038955730059447417252441381972049778207764621 (30 files, first " +
             first_file() + ", \"Synthetic CT venography (BodyParts3D) rightpopliteal\").");
}

TEST_F(DicomFault, FileThatMakesTheLibraryAbort) {
  const fs::path bad = data() / "dicom_pydicom/rtdose_1frame.dcm";
  if (!fs::exists(bad)) GTEST_SKIP() << "needs " << bad;
  fs::copy_file(bad, folder.path / "dose.dcm");
  expect("vein.nrrd", "dose.dcm",
         "vein.yaml:2: image.file: the DICOM library broke off (Aborted) while reading 'dose.dcm'; the file "
         "is damaged or of an "
         "unsupported kind, remove or convert it.");
}

}  // namespace
}  // namespace soleus::test
