// The numbers of the section limb under the keys that a case gives them, so that a fit or a sweep may change
// any of them: "limb.muscle_pressure", "limb.paths.popliteal.leak", "limb.protocol.2.pressure".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "solver_cuda/limb/config.hpp"

namespace soleus::study {

struct LimbNumber {
  std::string key;
  Dimension dimension = Dimension::number;
  Limits limits{};
  bool whole = false;          // counts: of movements, of collaterals
  std::optional<double> si{};  // absent: the case leaves it to the model
};

/// All of them. Veins and paths that the case does not list are there as in health; sections that it does not
/// have, such as a stocking, are not.
std::vector<LimbNumber> limb_numbers(const limb::LimbConfig& c);

/// "at least 0 and at most 1"
std::string shown_limits(const LimbNumber& n);
bool accepts(const LimbNumber& n, double si);

/// Throws InputError with a sentence that begins with the key in quotes: what it is instead, what is near.
LimbNumber limb_number(const limb::LimbConfig& c, const std::string& key);

/// The limb with other values [SI] under these keys; a vein or path that it does not list is added. Limits
/// are the caller's to keep.
limb::LimbConfig with_numbers(limb::LimbConfig c, std::span<const std::string> keys,
                              std::span<const double> values);

}  // namespace soleus::study
