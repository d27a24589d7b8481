// From a triangle mesh to a thin elastic sheet at rest.
#pragma once

#include <optional>

#include "pipeline/base/artifacts/sheet.hpp"
#include "solver_cuda/state/shell.hpp"

namespace soleus {

/// An edge at which the sheet is held to a direction: its image behind the plane through the edge across
/// `into`, a unit vector into the sheet, goes on from it. A clamp, or a plane of symmetry of the sheet.
struct ClampedEdge {
  std::array<int, 2> nodes{};
  Vec3 into;
};

struct ShellSupport {
  std::vector<int> held;  // nodes
  std::vector<ClampedEdge> clamped;
};

/// Of a sheet of a case: its held points, and its border between them where it is clamped.
ShellSupport support_of(const Sheet& sheet);

/// What differs from triangle to triangle.
struct SheetTriangles {
  std::vector<Vec3> fibre;        // directions; empty: some direction
  std::vector<double> thickness;  // over the material's; empty: 1
};

/// The sheet lies at rest as the mesh does. Throws InputError where an edge has more than two triangles or a
/// triangle has no area.
Shell make_shell(const Surface& mesh, const SheetMaterial& material, const ShellSupport& support = {},
                 const SheetTriangles& of_triangles = {});

}  // namespace soleus
