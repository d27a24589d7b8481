#include "solver_cuda/kernels/advance_shell.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

constexpr std::size_t grain = 256;

/// Angle of a triangle with its edge k, less the one at rest.
double angle(const Shell& shell, const std::vector<HingeAngle>& hinges, const ShellTriangle& t,
             std::size_t k) {
  const auto edge = std::size_t(t.edges[k]);
  return 0.5 * (hinges[edge].value - shell.edges[edge].angle_at_rest) + t.sense[k] * shell.turn[edge];
}

PlaneTensor curvature(const Shell& shell, const std::vector<HingeAngle>& hinges, const ShellTriangle& t) {
  PlaneTensor sum;
  for (std::size_t c = 0; c < 3; ++c) sum += t.bends[c] * angle(shell, hinges, t, c);
  return sum;
}

/// To the moment of a triangle. Its half of their energy [J].
double add_jumps(const Shell& shell, const std::vector<PlaneTensor>& curvatures, std::size_t k,
                 PlaneTensor& moment_n) {
  const ShellTriangle& t = shell.triangles[k];
  double energy = 0;
  for (int c = 0; c < 3; ++c) {
    const ShellEdge& edge = shell.edges[std::size_t(t.edges[std::size_t(c)])];
    const int side = t.sense[std::size_t(c)] > 0 ? 1 : 0, other = edge.triangles[std::size_t(side)];
    if (other < 0 && edge.mirror < 0) continue;
    const AcrossEdge& here = t.across[std::size_t(c)];
    double along = 0, twist = 2 * contract(here.twist, curvatures[k]), area = 2 * t.area_m2;  // at a mirror
    if (other >= 0) {
      const ShellTriangle& next = shell.triangles[std::size_t(other)];
      const AcrossEdge& there = next.across[std::size_t(edge.places[std::size_t(side)])];
      const PlaneTensor& bent = curvatures[std::size_t(other)];
      along = contract(here.along, curvatures[k]) - contract(there.along, bent);
      twist = contract(here.twist, curvatures[k]) - contract(there.twist, bent);
      area = t.area_m2 + next.area_m2;
    }
    const double stiffness = stiff_jumps * shell.material.bending_stiffness_nm() * area;
    moment_n += here.along * (along * stiffness / t.area_m2);
    moment_n += here.twist * (2 * twist * stiffness / t.area_m2);
    energy += 0.25 * stiffness * (along * along + 2 * twist * twist);
  }
  return energy;
}

}  // namespace

void elastic_forces(const Shell& shell, ShellForces& forces) {
  const std::size_t triangles = shell.triangles.size(), edges = shell.edges.size();
  std::vector<HingeAngle>& hinges = forces.hinges;
  hinges.resize(edges);
  parallel_for(edges, grain, [&](std::size_t e) {
    hinges[e] = angle_at(shell.edges[e], shell.mirrors.data(), shell.x_m.data());
  });
  forces.curvatures.resize(triangles);
  parallel_for(triangles, grain,
               [&](std::size_t k) { forces.curvatures[k] = curvature(shell, hinges, shell.triangles[k]); });
  forces.at_places_n.resize(3 * triangles + 4 * edges), forces.on_angles_nm.resize(3 * triangles);
  forces.energy = parallel_sum(triangles, ShellEnergy{}, [&](std::size_t k) {
    const ShellTriangle& t = shell.triangles[k];
    Vec3 stretched[3];
    ShellEnergy energy{stretch(t, shell.material, shell.x_m.data(), stretched), 0};
    PlaneTensor m = moment(shell.material, forces.curvatures[k]);
    energy.bending_j = 0.5 * t.area_m2 * contract(m, forces.curvatures[k]);
    energy.bending_j += add_jumps(shell, forces.curvatures, k, m);
    for (std::size_t c = 0; c < 3; ++c) {
      forces.at_places_n[3 * k + c] = stretched[c];
      forces.on_angles_nm[3 * k + c] = -t.area_m2 * contract(m, t.bends[c]);
    }
    return energy;
  });
  forces.on_edges_nm.resize(edges);
  parallel_for(edges, grain, [&](std::size_t e) {
    const ShellEdge& edge = shell.edges[e];
    double both = 0, own = 0;
    for (std::size_t side = 0; side < 2; ++side) {
      if (edge.triangles[side] < 0) continue;
      const double on_angle = forces.on_angles_nm[std::size_t(3 * edge.triangles[side] + edge.places[side])];
      both += on_angle, own += side == 0 ? on_angle : -on_angle;
    }
    forces.on_edges_nm[e] = edge.mirror >= 0 ? 0 : own;
    for (std::size_t k = 0; k < 4; ++k)
      forces.at_places_n[3 * triangles + 4 * e + k] = hinges[e].gradient_1_m[k] * (0.5 * both);
  });
  forces.on_nodes_n.resize(shell.x_m.size());
  parallel_for(shell.x_m.size(), grain, [&](std::size_t n) {
    Vec3 sum;
    for (std::int32_t k = shell.first_of_node[n]; k < shell.first_of_node[n + 1]; ++k)
      sum += forces.at_places_n[std::size_t(shell.of_node[std::size_t(k)])];
    forces.on_nodes_n[n] = sum;
  });
}

