// Fields over time on disk, as ParaView reads them: one file per instant and a .pvd that lists them.
//
//   SeriesWriter volume(folder, "volume", {.case_hash = hash, .program = "soleus 0.1.0"});
//   volume.write(frame, config.output);   // volume_00000.vtu, volume.pvd
//
// Every file is complete or absent: it is written aside, flushed to disk and renamed, and the .pvd is
// replaced after it, so that a killed run leaves a series that opens. A full disk is a ResourceError that
// names the file.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"
#include "pipeline/base/vec3.hpp"
#include "solver_cuda/config.hpp"

class vtkDataSet;  // NOLINT(cppcoreguidelines-virtual-class-destructor)

namespace soleus {

/// The stored nodes of the lattice at one instant, SI. All arrays are in the order of `nodes`.
struct VolumeFrame {
  double time_s = 0;
  Vec3 origin_m{};                          // centre of node (0, 0, 0)
  double dx_m = 0;                          // distance between nodes
  std::array<int, 3> extent{};              // nodes along x, y, z of the whole lattice
  std::vector<std::array<int, 3>> nodes{};  // [n] lattice coordinates, each node once, any order
  std::vector<float> velocity_m_s{};        // [3 n] x, y, z of a node together
  std::vector<float> pressure_pa{};         // [n]
  std::vector<float> concentration{};       // [n] of the passive scalar; empty: none
  std::vector<float> shear_rate_1_s{};      // [n] of means; empty: none
  std::vector<float> stagnant_part{};  // [n] of means: of the time, sheared by less than 50 1/s; empty: none
  std::vector<std::uint8_t> lumen{};   // [n] 1 inside the lumen; empty: all 1
};

/// The wall at one instant. Empty arrays are left out of the file.
struct WallFrame {
  double time_s = 0;
  const Surface* surface = nullptr;           // at rest
  std::vector<float> displacement_m{};        // [3 points] from rest to now
  std::vector<float> wall_shear_stress_pa{};  // [3 points] tangential traction of the fluid on the wall
  std::vector<float> traction_pa{};           // [3 points] force per area of the fluid on the wall
  // [points] means over a cycle (solver_cuda/wall_means.hpp)
  std::vector<float> time_averaged_shear_pa{}, oscillation{}, residence_1_pa{}, transverse_pa{};
};

/// A sheet in the fluid at one instant.
struct SheetFrame {
  double time_s = 0;
  const std::vector<std::array<int, 3>>* triangles = nullptr;
  const std::vector<Vec3>* x_m = nullptr;  // where its points are now
  std::vector<float> displacement_m{};     // [3 points] from its rest to now
  std::vector<float> velocity_m_s{};       // [3 points]
  std::vector<float> strain{};             // [triangles] first principal strain
  std::vector<float> stress_pa{};          // [triangles] first principal stress
};

/// What every file says about its origin.
struct RunLabel {
  std::string case_hash;
  std::string program;  // name and version
};

class SeriesWriter {
 public:
  SeriesWriter(std::filesystem::path folder, std::string name, RunLabel label);

  /// Volume fields at the lattice nodes inside the configured region, the configured fields only.
  ///   vtu  voxel cells between eight stored nodes; streamlines and contours work as they are
  ///   vti  the dense box; nodes that are not stored have lumen 0 and zero fields
  void write(const VolumeFrame& frame, const OutputConfig& config);
  /// The wall where it is now: points are rest positions plus displacement.
  void write(const WallFrame& frame);
  void write(const SheetFrame& frame);

  /// <folder>/<name>.pvd
  std::filesystem::path series() const;
  int frames() const { return int(frames_.size()); }
  /// To or from a checkpoint: which frames are written.
  template <class Archive>
  void serialize(Archive& a) {
    a(frames_, warned_empty_);
  }

 private:
  struct Frame {
    double time_s;
    std::string file;
    template <class Archive>
    void serialize(Archive& a) {
      a(time_s, file);
    }
  };
  std::filesystem::path folder_;
  std::string name_;
  RunLabel label_;
  std::vector<Frame> frames_;
  bool warned_empty_ = false;

  std::string next_file(const char* extension) const;
  void write_surface(vtkDataSet& surface, double time_s);
  void add(Frame frame);
};

}  // namespace soleus
