#include "pipeline/app/preflight.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "pipeline/app/machine.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus {
namespace {

std::string bytes(double n) {
  return n < 1e6   ? fmt::format("{:.0f} kB", n / 1e3)
         : n < 1e9 ? fmt::format("{:.0f} MB", n / 1e6)
                   : fmt::format("{:.1f} GB", n / 1e9);
}

std::string duration(double s) {
  if (s < 120) return fmt::format("{:.0f} s", s);
  if (s < 7200) return fmt::format("{:.0f} min", s / 60);
  return fmt::format("{:.1f} h", s / 3600);
}

}  // namespace

std::string table(const WorkingPoint& point) {
  std::string out;
  for (const WorkingPoint::End& e : point.ends)
    out += fmt::format(
        "  limb alone: '{}' ({}) {:.1f} to {:.1f} mmHg, {:.3g} mL/s in, {:.3g} mL/s out at most\n", e.opening,
        e.vessel, e.least_pa / limb::mmhg, e.most_pa / limb::mmhg, e.most_in_m3_s * 1e6,
        e.most_out_m3_s * 1e6);
  return out;
}

std::string table(const Preflight& p) {
  const auto row = [](const char* what, const std::string& value) {
    return fmt::format("  {:<22}{}\n", what, value);
  };
  std::string out = "solver pre-flight\n";
  out += row("fluid cells", fmt::format("{} of {} stored", p.fluid_cells, p.stored_cells));
  out += row("cell size dx", fmt::format("{:.4g} mm", p.dx_m * 1e3));
  out += row("time step dt", fmt::format("{:.4g} us", p.dt_s * 1e6));
  out += row("steps", fmt::format("{}", p.steps));
  out += row("relaxation time tau", fmt::format("{:.5f}", p.tau));
  out += row("Mach number", fmt::format("{:.3f}", p.mach));
  out += row("grid Reynolds number", fmt::format("{:.3g}", p.grid_reynolds));
  out += row("lattice compliance", fmt::format("{:.3g} m3/Pa ({:.3g} mL stored per kPa)",
                                               p.lattice_compliance_m3_pa, p.lattice_compliance_m3_pa * 1e9));
  out += row("memory", bytes(p.memory_bytes));
  out += row("disk", bytes(p.disk_bytes));
  out += row("expected time", duration(p.seconds));
  if (p.limb) out += table(*p.limb);
  for (const std::string& note : p.notes) out += "  note: " + note + "\n";
  return out;
}

void print(const Preflight& p) {
  std::fputs(table(p).c_str(), stdout);
  std::fflush(stdout);
}

void refuse_what_does_not_fit(const Preflight& p, const std::filesystem::path& folder) {
  if (const double memory = available_memory_bytes(); p.memory_bytes > memory)
    throw ResourceError(fmt::format(
        "the run needs {} of memory and {} are free; use a larger solver.dx (memory falls with its cube).",
        bytes(p.memory_bytes), bytes(memory)));
  double disk = free_bytes(folder);
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file()) disk += static_cast<double>(entry.file_size());  // of a run that goes on
  if (p.disk_bytes > disk)
    throw ResourceError(fmt::format(
        "the run will write {} and {} are free on the disk of {}; use a larger output.interval, fewer "
        "output.fields, or another disk with --output.",
        bytes(p.disk_bytes), bytes(disk), folder.parent_path().string()));
}

}  // namespace soleus
