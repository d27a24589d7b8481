// What a page shows of the blood: a slice along the vein and streamlines, frame by frame.
#pragma once

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace soleus {

/// Pressure [Pa] at the nearest point of the blood, for every point of `wall`.
std::vector<float> pressure_on(vtkPolyData& wall, vtkUnstructuredGrid& blood);

class PageVolume {
 public:
  /// Adds a frame.
  void add(vtkUnstructuredGrid& blood);
  int frames() const { return frames_; }
  /// Points on a fixed grid of the plane through the lumen's two longest axes, speed [m/s] and pressure [Pa]
  /// [frame][row][column].
  nlohmann::ordered_json slice() const;
  /// Points [m], speed [m/s] of all frames, one after another; points of each line, lines of each frame.
  nlohmann::ordered_json lines() const;

 private:
  void place_plane(vtkUnstructuredGrid& blood);
  void add_slice(vtkUnstructuredGrid& blood);
  void add_lines(vtkUnstructuredGrid& blood);

  int frames_ = 0, columns_ = 0, rows_ = 0;
  vtkSmartPointer<vtkPolyData> plane_;
  std::vector<float> plane_points_, speed_, pressure_, line_points_, line_speed_;
  std::vector<std::uint32_t> line_lengths_, frame_lines_;
};

}  // namespace soleus
