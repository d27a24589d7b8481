// Runs side by side: a baseline, and what was changed about it.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "postprocess/clinical_figures.hpp"

namespace soleus {

/// A run as it is compared. `coarser`: its figures on a coarser lattice, where that run was given too.
struct ComparedRun {
  std::string name;  // of its case
  std::filesystem::path solve_folder;
  Flow flow;
  std::vector<ClinicalFigure> figures;  // of its last cycle
  std::vector<ClinicalFigure> coarser{};
  double coarser_dx_m = 0;
};

/// Of `run_folder`, which a `soleus run` has made. Throws InputError where it has no flow.
ComparedRun read_run(const std::filesystem::path& run_folder);
/// Runs of one name that differ in solver.dx become one, of the finest, that has the next coarser one's
/// figures; the order is that of the first of each name. Throws InputError where two of a name do not differ.
std::vector<ComparedRun> pair_resolutions(std::vector<ComparedRun> runs);

/// How far a figure may be off for its lattice [SI], from a run on a coarser one and the first order in dx,
/// the least that a wall or a cusp allows: |fine - coarse| / (dx_coarse / dx_fine - 1). None without that.
std::optional<double> uncertainty(const ComparedRun& run, const ClinicalFigure& f);

/// The value of the same figure [SI].
std::optional<double> value_of(const ComparedRun& run, const ClinicalFigure& f);

/// Figures that any of the runs has, in the order of the first; their values are the first run's.
std::vector<ClinicalFigure> all_figures(std::span<const ComparedRun> runs);

/// The table as text of a terminal, and as CSV: SI and the clinic's units.
std::string comparison_table(std::span<const ComparedRun> runs);
std::string comparison_csv(std::span<const ComparedRun> runs);
/// A sentence for each figure, of numbers and what is usual; never advice.
std::string comparison_summary(std::span<const ComparedRun> runs);

/// Writes comparison.csv, summary.txt, comparison.html (page.hpp), curves over each other (*.png) and, where
/// the runs have means of the wall, maps of the differences: wall_difference_NAME.vtp and .png. The first run
/// is the baseline.
void compare(std::span<const ComparedRun> runs, const std::filesystem::path& folder);

}  // namespace soleus
