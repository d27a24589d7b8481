// Every verification case, small, by the program over the emulated runtime: what the CUDA backend writes is
// what the CPU backend writes.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <vtkDataArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "pipeline/base/artifacts/flow.hpp"
#include "tests/app/program.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

/// Components one after the other, point by point.
using Field = std::vector<double>;

struct Result {
  std::map<std::string, Field> fields;
  Flow flow;
};

/// With the names of a sheet before those of its fields, and where its points are now.
void add_fields(std::map<std::string, Field>& fields, vtkDataSet& data, const std::string& sheet) {
  for (int k = 0; k < data.GetPointData()->GetNumberOfArrays(); ++k) {
    vtkDataArray& array = *data.GetPointData()->GetArray(k);
    Field& field = fields[sheet + array.GetName()];
    for (vtkIdType p = 0; p < array.GetNumberOfTuples(); ++p)
      for (int c = 0; c < array.GetNumberOfComponents(); ++c) field.push_back(array.GetComponent(p, c));
  }
  for (vtkIdType p = 0; !sheet.empty() && p < data.GetNumberOfPoints(); ++p)
    for (int c = 0; c < 3; ++c) fields[sheet + "position"].push_back(data.GetPoint(p)[c]);
}

template <class Reader>
void read_last(std::map<std::string, Field>& fields, const fs::path& folder, const std::string& stem,
               const std::string& sheet = {}) {
  fs::path last;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(stem + "_") && entry.path() > last) last = entry.path();
  if (last.empty()) return;
  vtkNew<Reader> reader;
  reader->SetFileName(last.c_str());
  reader->Update();
  add_fields(fields, *reader->GetOutput(), sheet);
}

void read_sheets(std::map<std::string, Field>& fields, const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string stem = entry.path().stem().string();
    if (stem.starts_with("sheet-") && entry.path().extension() == ".pvd")
      read_last<vtkXMLPolyDataReader>(fields, folder, stem, stem + " ");
  }
}

struct Settings {
  std::string name;
  std::vector<std::string> set;
  std::string variant{};
};

/// The last fields that a case wrote, and its series.
Result run(const Settings& settings, const std::string& backend, const std::string& precision) {
  const TemporaryFolder folder;
  const fs::path file = fs::path(SOLEUS_SOURCE) / "configs/verification" / (settings.name + ".yaml");
  std::vector<std::string> arguments{"solve",     file.string(), "--output",  "run",
                                     "--threads", "2",           "--backend", backend};
  std::vector<std::string> set{"output.volume=true", "output.wall=true", "output.fields=[velocity, pressure]",
                               "output.interval=1 h", "solver.precision=" + precision};
  set.insert(set.end(), settings.set.begin(), settings.set.end());
  for (const std::string& s : set) arguments.insert(arguments.end(), {"--set", s});
  const test::Outcome outcome = test::soleus(folder.path, arguments);
  if (outcome.exit_code != 0)
    throw std::runtime_error(
        fmt::format("{} ended with {}:\n{}", settings.name, outcome.exit_code, outcome.err));
  Result result{{}, load_flow(folder.path / "run/solve")};
  read_last<vtkXMLUnstructuredGridReader>(result.fields, folder.path / "run/solve", "volume");
  read_last<vtkXMLPolyDataReader>(result.fields, folder.path / "run/solve", "wall");
  read_sheets(result.fields, folder.path / "run/solve");
  return result;
}

double largest(const Field& field) {
  double most = 0;
  for (const double v : field)
    if (std::isfinite(v)) most = std::max(most, std::abs(v));
  return most;
}

double largest_difference(const Field& a, const Field& b) {
  if (a.size() != b.size()) return INFINITY;
  double most = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (std::isfinite(a[k]) != std::isfinite(b[k])) return INFINITY;
    if (std::isfinite(a[k])) most = std::max(most, std::abs(a[k] - b[k]));
  }
  return most;
}

