#include "solver_cuda/vein_map_recorder.hpp"

#include <bit>
#include <numbers>

#include "solver_cuda/geometry/sections.hpp"

namespace soleus {

VeinMapRecorder::VeinMapRecorder(const Setup& setup)
    : setup_(setup),
      sections_(make_sections(setup.wall, setup.lattice)),
      along_(tangents(setup.wall.geometry(), setup.wall.motion().stations())) {
  const Stations& stations = setup.wall.motion().stations();
  for (std::size_t k = 0; k < stations.count(); ++k) {
    const Stations::Place at = stations.place(static_cast<int>(k));
    map_.branch.push_back(at.branch), map_.abscissa_m.push_back(at.abscissa_m);
  }
}

void VeinMapRecorder::sample(const Snapshot& now) {
  const Stations& stations = setup_.wall.motion().stations();
  const MacroFields& f = *now.fields;
  std::vector<SectionSum> densities(sections_.stretches), speeds(sections_.stretches);
  for (std::size_t k = 0; k < sections_.rows.size(); ++k) {
    const RowOfStretch& row = sections_.rows[k];
    const auto stretch = static_cast<std::size_t>(row.stretch);
    for (unsigned left = row.nodes & setup_.lattice.nodes.fluid_rows[std::size_t(row.row)]; left != 0;
         left &= left - 1) {
      const int x = std::countr_zero(left);
      const Node n = row.row * tile_edge + x;
      const double towards = double(sections_.towards[k * tile_edge + std::size_t(x)]);
      densities[stretch].add(double(f.drho[n]), towards);
      speeds[stretch].add(dot(along_[stretch], {f.vx[n], f.vy[n], f.vz[n]}), towards);
    }
  }
  const std::vector<double> drho = station_means(densities, stations),
                            speed = station_means(speeds, stations);
  map_.time_s.push_back(now.time_s);
  for (std::size_t k = 0; k < stations.count(); ++k) {
    const double rest_m2 = std::numbers::pi * stations.radius_m[k] * stations.radius_m[k],
                 area_m2 = rest_m2 *
                           (now.areas->ratio[k] + now.areas->rate_1_s[k] * (now.time_s - now.areas->time_s));
    map_.area_m2.push_back(static_cast<float>(area_m2));
    map_.area_rate_m2_s.push_back(static_cast<float>(rest_m2 * now.areas->rate_1_s[k]));
    map_.pressure_pa.push_back(
        static_cast<float>(now.reference_pa + cs2 * drho[k] * setup_.scales.pressure_pa()));
    map_.flow_m3_s.push_back(static_cast<float>(speed[k] * area_m2));
  }
}

}  // namespace soleus
