#include "postprocess/report.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "pipeline/base/files.hpp"
#include "postprocess/metrics_file.hpp"
#include "postprocess/page.hpp"
#include "postprocess/paraview_script.hpp"
#include "postprocess/plots.hpp"

namespace soleus {

namespace {

void tell(const Metrics& metrics) {
  const Cycle& last = metrics.cycles.back();
  if (last.contraction && last.contraction->ejected_m3)
    spdlog::info("Last contraction: {:.3g} mL ejected of a lumen of {:.3g} mL, ejection fraction {:.1f} %.",
                 *last.contraction->ejected_m3 * 1e6, last.contraction->volume_before_m3 * 1e6,
                 *last.contraction->ejection_fraction * 100);
  for (const auto& [name, v] : last.valves)
    if (v.regurgitant_fraction)
      spdlog::info("Valve {}, last cycle: {:.3g} mL forward, {:.3g} mL back ({:.0f} %), reflux for {:.2f} s.",
                   name, *v.forward_m3 * 1e6, *v.regurgitant_m3 * 1e6, *v.regurgitant_fraction * 100,
                   *v.reflux_time_s);
  bool warned = false;
  for (const Check& c : metrics.credibility) {
    if (c.acceptable()) continue;
    warned = true;
    const bool high = c.at_most && *c.value > *c.at_most;
    spdlog::warn("Credibility: {} is {:.4g}, recommended {} {:.4g} ({}).", c.name, *c.value,
                 high ? "<=" : ">=", high ? *c.at_most : *c.at_least, c.meaning);
  }
  if (warned)
    spdlog::info("The run is complete; what these limits mean is in docs/metrics.md, \"Credibility sheet\".");
}

}  // namespace

void report(const Flow& flow, const std::filesystem::path& solve_folder,
            const std::filesystem::path& folder) {
  const Metrics metrics = measure(flow);
  make_writable_folder(folder);
  write_file(folder / "metrics.json", metrics_json(flow, metrics));
  write_file(folder / "metrics.csv", metrics_csv(flow, metrics));
  write_paraview_script(flow, solve_folder, folder);
  draw_plots(flow, metrics, folder);
  // After the plots, whose pictures it holds.
  const PageCase shown{text(flow, "case"), text(flow, "description"), solve_folder, folder, flow, metrics};
  write_page(std::span(&shown, 1), folder / "report.html");
  tell(metrics);
}

}  // namespace soleus
