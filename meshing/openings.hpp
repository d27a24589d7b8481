// Which ends of the lumen are openings of the case, and where to cut them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "meshing/centerlines.hpp"
#include "meshing/cut.hpp"
#include "meshing/meshing.hpp"

namespace soleus {

/// Where an opening of the case lies: opening[e] is the index in the case of end e's entry, -1 when none
/// names it. Throws InputError when an entry matches no end or two match one; the message lists the ends.
std::vector<int> match_openings(const std::vector<OpeningConfig>& openings,
                                const std::vector<LumenEnd>& ends);

/// Refuses ends that no entry names, or closes them with a warning.
void check_unnamed_ends(const GeometryConfig& config, const std::vector<LumenEnd>& ends,
                        const std::vector<int>& opening, const Surface& s,
                        const std::filesystem::path& folder);

/// A cut across the vessel one to several radii before its end, and where on the end's path it lies.
struct EndCut {
  VesselCut cut;
  double arc_m = 0;
};
EndCut cut_end(const CenterTree& tree, const LumenEnd& end, const std::string& name, const Bvh& wall,
               const std::vector<std::array<int, 3>>& neighbours, const std::filesystem::path& folder);

/// Ends the path at the cut and leads it straight on to the cap.
void follow_extension(CenterTree& tree, const LumenEnd& end, const EndCut& cut, double length_m);

}  // namespace soleus
