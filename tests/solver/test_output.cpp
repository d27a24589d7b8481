// What ParaView reads back is what the solver computed, and a full disk is said so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>
#include <vtkCell.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLImageDataReader.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>
#include <algorithm>
#include <fstream>
#include <iterator>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/output/field_writer.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Output : public ::testing::Test {
 protected:
  fs::path folder =
      fs::temp_directory_path() / ("soleus_output_" + std::to_string(::getpid()) + "_" +
                                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
  RunLabel run{"1f00", "soleus 0.1.0"};
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
};

/// A full block of lattice nodes, last node first (the writer may not rely on an order), values that name the
/// node.
VolumeFrame block(std::array<int, 3> extent, double time_s) {
  VolumeFrame f{.time_s = time_s, .origin_m = {-0.1, 0.2, 0.3}, .dx_m = 0.5e-3, .extent = extent};
  for (int k = extent[2] - 1; k >= 0; --k)
    for (int j = extent[1] - 1; j >= 0; --j)
      for (int i = extent[0] - 1; i >= 0; --i) {
        f.nodes.push_back({i, j, k});
        f.velocity_m_s.insert(f.velocity_m_s.end(), {float(i), float(j), float(k)});
        f.pressure_pa.push_back(float(100 * i + 10 * j + k));
        f.lumen.push_back(1);
      }
  return f;
}

void drop_node(VolumeFrame& f, std::size_t n) {
  f.nodes.erase(f.nodes.begin() + long(n));
  f.velocity_m_s.erase(f.velocity_m_s.begin() + long(3 * n), f.velocity_m_s.begin() + long(3 * n + 3));
  f.pressure_pa.erase(f.pressure_pa.begin() + long(n));
  f.lumen.erase(f.lumen.begin() + long(n));
}

