#include <fmt/core.h>
#include <fstream>

#include "pipeline/base/errors.hpp"
#include "segmentation/phantom.hpp"
#include "segmentation/segmentation.hpp"

namespace soleus {

namespace {

/// One row a point, in the order of the branches; millimetres and LPS, like the images next to it.
void save_centerlines(const Phantom& phantom, const std::filesystem::path& file) {
  std::ofstream out(file);
  out << "branch,name,parent,abscissa_mm,x_mm,y_mm,z_mm,radius_mm\n";
  for (const Branch& b : phantom.centerlines.branches)
    for (std::size_t i = 0; i < b.points_m.size(); ++i) {
      const Vec3 x = b.points_m[i] * 1e3;
      out << fmt::format("{},{},{},{:.4f},{:.4f},{:.4f},{:.4f},{:.4f}\n", b.id, phantom.truth.names.at(b.id),
                         b.parent, b.abscissa_m[i] * 1e3, x.x, x.y, x.z, b.radius_m[i] * 1e3);
    }
  if (!out.flush()) throw ResourceError("could not write '" + file.string() + "'; is the disk full?");
}

}  // namespace

void save(const Phantom& phantom, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  save(phantom.image, folder / "image.nrrd");
  save(phantom.truth, folder / "truth.nrrd");
  save_centerlines(phantom, folder / "truth_centerlines.csv");
  for (std::size_t n = 0; n < phantom.contracted.size(); ++n) {
    save(phantom.contracted[n].image, folder / fmt::format("contracted_{}.nrrd", n + 1));
    save(phantom.contracted[n].truth, folder / fmt::format("contracted_{}_truth.nrrd", n + 1));
  }
  if (!phantom.contracted.empty()) save(phantom.motion, folder);
}

}  // namespace soleus
