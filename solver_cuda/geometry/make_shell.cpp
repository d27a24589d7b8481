#include "solver_cuda/geometry/make_shell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/physics/shell_element.hpp"

namespace soleus {
namespace {

/// Axes of a triangle at rest.
struct Frame {
  Vec3 along, across;
};
Frame frame_of(const std::array<Vec3, 3>& x, const Vec3& n, const Vec3& fibre) {
  Vec3 along = fibre;
  along -= n * dot(along, n);
  along = norm(along) > 0 ? normalized(along) : normalized(x[1] - x[0]);
  return {along, cross(n, along)};
}

void lay_triangle(ShellTriangle& t, const std::array<Vec3, 3>& x, const Frame& frame) {
  for (std::size_t k = 0; k < 3; ++k) {
    const Vec3 edge = x[(k + 2) % 3] - x[(k + 1) % 3];
    const double u = dot(edge, frame.along), v = dot(edge, frame.across), length = norm(edge);
    t.gradient[k] = {-v / (2 * t.area_m2), u / (2 * t.area_m2)};
    const double n_u = v / length, n_v = -u / length, of_angle = length / t.area_m2;
    t.bends[k] = {of_angle * n_u * n_u, of_angle * n_v * n_v, of_angle * n_u * n_v};
    t.across[k] = {{n_v * n_v, n_u * n_u, -n_u * n_v},
                   {-n_u * n_v, n_u * n_v, 0.5 * (n_u * n_u - n_v * n_v)}};
  }
}

/// And tells the triangles.
void find_edges(Shell& shell) {
  std::map<std::pair<int, int>, int> known;
  for (std::size_t t = 0; t < shell.triangles.size(); ++t)
    for (std::size_t k = 0; k < 3; ++k) {
      ShellTriangle& triangle = shell.triangles[t];
      const int a = triangle.nodes[(k + 1) % 3], b = triangle.nodes[(k + 2) % 3];
      const auto [at, fresh] = known.try_emplace(std::minmax(a, b), static_cast<int>(shell.edges.size()));
      if (fresh) shell.edges.push_back({.nodes = {a, b}});
      ShellEdge& edge = shell.edges[std::size_t(at->second)];
      const std::size_t side = fresh ? 0 : 1;
      if (edge.triangles[side] >= 0)
        throw InputError(
            fmt::format("sheet: the edge between nodes {} and {} has more than two triangles.", a, b));
      if (!fresh && edge.nodes[0] == a)
        throw InputError(fmt::format(
            "sheet: the triangles at the edge between nodes {} and {} are not turned the same way.", a, b));
      edge.triangles[side] = static_cast<int>(t), edge.places[side] = static_cast<int>(k);
      edge.opposite[side] = triangle.nodes[k];
      triangle.edges[k] = at->second, triangle.sense[k] = side == 0 ? 1 : -1;
    }
}

void clamp(Shell& shell, const ClampedEdge& clamped) {
  const auto edge = std::ranges::find_if(shell.edges, [&](const ShellEdge& e) {
    return std::minmax(e.nodes[0], e.nodes[1]) == std::minmax(clamped.nodes[0], clamped.nodes[1]);
  });
  if (edge == shell.edges.end() || edge->opposite[1] >= 0)
    throw InputError(
        fmt::format("sheet: nodes {} and {}, which are to be clamped, have no edge at its border.",
                    clamped.nodes[0], clamped.nodes[1]));
  edge->mirror = static_cast<int>(shell.mirrors.size());
  shell.mirrors.push_back({shell.x_m[std::size_t(clamped.nodes[0])], normalized(clamped.into)});
}

/// Stiffness of a triangle's angle with its edge k alone [J], with the jumps that it makes at the other two.
double of_angle(const Shell& shell, const ShellTriangle& t, int k) {
  const PlaneTensor& bend = t.bends[std::size_t(k)];
  double sum = t.area_m2 * contract(moment(t, shell.material, bend), bend);
  for (int c = 0; c < 3; ++c) {
    double area = 0;
    for (const int side : shell.edges[std::size_t(t.edges[std::size_t(c)])].triangles) {
      const ShellTriangle& of = side >= 0 ? shell.triangles[std::size_t(side)] : t;
      area += of.area_m2 * of.bends_as();
    }
    const AcrossEdge& of = t.across[std::size_t(c)];
    const double along = contract(of.along, bend), twist = contract(of.twist, bend);
    sum += stiff_jumps * shell.material.bending_stiffness_nm() * area * (along * along + 4 * twist * twist);
  }
  return sum;
}

void list_by_node(Shell& shell) {
  const std::size_t nodes = shell.x_m.size();
  std::vector<std::vector<std::int32_t>> places(nodes);
  std::int32_t place = 0;
  for (const ShellTriangle& t : shell.triangles)
    for (const int n : t.nodes) places[std::size_t(n)].push_back(place++);
  for (const ShellEdge& e : shell.edges) {
    for (const int n : e.nodes) places[std::size_t(n)].push_back(place++);
    for (const int n : e.opposite) {
      if (n >= 0) places[std::size_t(n)].push_back(place);
      ++place;
    }
  }
  shell.first_of_node.assign(1, 0);
  for (const auto& of_node : places) {
    shell.of_node.insert(shell.of_node.end(), of_node.begin(), of_node.end());
    shell.first_of_node.push_back(static_cast<std::int32_t>(shell.of_node.size()));
  }
}

}  // namespace

ShellSupport support_of(const Sheet& sheet) {
  ShellSupport support{.held = sheet.held, .clamped = {}};
  if (!sheet.clamped) return support;
  std::vector<char> held(sheet.rest.points_m.size());
  for (const int n : sheet.held) held[std::size_t(n)] = 1;
  const auto at = [&](int n) { return sheet.rest.points_m[std::size_t(n)]; };
  for (const BorderEdge& e : border_edges(sheet.rest)) {
    if (!held[std::size_t(e.a)] || !held[std::size_t(e.b)]) continue;
    const Vec3 along = normalized(at(e.b) - at(e.a)), in = at(e.opposite) - at(e.a);
    support.clamped.push_back({{e.a, e.b}, normalized(in - along * dot(in, along))});
  }
  return support;
}

Shell make_shell(const Surface& mesh, const SheetMaterial& material, const ShellSupport& support,
                 const SheetTriangles& of_triangles) {
  Shell shell;
  shell.material = material, shell.x_m = mesh.points_m;
  const std::size_t nodes = mesh.points_m.size();
  shell.v_m_s.resize(nodes), shell.mass_kg.assign(nodes, 0), shell.held.assign(nodes, 0);
  for (const int n : support.held) shell.held[std::size_t(n)] = 1;
  for (const std::array<int, 3>& of : mesh.triangles) {
    ShellTriangle t{.nodes = of};
    const std::array x{shell.x_m[std::size_t(of[0])], shell.x_m[std::size_t(of[1])],
                       shell.x_m[std::size_t(of[2])]};
    const Vec3 area = triangle_area_vector(mesh, static_cast<int>(shell.triangles.size()));
    t.area_m2 = norm(area);
    if (!(t.area_m2 > 0))
      throw InputError(fmt::format("sheet: triangle {} has no area.", shell.triangles.size()));
    const std::size_t k = shell.triangles.size();
    const Vec3 fibre = of_triangles.fibre.empty() ? x[1] - x[0] : of_triangles.fibre[k];
    if (!of_triangles.thickness.empty()) t.thickness = of_triangles.thickness[k];
    lay_triangle(t, x, frame_of(x, normalized(area), fibre));
    shell.triangles.push_back(t);
    for (const int n : of)
      shell.mass_kg[std::size_t(n)] +=
          material.density_kg_m3 * material.thickness_m * t.thickness * t.area_m2 / 3;
  }
  find_edges(shell);
  for (const ClampedEdge& c : support.clamped) clamp(shell, c);
  for (ShellEdge& e : shell.edges)
    e.angle_at_rest = angle_at(e, shell.mirrors.data(), shell.x_m.data()).value;
  for (const ShellTriangle& t : shell.triangles)
    for (int k = 0; k < 3; ++k)
      shell.edges[std::size_t(t.edges[std::size_t(k)])].stiffness_j += of_angle(shell, t, k);
  shell.turn.assign(shell.edges.size(), 0), shell.turn_1_s.assign(shell.edges.size(), 0);
  list_by_node(shell);
  return shell;
}

}  // namespace soleus
