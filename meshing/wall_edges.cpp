#include "meshing/wall_edges.hpp"

#include <vtkDoubleArray.h>
#include <vtkIdList.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkStaticPointLocator.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace soleus {

double local_edge(double edge_m, double radius_m) {
  return std::min(edge_m, std::max(0.5 * edge_m, 2 * std::numbers::pi * radius_m / 8));
}

namespace {

/// Inscribed spheres along the centrelines.
struct Spheres {
  vtkNew<vtkPolyData> centers;
  std::vector<double> radius_m;
  double largest_m = 0;

  void add(const Vec3& center, double radius) {
    centers->GetPoints()->InsertNextPoint(center.x, center.y, center.z);
    radius_m.push_back(radius);
    largest_m = std::max(largest_m, radius);
  }
};

/// The sphere with the least power distance, |x - center|^2 - radius^2; negative: none.
int sphere_of(const Vec3& x, const Spheres& spheres, vtkStaticPointLocator* locator, vtkIdList* near) {
  const double place[3] = {x.x, x.y, x.z};
  const auto power = [&](vtkIdType i) {
    double c[3];
    spheres.centers->GetPoint(i, c);
    const Vec3 d = Vec3{c[0], c[1], c[2]} - x;
    return dot(d, d) - spheres.radius_m[i] * spheres.radius_m[i];
  };
  vtkIdType best = locator->FindClosestPoint(place);
  if (best < 0) return -1;
  // A sphere of less power has its centre within this reach, however large it is.
  const double reach2 = power(best) + spheres.largest_m * spheres.largest_m;
  locator->FindPointsWithinRadius(std::sqrt(std::max(reach2, 0.0)), place, near);
  for (vtkIdType k = 0; k < near->GetNumberOfIds(); ++k)
    if (power(near->GetId(k)) < power(best)) best = near->GetId(k);
  return static_cast<int>(best);
}

}  // namespace

std::vector<double> local_edges(const Surface& wall, const CenterTree& tree, const Bvh& closed,
                                double edge_m) {
  Spheres spheres;
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  spheres.centers->SetPoints(points);
  for (const CenterPath& path : tree.paths) {
    if (path.dropped) continue;
    for (std::size_t i = 0; i < path.points_m.size(); i += 2)
      spheres.add(path.points_m[i], closed.closest(path.points_m[i]).distance_m);
  }
  std::vector<double> edges(wall.points_m.size(), edge_m);
  if (spheres.radius_m.empty()) return edges;
  vtkNew<vtkStaticPointLocator> locator;
  locator->SetDataSet(spheres.centers);
  locator->BuildLocator();
  vtkNew<vtkIdList> near;
  for (std::size_t v = 0; v < edges.size(); ++v)
    if (const int s = sphere_of(wall.points_m[v], spheres, locator, near); s >= 0)
      edges[v] = local_edge(edge_m, spheres.radius_m[s]);
  return edges;
}

}  // namespace soleus
