// A CT-venography-like volume of a lower leg from a YAML description, with its ground truth.
#pragma once

#include <filesystem>

#include "pipeline/base/artifacts/centerlines.hpp"
#include "pipeline/base/artifacts/image.hpp"
#include "pipeline/base/artifacts/labels.hpp"
#include "pipeline/base/artifacts/motion.hpp"
#include "pipeline/base/fields.hpp"

namespace soleus {

struct PhantomSpec;  // segmentation/phantom_spec.hpp
void describe(Fields& f, PhantomSpec& s);

/// The leg at one time of a contraction.
struct ContractedPhantom {
  Image image;
  Labels truth;
};

struct Phantom {
  Image image;
  Labels truth;                               // veins by name, on the image's grid
  Centerlines centerlines;                    // of the veins, with radii
  std::vector<ContractedPhantom> contracted;  // one for each frame of `motion`
  ImagedMotion motion;                        // the true one
};

Phantom make_phantom(const PhantomSpec& spec);
/// Writes image.nrrd, truth.nrrd and truth_centerlines.csv (a row for each point, columns
/// branch,name,parent,abscissa_mm,x_mm,y_mm,z_mm,radius_mm; branch is the label, parent -1 a root; LPS). Of
/// a phantom that contracts also contracted_1.nrrd, contracted_1_truth.nrrd, ... and the true motion (see
/// pipeline/base/artifacts/motion.hpp).
void save(const Phantom& phantom, const std::filesystem::path& folder);

}  // namespace soleus
