#include "solver_cuda/sheet_recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "solver_cuda/kernels/advance_shell.hpp"
#include "solver_cuda/sheet_stretch.hpp"

namespace soleus {
SheetRecorder::SheetRecorder(const Setup& setup, const std::filesystem::path& folder, const RunLabel& label)
    : setup_(setup) {
  for (const Sheet& s : setup.wall.geometry().sheets) {
    writers_.emplace_back(folder, fmt::format("sheet-{}", s.name), label);
    closed_.push_back(is_closed(s.rest));
  }
}

void SheetRecorder::sample(Series& series, const Snapshot& now) const {
  for (std::size_t k = 0; k < writers_.size(); ++k) {
    const ImmersedSheet& sheet = (*now.sheets)[k];
    const Sheet& made = setup_.wall.geometry().sheets[k];
    const auto add = [&](const char* what, double value) {
      series.columns[fmt::format("{}_{}", sheet.name, what)].push_back(value);
    };
    ShellForces forces;
    elastic_forces(sheet.shell, forces);
    double largest_m = 0, kinetic_j = 0;
    Vec3 center, force;
    for (std::size_t n = 0; n < sheet.shell.x_m.size(); ++n) {
      largest_m = std::max(largest_m, norm(sheet.shell.x_m[n] - made.start_m[n]));
      kinetic_j += 0.5 * sheet.shell.mass_kg[n] * dot(sheet.shell.v_m_s[n], sheet.shell.v_m_s[n]);
      center += sheet.shell.x_m[n] / double(sheet.shell.x_m.size()), force += sheet.force_n[n];
    }
    add("membrane_energy_J", forces.energy.membrane_j);
    add("bending_energy_J", forces.energy.bending_j);
    add("kinetic_energy_J", kinetic_j);
    add("largest_displacement_m", largest_m);
    for (int a = 0; a < 3; ++a) add(fmt::format("center_{}_m", "xyz"[a]).c_str(), center[a]);
    for (int a = 0; a < 3; ++a) add(fmt::format("force_{}_N", "xyz"[a]).c_str(), force[a]);
    if (closed_[k]) add("volume_m3", volume(Surface{sheet.shell.x_m, made.rest.triangles}));
  }
}

void SheetRecorder::frame(const Snapshot& now) {
  for (std::size_t k = 0; k < writers_.size(); ++k) {
    const ImmersedSheet& sheet = (*now.sheets)[k];
    const Surface& rest = setup_.wall.geometry().sheets[k].rest;
    SheetFrame frame{.time_s = now.time_s, .triangles = &rest.triangles, .x_m = &sheet.shell.x_m};
    for (std::size_t n = 0; n < rest.points_m.size(); ++n) {
      const Vec3 d = sheet.shell.x_m[n] - rest.points_m[n], &v = sheet.shell.v_m_s[n];
      frame.displacement_m.insert(frame.displacement_m.end(), {float(d.x), float(d.y), float(d.z)});
      frame.velocity_m_s.insert(frame.velocity_m_s.end(), {float(v.x), float(v.y), float(v.z)});
    }
    SheetStretch stretch = stretch_of(sheet.shell);
    frame.strain = std::move(stretch.strain), frame.stress_pa = std::move(stretch.stress_pa);
    writers_[k].write(frame);
  }
}

}  // namespace soleus
