// The section `limb` of a case: one person's leg, its diseases and aids, and what is done with it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/base/fields.hpp"
#include "solver_cuda/limb/schedule.hpp"

namespace soleus::limb {

enum class Sex { male, female };
enum class Amputation { none, below_knee };

/// The compartments that a case may change. deep veins of the calf first.
enum class Vein {
  soleus,
  gastrocnemius,
  posterior_tibial,
  anterior_tibial,
  superficial_calf,
  foot,
  popliteal,
  femoral,
  great_saphenous,
  iliac
};
inline constexpr std::array<std::string_view, 10> vein_names{
    "soleus", "gastrocnemius", "posterior_tibial", "anterior_tibial", "superficial_calf",
    "foot",   "popliteal",     "femoral",          "great_saphenous", "iliac"};

/// The connections between veins, each named after the vein in which its flow is measured.
enum class Path {
  soleal_outlet,
  gastrocnemius,
  posterior_tibial,
  anterior_tibial,
  popliteal,
  femoral,
  iliac,
  plantar,
  dorsal_foot,
  soleal_perforators,
  perforators,
  small_saphenous,
  great_saphenous,
  saphenofemoral
};
inline constexpr std::array<std::string_view, 14> path_names{
    "soleal_outlet", "gastrocnemius",   "posterior_tibial", "anterior_tibial", "popliteal",
    "femoral",       "iliac",           "plantar",          "dorsal_foot",     "soleal_perforators",
    "perforators",   "small_saphenous", "great_saphenous",  "saphenofemoral"};

/// Factors on what the vein would have.
struct VeinConfig {
  Vein name = Vein::soleus;
  double capacity = 1, stiffness = 1;
};
void describe(Fields& f, VeinConfig& c);

struct PathConfig {
  Path name = Path::popliteal;
  double resistance = 1, valve_area = 1;  // factors
  double leak = competent_leak;           // Amin / Amax
};
void describe(Fields& f, PathConfig& c);

/// A vessel that has opened beside the usual ones.
struct CollateralConfig {
  std::string name;
  Vein from = Vein::popliteal, to = Vein::iliac;
  double diameter_m = 4e-3, length_m = 0.2;
  int count = 1;
};
void describe(Fields& f, CollateralConfig& c);

/// Graduated compression of foot and calf.
struct StockingConfig {
  double ankle_pa = 0, knee_pa = 0;
  double muscle_share = 0;  // inelastic ones: part of the muscles' pressure that superficial veins feel more
};
void describe(Fields& f, StockingConfig& c);

struct LimbConfig {
  double height_m = 1.75;
  Sex sex = Sex::male;
  std::optional<double> calf_volume_m3{};
  double muscle_pressure_pa = 20.0e3;
  double arterial_pressure_pa = 12.4e3;
  double filling_pressure_pa = 800;  // right atrium, lying
  double hyperaemia = 4;
  double breath_pa = 267;
  Amputation amputation = Amputation::none;
  std::vector<VeinConfig> veins{};
  std::vector<PathConfig> paths{};
  std::vector<CollateralConfig> collaterals{};
  std::optional<StockingConfig> stocking{};
  std::vector<PhaseConfig> protocol{};
  double interval_s = 0.1;  // of the rows of limb.csv
};
void describe(Fields& f, LimbConfig& c);

/// The protocol of the case, or the examination of a vascular laboratory: leg raised, standing, one movement
/// on tiptoe, standing, ten, standing.
std::vector<PhaseConfig> protocol(const LimbConfig& c);
Schedule schedule(const LimbConfig& c);

}  // namespace soleus::limb
