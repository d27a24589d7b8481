// What `soleus limb` writes and prints.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "solver_cuda/limb/figures.hpp"

namespace soleus {

struct NamedLimb {
  std::string name, description;
  limb::LimbRun run;
};

/// limb.csv: a row each `interval_s`; volume and pressure of every compartment, flow of every connection,
/// opening of every valve, in SI.
void write_limb_csv(const NamedLimb& limb, double interval_s, const std::filesystem::path& file);
/// figures.json: every figure with unit and published range, and the reflux of every vein.
void write_limb_json(const NamedLimb& limb, const std::filesystem::path& file);
/// The figures of several limbs side by side, each with its unit and the range of healthy legs.
std::string limb_table(std::span<const NamedLimb> limbs);

/// calf_volume, foot_pressure, pressures, flows, deep_veins .png; of several limbs the first three, one curve
/// each. Without a display it warns what to install and writes none.
void draw_limb(std::span<const NamedLimb> limbs, const std::filesystem::path& folder);

}  // namespace soleus
