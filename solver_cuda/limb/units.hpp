// Constants of the limb, and the units in which its parameters are published.
#pragma once

namespace soleus::limb {

inline constexpr double mmhg = 133.322387415;   // Pa
inline constexpr double ml = 1e-6;              // m3
inline constexpr double mmhg_s_ml = mmhg / ml;  // Pa s/m3
inline constexpr double blood_density_kg_m3 = 1060, blood_viscosity_pa_s = 3.5e-3, gravity_m_s2 = 9.81;

}  // namespace soleus::limb
