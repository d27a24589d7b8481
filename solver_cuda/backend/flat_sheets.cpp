#include "solver_cuda/backend/flat_sheets.hpp"

#include <algorithm>

namespace soleus {
namespace {

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Adds `by` to what is a number of something, not to -1.
template <class Numbers>
void shift(Numbers& numbers, int by) {
  for (int& n : numbers)
    if (n >= 0) n += by;
}

/// Behind those that are there; its places are still its own.
void append(FlatSheets& all, const ImmersedSheet& s) {
  const Shell& shell = s.shell;
  const int nodes = int(all.mass_kg.size()), edges = int(all.edges.size()),
            triangles = int(all.triangles.size()), mirrors = int(all.mirrors.size()),
            sheet = int(all.sheets.size());
  all.sheets.push_back(
      {shell.material, s.gravity_m_s2, nodes, int(shell.x_m.size()), triangles, int(shell.triangles.size())});
  for (ShellTriangle t : shell.triangles) {
    shift(t.nodes, nodes), shift(t.edges, edges);
    all.triangles.push_back(t), all.of_triangle.push_back(sheet);
  }
  for (ShellEdge e : shell.edges) {
    shift(e.nodes, nodes), shift(e.opposite, nodes), shift(e.triangles, triangles);
    if (e.mirror >= 0) e.mirror += mirrors;
    all.edges.push_back(e);
  }
  append(all.mirrors, shell.mirrors);
  append(all.mass_kg, shell.mass_kg), append(all.fluid_mass_kg, s.fluid_mass_kg);
  append(all.held, shell.held);
  all.sheet_of_node.resize(all.mass_kg.size(), sheet);
}

/// Places of a sheet as those of all: triangles' first, then edges'.
void append_places(FlatSheets& all, const Shell& shell, std::size_t triangles, std::size_t edges) {
  const std::size_t of_triangles = 3 * shell.triangles.size(), behind = all.of_node.size();
  for (std::size_t n = 0; n + 1 < shell.first_of_node.size(); ++n)
    all.first_of_node.push_back(std::int32_t(behind) + shell.first_of_node[n]);
  for (const std::int32_t own : shell.of_node) {
    const auto k = std::size_t(own);
    all.of_node.push_back(std::int32_t(
        k < of_triangles ? 3 * triangles + k : 3 * all.triangles.size() + 4 * edges + (k - of_triangles)));
  }
}

}  // namespace

FlatSheets flatten(const std::vector<ImmersedSheet>& sheets) {
  FlatSheets all;
  for (const ImmersedSheet& s : sheets) append(all, s);
  std::size_t triangles = 0, edges = 0;
  for (const ImmersedSheet& s : sheets) {
    append_places(all, s.shell, triangles, edges);
    triangles += s.shell.triangles.size(), edges += s.shell.edges.size();
  }
  all.first_of_node.push_back(std::int32_t(all.of_node.size()));
  return all;
}

SheetsState state_of(std::vector<ImmersedSheet>& sheets) {
  SheetsState all;
  for (std::size_t k = 0; k < SheetsState::of_node; ++k)
    for (ImmersedSheet& s : sheets) append(all.at_nodes, *node_state(s)[k]);
  for (std::size_t k = 0; k < SheetsState::of_edge; ++k)
    for (ImmersedSheet& s : sheets) append(all.at_edges, *edge_state(s)[k]);
  return all;
}

void put_state(std::vector<ImmersedSheet>& sheets, const Vec3* at_nodes, const double* at_edges) {
  for (std::size_t k = 0; k < SheetsState::of_node; ++k)
    for (ImmersedSheet& s : sheets)
      for (Vec3& v : *node_state(s)[k]) v = *at_nodes++;
  for (std::size_t k = 0; k < SheetsState::of_edge; ++k)
    for (ImmersedSheet& s : sheets)
      for (double& v : *edge_state(s)[k]) v = *at_edges++;
}

}  // namespace soleus
