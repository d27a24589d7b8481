// Energy of a thin sheet and the forces on its nodes and edges.
//
// A triangle keeps its plane; an edge has a direction of its own across it, which makes the angles a_1 =
// phi/2 + b and a_2 = phi/2 - b with its two triangles, phi the angle between these. The curvature of a
// triangle is k = (1/A) sum_edges l a n n, n across the edge in the plane at rest, and its energy A D/2 [(1 -
// nu) k:k + nu (tr k)^2], less the angles at rest: for small angles Morley's triangle, exact for a constant
// curvature on any mesh, which hinges alone (b = 0) are not. No moment at a free edge, where a = b.
//
// By itself this triangle is soft: a strip bends as if it sheared too, k G A = 3.4 D/l^2, and clamped plates
// of 16 squares give way 9 % too far. What it lacks is what every surface without kinks has: the curvature
// along an edge and the twist are the same on both its sides, whatever the material. So their jumps [k_tt],
// [k_nt] cost stiff (D_1 A_1 + D_2 A_2)/2 ([k_tt]^2 + 2 [k_nt]^2): nothing for a constant curvature, and of
// second order in l for any other. Moments across an edge are left alone; an edge's own angle balances them.
// REFERENCES: Morley, Aeronaut. Quart. 19, 149 (1968); Grinspun, Gingold, Reisman & Zorin, Comput. Graph.
// Forum 25, 547 (2006), angles at edges as degrees of freedom of a shell; gradient of phi: Tamstorf &
// Grinspun, Graph. Models 75, 362 (2013).
#pragma once

#include <array>
#include <cmath>

#include "pipeline/base/vec3.hpp"
#include "solver_cuda/physics/elementary.hpp"
#include "solver_cuda/physics/membrane.hpp"

namespace soleus {

/// Contracted with a triangle's curvature, what of it goes on across its edge k: along the edge, and twist.
struct AcrossEdge {
  PlaneTensor along, twist;
};

/// At rest.
struct ShellTriangle {
  std::array<int, 3> nodes{};
  std::array<int, 3> edges{};     // edge k lies opposite node k
  std::array<double, 3> sense{};  // of the edge's own angle: 1 in its first triangle, -1 in its second
  std::array<std::array<double, 2>, 3> gradient{};  // of the nodes' linear functions [1/m]
  std::array<PlaneTensor, 3> bends{};  // curvature for an angle at each edge [1/m]: length/area n n
  std::array<AcrossEdge, 3> across{};  // its edges
  double area_m2 = 0;
  double thickness = 1;  // over the material's

  /// How many times as much it resists bending.
  SOLEUS_HD double bends_as() const { return thickness * thickness * thickness; }
};

/// An edge runs from its first node to its second as its first triangle does.
struct ShellEdge {
  std::array<int, 2> nodes{};
  std::array<int, 2> opposite{-1, -1};  // in its first and second triangle; no second one at a free edge
  std::array<int, 2> triangles{-1, -1};
  std::array<int, 2> places{-1, -1};  // in ShellTriangle::edges of those
  int mirror = -1;                    // at a clamped edge: in Shell::mirrors
  double angle_at_rest = 0;           // between the triangles
  double stiffness_j = 0;             // of its own angle
};

struct Mirror {
  Vec3 origin_m, normal;

