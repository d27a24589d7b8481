// Which ends of the lumen are openings of the case, and where to cut them.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
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

/// What there is to know for cutting ends.
struct EndSite {
  const CenterTree& tree;
  const Bvh& wall;
  const std::vector<std::array<int, 3>>& neighbours;
  std::vector<char> needed;  // [paths] leads to an opening: not to be cut off with another end
  double trim_radius_m = 0;  // the vessel must be this wide where it is cut
};
/// needed[] for openings at the ends with opens[e].
std::vector<char> paths_to_openings(const CenterTree& tree, const std::vector<char>& opens);

/// A cut across the vessel one to several radii before its end, and where on the end's path it lies.
struct EndCut {
  VesselCut cut;
  double arc_m = 0;
};
/// Of an opening; throws InputError with a picture when the vessel cannot be cut.
EndCut cut_end(const EndSite& site, const LumenEnd& end, const std::string& name,
               const std::filesystem::path& folder);
/// Of an end that stays a wall and is thinner than the trim radius; none when it stays as it is.
std::optional<EndCut> trim_end(const EndSite& site, const LumenEnd& end);
/// Marks the paths beyond the cut as dropped.
void drop_paths_beyond(CenterTree& tree, const LumenEnd& end, const EndCut& cut);

/// Ends the path at the cut and leads it straight on to the cap; a negative length ends it before the cut.
void follow_extension(CenterTree& tree, const LumenEnd& end, const EndCut& cut, double length_m);

}  // namespace soleus