/// What a pressure is compared with: the largest, or that of a sound wave of the largest velocity where there
/// is hardly any; populations carry both.
double scale(const Result& of, const std::string& name) {
  const double most = largest(of.fields.at(name));
  if (name != "pressure") return most;
  const double sound_m_s = of.flow.numbers.at("dx_m") / of.flow.numbers.at("dt_s") / std::sqrt(3.0);
  return std::max(most, of.flow.numbers.at("density_kg_m3") * sound_m_s * largest(of.fields.at("velocity")));
}

void skip_without_device() {
  const TemporaryFolder folder;
  const std::string info = test::soleus(folder.path, {"info"}).out;
  if (info.find("CUDA device     0") == std::string::npos)
    GTEST_SKIP() << "there is no CUDA device:\n" << info;
}

struct OnDevice : testing::TestWithParam<Settings> {
  void SetUp() override { skip_without_device(); }
};
struct HalfStorage : testing::Test {
  void SetUp() override { skip_without_device(); }
};

void expect_equal(const Settings& settings, const std::string& precision, double of_stress) {
  const Result cpu = run(settings, "cpu", precision), cuda = run(settings, "cuda", precision);
  ASSERT_EQ(cuda.flow.texts.at("backend"), "cuda");
  ASSERT_TRUE(cpu.fields.contains("velocity") && cpu.fields.contains("pressure"));
  ASSERT_EQ(cpu.fields.size(), cuda.fields.size());
  ASSERT_GT(largest(cpu.fields.at("velocity")), 0);
  for (const auto& [name, field] : cpu.fields) {
    const double unit = scale(cpu, name), off = largest_difference(field, cuda.fields.at(name));
    const bool stress = name == "wall_shear_stress" || name == "traction";
    const bool sheet = name.starts_with("sheet-");  // what is rounded in a step moves it in all that follow
    EXPECT_LE(off, (stress || sheet ? of_stress : 1e-6) * unit) << settings.name << ": " << name;
    fmt::print("{:<20} {:<7} {:<20} differs by {:.1e} of its largest value\n", settings.name, precision, name,
               unit > 0 ? off / unit : 0);
  }
}

/// Fields are written in single precision.
TEST_P(OnDevice, WritesInDoublePrecisionWhatTheCpuWrites) {
  expect_equal(GetParam(), "double", 1e-6);
}

/// A stress comes from the hundredth part of the populations that is out of equilibrium, and so does its
/// rounding.
TEST_P(OnDevice, WritesInSinglePrecisionWhatTheCpuWrites) {
  expect_equal(GetParam(), "single", 1e-5);
}

/// Sixteen bits: a population near 0.03 is known to 1e-5, and what is left of that after averaging.
TEST_F(HalfStorage, KeepsTheFlowInAPipe) {
  const Settings pipe{"pipe-aligned", {"solver.end_time=4 s"}};
  const Result single = run(pipe, "cuda", "single"), half = run(pipe, "cuda", "half_storage");
  const double off = largest_difference(single.fields.at("velocity"), half.fields.at("velocity")) /
                     scale(single, "velocity");
  fmt::print("half storage: the velocity differs by {:.1e} of its largest value\n", off);
  EXPECT_LT(off, 1e-2);
  EXPECT_GT(off, 1e-6);  // or nothing was stored in half
}

/// 200 steps each: a valve that is opened, the same in a vein that is squeezed, and a sphere that shrinks.
const std::vector<Settings> with_sheets{
    {"valve-cycle", {"solver.dx=0.85 mm", "solver.dt=40 us", "solver.end_time=8 ms"}},
    {"valve-cycle",
     {"solver.dx=0.85 mm", "solver.dt=40 us", "solver.end_time=8 ms", "wall.motion=contraction",
      "wall.squeeze=steady_rate", "wall.area_rate=-200 mm2/s", "wall.ramp=1 ms"},
     " in a vein that is squeezed"},
    {"elastic-sphere",
     {"solver.dx=2 mm", "solver.dt=2 ms", "solver.end_time=0.4 s", "sheets.0.form.edge_length=1.6 mm",
      "sheets.0.form.stretch=1.3 1.2 1.1"}}};

