#include "solver_cuda/valve_recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "solver_cuda/geometry/stations.hpp"
#include "solver_cuda/sheet_stretch.hpp"
#include "solver_cuda/valve_figures.hpp"

namespace soleus {
namespace {

const std::vector<Valve>& valves_of(const Setup& s) {
  return s.wall.geometry().valves.valves;
}

double towards_heart(const Setup& s, const ValveFigures& f) {
  return dot(tangent(s.wall.geometry(), f.branch, f.abscissa_m), f.downstream) > 0 ? 1 : -1;
}

/// Of the sinus or the commissures over the station.
double top_m(const ValveFigures& f) {
  double top = f.sinus_length_m;
  for (const double h : f.height_m) top = std::max(top, h);
  return top;
}

/// Before the cusps and behind the sinus, as far as the branch reaches.
std::vector<ProbeConfig> probes_at(const Setup& s) {
  std::vector<ProbeConfig> all;
  for (const Valve& v : valves_of(s)) {
    const ValveFigures& f = v.figures;
    const double to = towards_heart(s, f), apart = 0.5 * f.diameter_m, inside = 2 * s.scales.dx_m;
    const std::vector<Branch>& branches = s.wall.geometry().centerlines.branches;
    const auto branch = std::ranges::find(branches, f.branch, &Branch::id);
    const auto within = [&](double abscissa_m) {
      return std::clamp(abscissa_m, branch->abscissa_m.front() + inside, branch->abscissa_m.back() - inside);
    };
    all.push_back({v.name + "_before", f.branch, within(f.abscissa_m - to * apart)});
    all.push_back({v.name + "_behind", f.branch, within(f.abscissa_m + to * (top_m(f) + apart))});
  }
  return all;
}

/// Those of the nodes that lie behind the cusps as built.
std::vector<Node> behind_cusps(const Valve& v, const std::vector<Node>& nodes, const Tiles& tiles) {
  std::vector<const std::vector<Vec3>*> built_m;
  for (const Cusp& c : v.cusps) built_m.push_back(&c.surface.points_m);
  std::vector<Vec3> places_m;
  for (const Node n : nodes) places_m.push_back(tiles.position(n));
  std::vector<Node> behind;
  const std::vector<char> inside = in_pockets(v, built_m, places_m);
  for (std::size_t k = 0; k < nodes.size(); ++k)
    if (inside[k]) behind.push_back(nodes[k]);
  return behind;
}

/// Over those of the nodes that are fluid.
double mean_concentration(const std::vector<Node>& nodes, const Lattice& lattice, const MacroFields& fields) {
  double sum = 0;
  int fluid = 0;
  for (const Node n : nodes)
    if (lattice.nodes.fluid(n)) sum += fields.concentration[n], ++fluid;
  return sum / std::max(fluid, 1);
}

}  // namespace

ValveRecorder::ValveRecorder(const Setup& setup) : setup_(setup), probes_(setup, probes_at(setup)) {
  const std::vector<Valve>& valves = valves_of(setup);
  const std::vector<Sheet>& sheets = setup.wall.geometry().sheets;
  const std::vector<Node> nodes = valves.empty() ? std::vector<Node>{} : candidates(setup.lattice);
  for (const Valve& v : valves) {
    const ValveFigures& f = v.figures;
    first_cusp_.push_back(std::size_t(std::ranges::find(sheets, v.name, &Sheet::valve) - sheets.begin()));
    along_.push_back(towards_heart(setup, f));
    const double top = top_m(f);
    std::vector<Node>& inside = passage_.emplace_back();
    for (const Node n : nodes) {
      const Vec3 d = setup.lattice.tiles.position(n) - f.center_m;
      const double z = dot(d, f.downstream);
      if (z > -0.5 * f.diameter_m && z < top + 0.5 * f.diameter_m &&
          norm(d - f.downstream * z) < f.diameter_m)
        inside.push_back(n);
    }
    pockets_.push_back(behind_cusps(v, inside, setup.lattice.tiles));
  }
}

void ValveRecorder::sample(Series& series, const Snapshot& now) const {
  Series at_probes;
  probes_.sample(at_probes, now);
  const MacroFields& fields = *now.fields;
  for (std::size_t k = 0; k < passage_.size(); ++k) {
    const Valve& v = valves_of(setup_)[k];
    const auto add = [&](const std::string& what, double value) {
      series.columns[fmt::format("{}_{}", v.name, what)].push_back(value);
    };
    const auto probed = [&](const char* what) {
      return at_probes.columns.at(fmt::format(fmt::runtime(what), v.name)).back();
    };
    add("flow_m3_s", along_[k] * probed("flow_{}_before_m3_s"));
    add("pressure_before_Pa", probed("pressure_{}_before_Pa"));
    add("pressure_behind_Pa", probed("pressure_{}_behind_Pa"));
    double fastest = 0;
    for (const Node n : passage_[k])
      if (setup_.lattice.nodes.fluid(n))
        fastest = std::max(fastest, norm(Vec3{fields.vx[n], fields.vy[n], fields.vz[n]}));
    add("jet_m_s", fastest);
    if (v.cusps.empty()) continue;
    std::vector<const std::vector<Vec3>*> x_m;
    float strain = 0, stress_pa = 0;
    for (std::size_t c = 0; c < v.cusps.size(); ++c) {
      const Shell& shell = (*now.sheets)[first_cusp_[k] + c].shell;
      x_m.push_back(&shell.x_m);
      const SheetStretch s = stretch_of(shell);
      strain = std::max(strain, *std::ranges::max_element(s.strain));
      stress_pa = std::max(stress_pa, *std::ranges::max_element(s.stress_pa));
    }
    const ValveOpening opening = opening_of(v, x_m);
    add("orifice_m2", opening.orifice_m2);
    add("opening_ratio", opening.orifice_m2 / vein_area_m2(v.figures));
    add("coaptation_area_m2", opening.coaptation_area_m2);
    add("coaptation_height_m", opening.coaptation_height_m);
    add("least_gap_m", opening.least_gap_m);
    for (std::size_t c = 0; c < v.cusps.size(); ++c)
      add(fmt::format("free_edge_{}_m", c + 1), opening.free_edge_m[c]);
    add("strain", strain);
    add("stress_Pa", stress_pa);
    if (now.scalar) add("pocket_scalar", mean_concentration(pockets_[k], setup_.lattice, fields));
  }
}

}  // namespace soleus
