// Runs a case of configs/verification, configs/validation or configs/demo with the real program, on a chosen
// grid, and loads what it wrote.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/base/artifacts/flow.hpp"
#include "pipeline/base/vec3.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus::verification {

/// Replacements of keys of a case, as `--set KEY=VALUE` takes them.
class Settings {
 public:
  Settings& set(const std::string& key, const std::string& value);
  Settings& set(const std::string& key, double value, const std::string& unit);
  Settings& set(const std::string& key, const Vec3& value, const std::string& unit);
  /// Cell size, and the time step at which the lattice viscosity is `lattice_viscosity` = (tau - 1/2) / 3.
  Settings& grid(double dx_m, double lattice_viscosity, double viscosity_m2_s);
  const std::vector<std::string>& arguments() const { return arguments_; }

 private:
  std::vector<std::string> arguments_;
};

/// Velocity and pressure at the fluid nodes at one written time.
struct VolumeField {
  double time_s = 0;
  std::vector<Vec3> x_m, u_m_s;
  std::vector<double> p_pa, concentration{};  // where the run wrote them
};

/// Wall shear stress and traction (of the fluid on the wall) at the vertices of the moved wall surface at one
/// written time.
struct WallField {
  double time_s = 0;
  std::vector<Vec3> x_m, shear_pa, traction_pa;
};

/// A sheet in the fluid at one written time.
struct SheetField {
  double time_s = 0;
  std::vector<Vec3> x_m, u_m_s;
  std::vector<std::array<int, 3>> triangles;
};

/// The fields of a series in `folder`, from `from_s` on.
std::vector<VolumeField> read_volumes(const std::filesystem::path& folder,
                                      const std::filesystem::path& collection, double from_s);

class Run {
 public:
  /// Throws std::runtime_error with the program's own words when it fails.
  Run(const std::string& case_name, const Settings& settings, int threads = 2);

  const Flow& flow() const { return flow_; }
  const std::vector<double>& time_s() const { return flow_.series.time_s; }
  const std::vector<double>& column(const std::string& name) const { return flow_.series.columns.at(name); }
  double first(const std::string& name) const { return column(name).front(); }
  double last(const std::string& name) const { return column(name).back(); }
  /// Mean of the samples from `from_s` on.
  double mean(const std::string& name, double from_s) const;
  /// The fields at the last written time, and at all written times from `from_s` on.
  VolumeField volume() const;
  std::vector<VolumeField> volumes(double from_s) const;
  std::vector<WallField> walls(double from_s) const;
  /// A sheet at the last written time, and at all of them.
  SheetField sheet(const std::string& name) const;
  std::vector<SheetField> sheets(const std::string& name) const;

 private:
  test::TemporaryFolder folder_;
  Flow flow_;
};

}  // namespace soleus::verification