const std::vector<Settings> cases{
    {"channel", {"solver.end_time=0.2 s"}},
    {"pipe-aligned", {"solver.end_time=1 s"}},  // infinite: what is rounded adds up along it
    {"pipe-rotated", {"solver.end_time=1 s", "solver.dx=1 mm", "solver.dt=28.57142857 ms"}},
    {"pipe-pressure", {"solver.end_time=2 s"}},
    {"driven-pipe", {"solver.end_time=0.08 s"}},
    {"womersley",
     {"solver.end_time=1.2 s", "solver.dx=0.8 mm", "solver.dt=9.142857142 ms",
      "geometry.analytic.size=6.4 0 0 mm", "geometry.analytic.period=6.4 0 0 mm",
      "geometry.analytic.length=6.4 mm"}},
    {"contracting-tube", {"solver.end_time=0.08 s", "solver.dx=2 mm", "solver.dt=1 ms"}},
    {"peristalsis-planar",
     {"solver.end_time=0.05 s", "solver.dx=1 mm", "solver.dt=500 us", "geometry.analytic.size=80 0 8 mm",
      "geometry.analytic.period=80 0 8 mm"}},
    {"peristalsis-tubular", {"solver.end_time=0.05 s", "solver.dx=1 mm", "solver.dt=500 us"}},
    {"translating-box", {"solver.end_time=0.15 s", "solver.dx=2 mm", "solver.dt=1 ms"}},
    {"piston", {"solver.end_time=0.3 s", "solver.dx=2 mm", "solver.dt=2 ms"}},
    {"taylor-green", {"solver.end_time=0.1 s"}},
    {"calf-pump", {"solver.end_time=8 ms"}},
    {"pipe-carreau", {"solver.end_time=0.3 s"}},
    {"limb-segment", {"solver.end_time=20 ms"}},
    {"pipe-casson", {"solver.end_time=0.2 s"}},
    {"pipe-jet", {"solver.end_time=5 ms", "solver.velocity_set=d3q27", "solver.collision=cumulant"}},
    {"taylor-aris", {"solver.end_time=0.5 s", "solver.dx=0.8 mm", "solver.dt=9.142857 ms"}},
    {"contracting-tube",
     {"solver.end_time=0.08 s", "solver.dx=2 mm", "solver.dt=1 ms", "scalar.diffusivity=1e-5 m2/s",
      "scalar.initial=1", "scalar.inflow=0.5", "scalar.growth=1"},
     " with a scalar"}};

std::string test_name(const testing::TestParamInfo<Settings>& of) {
  return test::as_test_name(of.param.name + of.param.variant);
}

INSTANTIATE_TEST_SUITE_P(Case, OnDevice, testing::ValuesIn(cases), test_name);
INSTANTIATE_TEST_SUITE_P(CaseWithSheets, OnDevice, testing::ValuesIn(with_sheets), test_name);

struct Twice : OnDevice {};
/// The emulation runs blocks and threads of the second run in another order.
TEST_P(Twice, GivesTheSameBits) {
  const Result first = run(GetParam(), "cuda", "single");
  setenv("CUDA_EMULATION_SEED", "5", 1);
  const Result second = run(GetParam(), "cuda", "single");
  unsetenv("CUDA_EMULATION_SEED");
  ASSERT_GT(first.fields.size(), 3u);
  for (const auto& [name, field] : first.fields)
    EXPECT_EQ(largest_difference(field, second.fields.at(name)), 0) << name;
  EXPECT_EQ(first.flow.series.columns, second.flow.series.columns);
}
INSTANTIATE_TEST_SUITE_P(CaseWithSheets, Twice, testing::ValuesIn(with_sheets), test_name);

}  // namespace
}  // namespace soleus
