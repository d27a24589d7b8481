#include "solver_cuda/kernels/contact.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "pipeline/base/closest_point.hpp"
#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

constexpr std::size_t grain = 64;

using Cell = std::array<int, 3>;

/// Triangles of all sheets by the cells that their boxes, grown by the reach of a contact, lie in.
struct TriangleGrid {
  double cell_m;
  std::map<Cell, std::vector<ContactCandidates::Triangle>> at{};

  Cell cell(const Vec3& x) const {
    return {int(std::floor(x.x / cell_m)), int(std::floor(x.y / cell_m)), int(std::floor(x.z / cell_m))};
  }
  void insert(const std::array<Vec3, 3>& x, double reach_m, ContactCandidates::Triangle t) {
    Vec3 lo = x[0], hi = x[0];
    for (const Vec3& p : x)
      for (int a = 0; a < 3; ++a) lo[a] = std::min(lo[a], p[a]), hi[a] = std::max(hi[a], p[a]);
    const Vec3 reach{reach_m, reach_m, reach_m};
    const Cell from = cell(lo - reach), to = cell(hi + reach);
    for (int i = from[0]; i <= to[0]; ++i)
      for (int j = from[1]; j <= to[1]; ++j)
        for (int k = from[2]; k <= to[2]; ++k) at[{i, j, k}].push_back(t);
  }
};

std::array<Vec3, 3> corners(const ImmersedSheet& s, int triangle) {
  const auto& n = s.shell.triangles[std::size_t(triangle)].nodes;
  const auto at = [&](int k) { return s.shell.x_m[std::size_t(n[std::size_t(k)])]; };
  return {at(0), at(1), at(2)};
}

/// Whether a node has gone so far that one may meet another that is not among its candidates.
bool may_miss(const std::vector<ImmersedSheet>& sheets, ContactCandidates& c, double skin_m) {
  if (c.found_at_m.size() != sheets.size()) return true;
  double farthest2 = 0, step2 = 0;
  for (std::size_t s = 0; s < sheets.size(); ++s)
    for (std::size_t n = 0; n < sheets[s].shell.x_m.size(); ++n) {
      const Vec3 &x = sheets[s].shell.x_m[n], way = x - c.found_at_m[s][n], step = x - c.before_m[s][n];
      farthest2 = std::max(farthest2, dot(way, way)), step2 = std::max(step2, dot(step, step));
      c.before_m[s][n] = x;
    }
  c.gone_m += std::sqrt(step2);
  return std::sqrt(farthest2) > 0.5 * skin_m;
}

void find_candidates(ContactCandidates& c, const std::vector<ImmersedSheet>& sheets, double reach_m) {
  TriangleGrid grid{3 * reach_m};
  for (std::size_t s = 0; s < sheets.size(); ++s)
    for (std::size_t t = 0; t < sheets[s].shell.triangles.size(); ++t)
      grid.insert(corners(sheets[s], int(t)), reach_m, {int(s), int(t)});
  c.first.assign(sheets.size(), {0}), c.triangles.assign(sheets.size(), {}), c.found_at_m.clear();
  c.clear_until_m.resize(sheets.size());
  for (std::size_t s = 0; s < sheets.size(); ++s) {
    for (const Vec3& x : sheets[s].shell.x_m) {
      if (const auto near = grid.at.find(grid.cell(x)); near != grid.at.end())
        for (const ContactCandidates::Triangle& t : near->second) {
          const auto [a, b, d] = corners(sheets[std::size_t(t.sheet)], t.triangle);
          if (t.sheet != int(s) && norm(x - closest_point_on_triangle(x, a, b, d).point) < reach_m)
            c.triangles[s].push_back(t);
        }
      c.first[s].push_back(static_cast<std::int32_t>(c.triangles[s].size()));
    }
    c.found_at_m.push_back(sheets[s].shell.x_m);
    c.clear_until_m[s].assign(c.triangles[s].size(), 0);
  }
  c.before_m = c.found_at_m, c.gone_m = 0;
}

/// What a node feels, and where its counterpart lies.
struct Contact {
  Vec3 force_n;
  ContactCandidates::Triangle with;
  ClosestPoint at;
  double distance_m;
};

std::optional<Contact> contact_of(const std::vector<ImmersedSheet>& sheets, std::size_t sheet,
                                  std::size_t node, const ContactRule& rule, ContactCandidates& c) {
  const Shell& own = sheets[sheet].shell;
  const Vec3& x = own.x_m[node];
  std::optional<Contact> nearest;
  for (std::int32_t k = c.first[sheet][node]; k < c.first[sheet][node + 1]; ++k) {
    double& clear_until_m = c.clear_until_m[sheet][std::size_t(k)];
    if (c.gone_m < clear_until_m) continue;
    const ContactCandidates::Triangle t = c.triangles[sheet][std::size_t(k)];
    const auto [a, b, d] = corners(sheets[std::size_t(t.sheet)], t.triangle);
    const ClosestPoint p = closest_point_on_triangle(x, a, b, d);
    const double distance_m = norm(x - p.point);
    clear_until_m = c.gone_m + 0.499 * (distance_m - rule.gap_m);  // both may go
    if (distance_m < rule.gap_m && (!nearest || distance_m < nearest->distance_m))
      nearest = Contact{{}, t, p, distance_m};
  }
  if (!nearest) return {};
  const Shell& other = sheets[std::size_t(nearest->with.sheet)].shell;
  const auto& nodes = other.triangles[std::size_t(nearest->with.triangle)].nodes;
  Vec3 approach = own.v_m_s[node];
  for (std::size_t k = 0; k < 3; ++k) approach -= other.v_m_s[std::size_t(nodes[k])] * nearest->at.share[k];
  nearest->force_n =
      contact_push(rule, sheets[sheet].moved_kg(node), x - nearest->at.point, nearest->distance_m, approach);
  return nearest;
}

}  // namespace

void contact_forces(std::vector<std::vector<Vec3>>& force_n, const std::vector<ImmersedSheet>& sheets,
                    const ContactRule& rule, ContactCandidates& candidates) {
  force_n.resize(sheets.size());
  for (std::size_t s = 0; s < sheets.size(); ++s) force_n[s].assign(sheets[s].shell.x_m.size(), {});
  if (sheets.size() < 2) return;
  if (may_miss(sheets, candidates, rule.skin_m))
    find_candidates(candidates, sheets, rule.gap_m + rule.skin_m);
  for (std::size_t s = 0; s < sheets.size(); ++s) {
    std::vector<std::optional<Contact>> found(sheets[s].shell.x_m.size());
    if (candidates.triangles[s].empty()) continue;
    parallel_for(found.size(), grain,
                 [&](std::size_t n) { found[n] = contact_of(sheets, s, n, rule, candidates); });
    for (std::size_t n = 0; n < found.size(); ++n) {  // in one order
      if (!found[n]) continue;
      const auto with = std::size_t(found[n]->with.sheet);
      const auto& nodes = sheets[with].shell.triangles[std::size_t(found[n]->with.triangle)].nodes;
      force_n[s][n] += found[n]->force_n;
      for (std::size_t k = 0; k < 3; ++k)
        force_n[with][std::size_t(nodes[k])] -= found[n]->force_n * found[n]->at.share[k];
    }
  }
}

}  // namespace soleus
