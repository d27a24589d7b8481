// What `soleus sweep` writes, prints and draws.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/app/sweep.hpp"
#include "solver_cuda/study/effects.hpp"

namespace soleus {

/// A figure over all runs, and what each parameter does to it.
struct SweptFigure {
  std::string key, label, unit;
  std::vector<std::optional<double>> values;  // of each run
  study::Effects effects;
};

/// Figures that enough runs have, in the order in which the first of them tells them.
std::vector<SweptFigure> swept_figures(const Sweep& sweep);

/// runs.csv: a row for each run with its settings, state and figures; effects.csv: a row for each figure and
/// parameter.
void write_sweep(const Sweep& sweep, const std::vector<SweptFigure>& figures);

/// Effects of the parameters on each figure that changes, the largest first.
std::string sweep_table(const Sweep& sweep, const std::vector<SweptFigure>& figures);

/// plots/KEY.png for each figure that changes: a bar for each parameter from the figure's mean at one end of
/// its range to that at the other, the longest at the top. Without a display it warns and draws none.
/// sweep_plots.cpp.
void draw_sweep(const Sweep& sweep, const std::vector<SweptFigure>& figures);

/// A job array of Slurm, sweep.sbatch in the sweep's folder, whose tasks each run one run. Gives the file.
std::filesystem::path write_slurm_script(const Sweep& sweep);

}  // namespace soleus
