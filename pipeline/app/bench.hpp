// How fast the solver is on this machine, against what its memory allows.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "solver_cuda/solver.hpp"

namespace soleus {

/// The lumens of the benchmark, in cells at full size:
///   box        a periodic cube of 128 cells, no wall
///   pipe       62 across and 512 long, periodic along its axis, no opening
///   tree       a vein that parts three times, trunk 65 across and 240 long, 3.1 M cells, 2.3 % of its box
///   rigid      pipe of 62 across and 256 long between two pressures
///   moving     the same whose wall contracts by 0.00125 cells per step, as a calf does that halves the area
///              of a 10 mm wide vein in 0.2 s
///   compliant  the same whose wall follows a tube law under a pressure that changes by up to 50 kPa/s
inline constexpr std::array<std::string_view, 6> bench_lumens{"box",   "pipe",   "tree",
                                                              "rigid", "moving", "compliant"};

struct BenchSettings {
  std::vector<std::string> lumens;  // empty: all
  std::vector<Collision> collisions{Collision::trt};
  std::vector<VelocitySet> velocity_sets{VelocitySet::d3q19};
  std::vector<Precision> precisions{Precision::single};
  std::vector<int> threads{1};
  BackendKind backend = BackendKind::cpu;
  int device = 0;
  int steps = 40;
  int shrink = 1;  // all lengths divided by it
};

struct BenchRow {
  std::string lumen, velocity_set, collision, precision, backend, processor;
  int threads = 0, steps = 0;
  std::int64_t cells = 0;
  double fill = 0;         // part of the box around the lumen that is fluid
  double mlups = 0;        // million fluid cells per second, mean over the steps
  double bytes = 0;        // that a cell's step reads and writes at least: 2 Q numbers
  double limit_mlups = 0;  // 19-stream bandwidth just before and after, over `bytes`; 0 where not measured
  double memory = 0;       // bytes per fluid cell, tile waste, links, flags and distances included
  double populations = 0;  // of these

  double fraction() const { return limit_mlups > 0 ? mlups / limit_mlups : 0; }
  /// What tells two rows apart that are compared.
  std::string key() const;
};

/// `row_done` is called with each row as soon as it is measured.
std::vector<BenchRow> run_bench(const BenchSettings& settings, void (*row_done)(const BenchRow&));

std::string bench_json(const std::vector<BenchRow>& rows);
/// Throws InputError when the file is not one that bench_json() made.
std::vector<BenchRow> read_bench(const std::filesystem::path& file);

}  // namespace soleus