  SOLEUS_HD Vec3 image(const Vec3& x) const { return x - normal * (2 * dot(x - origin_m, normal)); }
  SOLEUS_HD Vec3 turned(const Vec3& f) const { return f - normal * (2 * dot(f, normal)); }
};

/// Of the place, along the triangle's axes.
struct Tangents {
  Vec3 along, across;
};
SOLEUS_HD inline Tangents tangents(const ShellTriangle& t, const Vec3* x_m) {
  Tangents f;
  for (int k = 0; k < 3; ++k) {
    f.along += x_m[t.nodes[k]] * t.gradient[k][0];
    f.across += x_m[t.nodes[k]] * t.gradient[k][1];
  }
  return f;
}
SOLEUS_HD inline PlaneTensor metric(const Tangents& f) {
  return {dot(f.along, f.along), dot(f.across, f.across), dot(f.along, f.across)};
}

/// Energy [J] of stretching a triangle; `force_n`: on its nodes, minus the gradient of the energy.
SOLEUS_HD inline double stretch(const ShellTriangle& t, const SheetMaterial& m, const Vec3* x_m,
                                Vec3 (&force_n)[3]) {
  const Tangents f = tangents(t, x_m);
  const SheetStress s = sheet_stress(m, metric(f));
  const PlaneTensor n = s.tension_n_m * t.thickness;
  const Vec3 by_along = f.along * n.xx + f.across * n.xy, by_across = f.across * n.yy + f.along * n.xy;
  for (int k = 0; k < 3; ++k)
    force_n[k] = (by_along * t.gradient[k][0] + by_across * t.gradient[k][1]) * -t.area_m2;
  return t.area_m2 * s.energy_j_m2 * t.thickness;
}

/// Moment of a triangle for a curvature [N m/m].
SOLEUS_HD inline PlaneTensor moment(const ShellTriangle& t, const SheetMaterial& m, const PlaneTensor& k) {
  const double stiffness = m.bending_stiffness_nm() * t.bends_as(),
               all_round = stiffness * m.poisson * k.trace(), alone = stiffness * (1 - m.poisson);
  return {alone * k.xx + all_round, alone * k.yy + all_round, alone * k.xy};
}

/// Of the energy of jumps: with a quarter, plates and shells are within a few hundredths at 8 triangles along
/// a side, on any mesh, clamped or not; with less they are softer, with more plates on their edges too stiff.
constexpr double stiff_jumps = 0.25;

/// Angle between the triangles of an edge, positive where they bend towards their normals, and its gradient.
struct HingeAngle {
  double value = 0;
  Vec3 gradient_1_m[4];  // of the edge's nodes and of those opposite
};
/// Along x, y, z; of any arithmetic type.
template <class V>
SOLEUS_HD inline void dot_of(const V (&a)[3], const V (&b)[3], V& product) {
  product = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
template <class V>
SOLEUS_HD inline void cross_of(const V (&a)[3], const V (&b)[3], V (&product)[3]) {
  for (int k = 0; k < 3; ++k) product[k] = a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3];
}
template <class V>
SOLEUS_HD inline void from_to(const V (&a)[3], const V (&b)[3], V (&way)[3]) {
  for (int k = 0; k < 3; ++k) way[k] = b[k] - a[k];
}

/// x: the edge's nodes, the node opposite in its first triangle, and the one in its second.
template <class V>
SOLEUS_HD inline void hinge_angle(const V (&x)[4][3], V& angle, V (&gradient_1_m)[4][3]) {
  V edge[3], to_first[3], to_second[3], first[3], second[3], both[3];
  from_to(x[0], x[1], edge), from_to(x[0], x[2], to_first), from_to(x[0], x[3], to_second);
  cross_of(edge, to_first, first), cross_of(to_second, edge, second), cross_of(first, second, both);
  V length2, length, first2, second2, s1, s2, sine, cosine;
  dot_of(edge, edge, length2), dot_of(first, first, first2), dot_of(second, second, second2);
  dot_of(to_first, edge, s1), dot_of(to_second, edge, s2);
  dot_of(both, edge, sine), dot_of(first, second, cosine);
  root_of(length2, length);
  angle_of(V(-sine / length), cosine, angle);
  const V by_first = length / first2, by_second = length / second2;
  s1 = s1 / length2, s2 = s2 / length2;
  for (int k = 0; k < 3; ++k) {
    const V of_first = first[k] * by_first, of_second = second[k] * by_second;
    gradient_1_m[0][k] = of_first * (s1 - 1) + of_second * (s2 - 1);
    gradient_1_m[1][k] = -(of_first * s1 + of_second * s2);
    gradient_1_m[2][k] = of_first, gradient_1_m[3][k] = of_second;
  }
}

/// Those of an edge as it lies; false where it is free.
SOLEUS_HD inline bool hinge_places(const ShellEdge& e, const Mirror* mirrors, const Vec3* x_m, Vec3 (&x)[4]) {
  const bool clamped = e.mirror >= 0;
  if (e.opposite[1] < 0 && !clamped) return false;
  x[0] = x_m[e.nodes[0]], x[1] = x_m[e.nodes[1]], x[2] = x_m[e.opposite[0]];
  x[3] = clamped ? mirrors[e.mirror].image(x[2]) : x_m[e.opposite[1]];
  return true;
}
/// Keeps what was found of it.
template <class At>
SOLEUS_HD inline void keep_hinge(HingeAngle& h, const ShellEdge& e, const Mirror* mirrors, double value,
                                 const At& gradient_1_m) {
  h.value = value;
  for (int n = 0; n < 4; ++n)
    h.gradient_1_m[n] = {gradient_1_m(n, 0), gradient_1_m(n, 1), gradient_1_m(n, 2)};
  if (e.mirror >= 0) h.gradient_1_m[2] += mirrors[e.mirror].turned(h.gradient_1_m[3]);
}

/// Of an edge as it lies; nothing where it is free.
SOLEUS_HD inline HingeAngle angle_at(const ShellEdge& e, const Mirror* mirrors, const Vec3* x_m) {
  HingeAngle h;
  Vec3 places[4];
  if (!hinge_places(e, mirrors, x_m, places)) return h;
  double x[4][3], angle, gradient[4][3];
  for (int n = 0; n < 4; ++n) x[n][0] = places[n].x, x[n][1] = places[n].y, x[n][2] = places[n].z;
  hinge_angle(x, angle, gradient);
  keep_hinge(h, e, mirrors, angle, [&](int n, int k) { return gradient[n][k]; });
  return h;
}

}  // namespace soleus