void add_pressure(const Shell& shell, double pressure_pa, std::vector<Vec3>& force_n) {
  for (const ShellTriangle& t : shell.triangles) {
    const Tangents f = tangents(t, shell.x_m.data());
    const Vec3 third = cross(f.along, f.across) * (pressure_pa * t.area_m2 / 3);
    for (const int n : t.nodes) force_n[std::size_t(n)] += third;
  }
}

/// Of M^-1 K, K by differences of the forces.
double stable_step_s(const Shell& shell) {
  constexpr int iterations = 60;
  // Where a step times a frequency is sqrt(3), 0.87 of the limit, the leapfrog method turns a shape by a
  // third of a circle, and forces of second order in the strain feed it step by step.
  constexpr double safe = 0.75;
  Shell moved = shell;
  const std::size_t nodes = shell.x_m.size();
  double size_m = 1e30;
  for (const ShellTriangle& t : shell.triangles) size_m = std::min(size_m, std::sqrt(t.area_m2));
  std::vector<Vec3> direction(nodes);
  ShellForces at_rest, forces;
  elastic_forces(shell, at_rest);
  for (std::size_t n = 0; n < nodes; ++n)  // of all frequencies
    direction[n] = {std::sin(12.9898 * double(n)), std::sin(78.233 * double(n) + 1),
                    std::sin(37.719 * double(n) + 2)};
  double rate2 = 0;
  for (int k = 0; k < iterations; ++k) {
    double longest = 0;
    for (std::size_t n = 0; n < nodes; ++n) {
      if (shell.held[n]) direction[n] = {};
      longest = std::max(longest, norm(direction[n]));
    }
    if (longest == 0) break;
    const double h = 1e-6 * size_m;
    for (std::size_t n = 0; n < nodes; ++n) {
      direction[n] = direction[n] / longest;
      moved.x_m[n] = shell.x_m[n] + direction[n] * h;
    }
    elastic_forces(moved, forces);
    double product = 0, before = 0;
    for (std::size_t n = 0; n < nodes; ++n) {
      const Vec3 next =
          shell.held[n] ? Vec3{} : (at_rest.on_nodes_n[n] - forces.on_nodes_n[n]) / (h * shell.mass_kg[n]);
      product += shell.mass_kg[n] * dot(direction[n], next),
          before += shell.mass_kg[n] * dot(direction[n], direction[n]);
      direction[n] = next;
    }
    rate2 = std::max(rate2, product / before);
  }
  return rate2 > 0 ? safe * 2 / std::sqrt(rate2) : 1e30;
}

void advance(Shell& shell, const ShellForces& forces, double step_s, double damping_1_s) {
  const double kept = (1 - 0.5 * damping_1_s * step_s) / (1 + 0.5 * damping_1_s * step_s),
               gained = step_s / (1 + 0.5 * damping_1_s * step_s);
  parallel_for(shell.x_m.size(), grain, [&](std::size_t n) {
    if (!shell.held[n])
      shell.v_m_s[n] = shell.v_m_s[n] * kept + forces.on_nodes_n[n] * (gained / shell.mass_kg[n]);
    shell.x_m[n] += shell.v_m_s[n] * step_s;
  });
  turn_edges(shell, forces, step_s);
}

void turn_edges(Shell& shell, const ShellForces& forces, double step_s) {
  // The three angles of a triangle, and the four of a jump, make the largest eigenvalue at most four times
  // that of one alone.
  constexpr double coupled = 4, of_limit = 0.2, kept_turn = 0.5;
  const double per_stiffness = 4 * of_limit / (coupled * step_s);
  parallel_for(shell.edges.size(), grain, [&](std::size_t e) {
    if (shell.edges[e].stiffness_j <= 0) return;  // a sheet that does not resist bending
    shell.turn_1_s[e] =
        shell.turn_1_s[e] * kept_turn + forces.on_edges_nm[e] * (per_stiffness / shell.edges[e].stiffness_j);
    shell.turn[e] += shell.turn_1_s[e] * step_s;
  });
}

}  // namespace soleus