template <class Reader>
auto read(const fs::path& file) {
  vtkNew<Reader> reader;
  reader->SetFileName(file.c_str());
  reader->Update();
  return vtkSmartPointer(reader->GetOutput());
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string note(vtkDataSet* data, const char* name) {
  auto* array = vtkStringArray::SafeDownCast(data->GetFieldData()->GetAbstractArray(name));
  return array ? array->GetValue(0) : "(none)";
}

TEST_F(Output, VoxelGridCarriesExactNodeValues) {
  const VolumeFrame frame = block({3, 4, 5}, 0.25);

  SeriesWriter writer(folder, "volume", run);
  writer.write(frame, {});

  auto grid = read<vtkXMLUnstructuredGridReader>(folder / "volume_00000.vtu");
  ASSERT_EQ(grid->GetNumberOfPoints(), 60);
  EXPECT_EQ(grid->GetNumberOfCells(), 2 * 3 * 4);
  auto* velocity = vtkFloatArray::SafeDownCast(grid->GetPointData()->GetArray("velocity"));
  auto* pressure = vtkFloatArray::SafeDownCast(grid->GetPointData()->GetArray("pressure"));
  ASSERT_TRUE(velocity && pressure);
  for (vtkIdType p = 0; p < 60; ++p) {
    const double* x = grid->GetPoint(p);
    const double node[3] = {(x[0] + 0.1) / 0.5e-3, (x[1] - 0.2) / 0.5e-3, (x[2] - 0.3) / 0.5e-3};
    constexpr double of_float_coordinates = 2e-4;  // 0.3 m / 2^24 / 0.5 mm
    for (int a = 0; a < 3; ++a) EXPECT_NEAR(node[a], velocity->GetComponent(p, a), of_float_coordinates);
    const float expected =
        100 * velocity->GetComponent(p, 0) + 10 * velocity->GetComponent(p, 1) + velocity->GetComponent(p, 2);
    EXPECT_EQ(pressure->GetValue(p), expected);
  }
}

TEST_F(Output, EveryVoxelSpansOneCell) {
  SeriesWriter writer(folder, "volume", run);
  writer.write(block({3, 4, 5}, 0), {});

  auto grid = read<vtkXMLUnstructuredGridReader>(folder / "volume_00000.vtu");
  for (vtkIdType c = 0; c < grid->GetNumberOfCells(); ++c) {
    ASSERT_EQ(grid->GetCellType(c), VTK_VOXEL);
    double b[6];
    grid->GetCellBounds(c, b);
    for (int a = 0; a < 3; ++a) EXPECT_NEAR(b[2 * a + 1] - b[2 * a], 0.5e-3, 1e-7);
    auto* pressure = grid->GetPointData()->GetArray("pressure");
    EXPECT_EQ(pressure->GetTuple1(grid->GetCell(c)->GetPointId(7)),
              pressure->GetTuple1(grid->GetCell(c)->GetPointId(0)) + 111);
  }
}

TEST_F(Output, VoxelWithAMissingCornerIsLeftOut) {
  VolumeFrame frame = block({3, 3, 3}, 0);
  drop_node(frame, 26);  // node (0, 0, 0)

  SeriesWriter writer(folder, "volume", run);
  writer.write(frame, {});

  auto grid = read<vtkXMLUnstructuredGridReader>(folder / "volume_00000.vtu");
  EXPECT_EQ(grid->GetNumberOfPoints(), 26);
  EXPECT_EQ(grid->GetNumberOfCells(), 7);
}

TEST_F(Output, DenseImageMarksTheLumen) {
  VolumeFrame frame = block({3, 4, 5}, 0);
  drop_node(frame, 59);  // node (0, 0, 0)
  OutputConfig config;
  config.format = VolumeFormat::vti;

  SeriesWriter writer(folder, "volume", run);
  writer.write(frame, config);

  auto image = read<vtkXMLImageDataReader>(folder / "volume_00000.vti");
  ASSERT_EQ(image->GetNumberOfPoints(), 60);
  EXPECT_EQ(image->GetPointData()->GetArray("lumen")->GetTuple1(0), 0);
  EXPECT_EQ(image->GetPointData()->GetArray("lumen")->GetTuple1(1), 1);
  EXPECT_EQ(image->GetPointData()->GetArray("pressure")->GetTuple1(1 + 3 * (2 + 4 * 3)), 123);
  EXPECT_DOUBLE_EQ(image->GetOrigin()[1], 0.2);
  EXPECT_DOUBLE_EQ(image->GetSpacing()[2], 0.5e-3);
}

TEST_F(Output, OnlyTheChosenFieldsAreWritten) {
  OutputConfig config;
  config.fields = {"pressure"};

  SeriesWriter writer(folder, "volume", run);
  writer.write(block({2, 2, 2}, 0), config);

  auto grid = read<vtkXMLUnstructuredGridReader>(folder / "volume_00000.vtu");
  EXPECT_EQ(grid->GetPointData()->GetNumberOfArrays(), 1);
  EXPECT_TRUE(grid->GetPointData()->HasArray("pressure"));
}

TEST_F(Output, RegionKeepsItsEdges) {
  OutputConfig config;
  config.region_min_m = Vec3{-0.1 + 0.5e-3, 0.2, 0.3};
  config.region_max_m = Vec3{-0.1 + 1e-3, 0.2 + 0.5e-3, 0.3 + 0.7e-3};

  SeriesWriter writer(folder, "volume", run);
  writer.write(block({4, 4, 4}, 0), config);
  config.format = VolumeFormat::vti;
  writer.write(block({4, 4, 4}, 1), config);

  EXPECT_EQ(read<vtkXMLUnstructuredGridReader>(folder / "volume_00000.vtu")->GetNumberOfPoints(), 2 * 2 * 2);
  auto image = read<vtkXMLImageDataReader>(folder / "volume_00001.vti");
  ASSERT_EQ(image->GetNumberOfPoints(), 2 * 2 * 2);
  EXPECT_EQ(image->GetPointData()->GetArray("pressure")->GetTuple1(0), 100);
}

TEST_F(Output, WallIsWrittenWhereItIsNow) {
  const Surface surface{{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                        {{0, 2, 1}, {0, 1, 3}, {1, 2, 3}, {0, 3, 2}}};
  WallFrame frame{.time_s = 0.5, .surface = &surface};
  frame.displacement_m = {0.25f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0.5f};
  frame.wall_shear_stress_pa = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

  SeriesWriter writer(folder, "wall", run);
  writer.write(frame);

  auto wall = read<vtkXMLPolyDataReader>(folder / "wall_00000.vtp");
  ASSERT_EQ(wall->GetNumberOfPoints(), 4);
  EXPECT_EQ(wall->GetNumberOfCells(), 4);
  EXPECT_EQ(wall->GetPoint(0)[0], 0.25);
  EXPECT_EQ(wall->GetPoint(3)[2], 0.5);
  EXPECT_EQ(wall->GetPointData()->GetArray("displacement")->GetComponent(3, 2), -0.5);
  EXPECT_EQ(wall->GetPointData()->GetArray("wall_shear_stress")->GetComponent(2, 1), 8);
  EXPECT_FALSE(wall->GetPointData()->HasArray("traction"));
}

TEST_F(Output, FilesSayTimeUnitsSpaceAndOrigin) {
  SeriesWriter writer(folder, "volume", run);
  writer.write(block({2, 2, 2}, 0.125), {});

  auto grid = read<vtkXMLUnstructuredGridReader>(folder / "volume_00000.vtu");
  auto* time = vtkDoubleArray::SafeDownCast(grid->GetFieldData()->GetArray("TimeValue"));
  ASSERT_TRUE(time);
  EXPECT_EQ(time->GetValue(0), 0.125);
  EXPECT_EQ(note(grid, "space"), "LPS");
  EXPECT_EQ(note(grid, "unit_length"), "m");
  EXPECT_EQ(note(grid, "unit_velocity"), "m/s");
  EXPECT_EQ(note(grid, "unit_pressure"), "Pa");
  EXPECT_EQ(note(grid, "unit_displacement"), "(none)");
  EXPECT_EQ(note(grid, "case_hash"), "1f00");
  EXPECT_EQ(note(grid, "program"), "soleus 0.1.0");
}

TEST_F(Output, FilesAreAppendedAndCompressed) {
  SeriesWriter writer(folder, "volume", run);
  writer.write(block({20, 20, 20}, 0), {});

  const std::string text = text_of(folder / "volume_00000.vtu");
  EXPECT_THAT(text, HasSubstr("vtkZLibDataCompressor"));
  EXPECT_THAT(text, HasSubstr("<AppendedData encoding=\"raw\">"));
}

TEST_F(Output, SeriesListsEveryFrameWithItsExactTime) {
  SeriesWriter writer(folder, "volume", run);
  writer.write(block({2, 2, 2}, 0), {});
  writer.write(block({2, 2, 2}, 0.1), {});
  writer.write(block({2, 2, 2}, 1.0 / 3), {});

  const std::string text = text_of(writer.series());
  EXPECT_THAT(text, HasSubstr(R"(timestep="0.1" group="" part="0" file="volume_00001.vtu")"));
  EXPECT_THAT(text, HasSubstr(R"(timestep="0.3333333333333333" group="" part="0" file="volume_00002.vtu")"));
  EXPECT_THAT(files(), ElementsAre("volume.pvd", "volume_00000.vtu", "volume_00001.vtu", "volume_00002.vtu"));
}

/// A small file system in memory; needs root.
class FullDisk : public Output {
 protected:
  bool mounted = false;
  void mount_tmpfs(int kilobytes) {
    const std::string options = "size=" + std::to_string(kilobytes) + "k";
    mounted = ::mount("none", folder.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  void unmount() {
    if (mounted) ::umount(folder.c_str());
    mounted = false;
  }
  void TearDown() override {
    unmount();
    Output::TearDown();
  }
};

TEST_F(FullDisk, IsSaidWithTheFileAndLeavesNoHalf) {
  std::vector<int> reached;  // frames stored for each size of the disk
  for (const int kilobytes : {4, 8, 16, 28, 40, 64, 100}) {
    mount_tmpfs(kilobytes);
    if (!mounted) GTEST_SKIP() << "mounting a tmpfs needs root";
    std::string message;
    int stored = 0;
    try {
      SeriesWriter writer(folder, "volume", run);
      for (int n = 0; n < 100; ++n) {
        writer.write(block({12, 12, 12}, 0.1 * n), {});
        ++stored;
      }
    } catch (const ResourceError& e) {
      message = e.what();
    }

    EXPECT_THAT(message, HasSubstr((folder / "volume").string()));
    EXPECT_THAT(message, HasSubstr("disk full"));
    for (const std::string& name : files()) EXPECT_THAT(name, Not(HasSubstr(".part")));
    for (int n = 0; n < stored; ++n) {
      auto grid = read<vtkXMLUnstructuredGridReader>(folder / ("volume_0000" + std::to_string(n) + ".vtu"));
      EXPECT_EQ(grid->GetNumberOfPoints(), 12 * 12 * 12)
          << "frame " << n << " of a disk of " << kilobytes << " kB";
    }
    reached.push_back(stored);
    unmount();
  }
  EXPECT_LT(reached.front(), reached.back());
}

TEST_F(Output, FolderThatCannotBeMadeIsSaid) {
  std::ofstream(folder / "file") << "not a folder";
  try {
    SeriesWriter writer(folder / "file" / "solve", "volume", run);
    FAIL() << "a folder below a file cannot exist";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(),
                HasSubstr((folder / "file" / "solve").string() + ": the output folder cannot be written"));
  }
}

}  // namespace
}  // namespace soleus
