// What pictures of veins share: colours, the side that they are seen from, scale and title.
#pragma once

#include <vtkColorTransferFunction.h>
#include <vtkSmartPointer.h>

#include <string>

#include "pipeline/base/vec3.hpp"

class vtkPolyData;  // NOLINT(cppcoreguidelines-virtual-class-destructor)
class vtkRenderer;  // NOLINT(cppcoreguidelines-virtual-class-destructor)

namespace soleus {

/// Even steps to the eye, readable without red and green: viridis (van der Walt & Smith 2015), from 0 to
/// `end`.
vtkSmartPointer<vtkColorTransferFunction> size_colors(double end);
/// About zero: cool to warm (Moreland, ISVC 2009), from -end to end.
vtkSmartPointer<vtkColorTransferFunction> signed_colors(double end);

/// Of a wall: its longest axis, upwards, and its shortest; `length` along the former, `breadth` across it
/// [m].
struct WallAxes {
  Vec3 along, towards_viewer;
  double length, breadth;
};
enum class Pose { upright, lying };  // in a panel that is narrow, and in one that is wide
WallAxes axes_of(vtkPolyData& wall);

/// Broadest side in front, all of it in the panel; lying with its upper end to the right.
void look(vtkRenderer& panel, const WallAxes& axes, Pose pose);
void add_title(vtkRenderer& panel, const std::string& title);
/// The scale of the colours, with what they mean.
void add_scale(vtkRenderer& panel, vtkColorTransferFunction& colors, const std::string& meaning, Pose pose);

}  // namespace soleus
