// Forces of thin elastic sheets, triangle by triangle and edge by edge. Each writes to places of its own, and
// a node adds up its places in one order: the same bits for any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "solver_cuda/physics/shell_element.hpp"

namespace soleus {

struct ShellEnergy {
  double membrane_j = 0, bending_j = 0;

  double total_j() const { return membrane_j + bending_j; }
  SOLEUS_HD ShellEnergy& operator+=(const ShellEnergy& e) {
    membrane_j += e.membrane_j, bending_j += e.bending_j;
    return *this;
  }
};

/// A sheet as it lies, or several that are numbered as one, and what is found on the way to its forces.
struct ShellParts {
  const ShellTriangle* triangles = nullptr;
  const ShellEdge* edges = nullptr;
  const Mirror* mirrors = nullptr;
  std::size_t triangle_count = 0;
  const Vec3* x_m = nullptr;     // [nodes]
  const double* turn = nullptr;  // [edges]
  HingeAngle* hinges = nullptr;
  PlaneTensor* curvatures = nullptr;
  Vec3* at_places_n = nullptr;
  double *on_angles_nm = nullptr, *on_edges_nm = nullptr;
};

SOLEUS_HD inline void find_hinge(const ShellParts& s, std::size_t e) {
  s.hinges[e] = angle_at(s.edges[e], s.mirrors, s.x_m);
}

/// Angle of a triangle with its edge k, less the one at rest.
SOLEUS_HD inline double edge_angle(const ShellParts& s, const ShellTriangle& t, std::size_t k) {
  const auto edge = std::size_t(t.edges[k]);
  return 0.5 * (s.hinges[edge].value - s.edges[edge].angle_at_rest) + t.sense[k] * s.turn[edge];
}

/// After all hinges.
SOLEUS_HD inline void find_curvature(const ShellParts& s, std::size_t k) {
  const ShellTriangle& t = s.triangles[k];
  PlaneTensor sum;
  for (std::size_t c = 0; c < 3; ++c) sum += t.bends[c] * edge_angle(s, t, c);
  s.curvatures[k] = sum;
}

/// To the moment of a triangle. Its half of their energy [J].
SOLEUS_HD inline double add_jumps(const ShellParts& s, const SheetMaterial& material, std::size_t k,
                                  PlaneTensor& moment_n) {
  const ShellTriangle& t = s.triangles[k];
  double energy = 0;
  for (int c = 0; c < 3; ++c) {
    const ShellEdge& edge = s.edges[std::size_t(t.edges[std::size_t(c)])];
    const int side = t.sense[std::size_t(c)] > 0 ? 1 : 0, other = edge.triangles[std::size_t(side)];
    if (other < 0 && edge.mirror < 0) continue;
    const AcrossEdge& here = t.across[std::size_t(c)];
    double along = 0, twist = 2 * contract(here.twist, s.curvatures[k]),
           area = 2 * t.area_m2 * t.bends_as();  // at a mirror
    if (other >= 0) {
      const ShellTriangle& next = s.triangles[std::size_t(other)];
      const AcrossEdge& there = next.across[std::size_t(edge.places[std::size_t(side)])];
      const PlaneTensor& bent = s.curvatures[std::size_t(other)];
      along = contract(here.along, s.curvatures[k]) - contract(there.along, bent);
      twist = contract(here.twist, s.curvatures[k]) - contract(there.twist, bent);
      area = t.area_m2 * t.bends_as() + next.area_m2 * next.bends_as();
    }
    const double stiffness = stiff_jumps * material.bending_stiffness_nm() * area;
    moment_n += here.along * (along * stiffness / t.area_m2);
    moment_n += here.twist * (2 * twist * stiffness / t.area_m2);
    energy += 0.25 * stiffness * (along * along + 2 * twist * twist);
  }
  return energy;
}

/// After all curvatures; returns the energy of the triangle.
SOLEUS_HD inline ShellEnergy find_triangle_forces(const ShellParts& s, const SheetMaterial& material,
                                                  std::size_t k) {
  const ShellTriangle& t = s.triangles[k];
  Vec3 stretched[3];
  ShellEnergy energy{stretch(t, material, s.x_m, stretched), 0};
  PlaneTensor m = moment(t, material, s.curvatures[k]);
  energy.bending_j = 0.5 * t.area_m2 * contract(m, s.curvatures[k]);
  energy.bending_j += add_jumps(s, material, k, m);
  for (std::size_t c = 0; c < 3; ++c) {
    s.at_places_n[3 * k + c] = stretched[c];
    s.on_angles_nm[3 * k + c] = -t.area_m2 * contract(m, t.bends[c]);
  }
  return energy;
}

/// After the forces of all triangles.
SOLEUS_HD inline void find_edge_forces(const ShellParts& s, std::size_t e) {
  const ShellEdge& edge = s.edges[e];
  double both = 0, own = 0;
  for (std::size_t side = 0; side < 2; ++side) {
    if (edge.triangles[side] < 0) continue;
    const double on_angle = s.on_angles_nm[std::size_t(3 * edge.triangles[side] + edge.places[side])];
    both += on_angle, own += side == 0 ? on_angle : -on_angle;
  }
  s.on_edges_nm[e] = edge.mirror >= 0 ? 0 : own;
  for (std::size_t k = 0; k < 4; ++k)
    s.at_places_n[3 * s.triangle_count + 4 * e + k] = s.hinges[e].gradient_1_m[k] * (0.5 * both);
}

/// After the forces of all edges; `first_of_node`, `of_node`: of state/shell.hpp.
SOLEUS_HD inline Vec3 force_on_node(const ShellParts& s, const std::int32_t* first_of_node,
                                    const std::int32_t* of_node, std::size_t n) {
  Vec3 sum;
  for (std::int32_t k = first_of_node[n]; k < first_of_node[n + 1]; ++k)
    sum += s.at_places_n[std::size_t(of_node[std::size_t(k)])];
  return sum;
}

/// An edge's own angle over a step (kernels/advance_shell.hpp, turn_edges).
SOLEUS_HD inline void turn_edge(const ShellEdge& edge, double on_edge_nm, double step_s, double& turn,
                                double& turn_1_s) {
  // The three angles of a triangle, and the four of a jump, make the largest eigenvalue at most four times
  // that of one alone.
  constexpr double coupled = 4, of_limit = 0.2, kept_turn = 0.5;
  const double per_stiffness = 4 * of_limit / (coupled * step_s);
  if (edge.stiffness_j <= 0) return;  // a sheet that does not resist bending
  turn_1_s = turn_1_s * kept_turn + on_edge_nm * (per_stiffness / edge.stiffness_j);
  turn += turn_1_s * step_s;
}

}  // namespace soleus
