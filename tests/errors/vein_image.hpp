// A small volume with one straight vein off centre: 40 x 36 x 44 mm, the vein (9 mm wide) along z at x = -35,
// y = 22 mm, LPS.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace soleus::test {

inline std::string vein_nrrd() {
  std::string file =
      "NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 40 36 44\n"
      "space directions: (1,0,0) (0,1,0) (0,0,1)\nkinds: domain domain domain\nendian: little\nencoding: "
      "raw\n"
      "space origin: (-50,10,100)\n\n";
  for (int k = 0; k < 44; ++k)
    for (int j = 0; j < 36; ++j)
      for (int i = 0; i < 40; ++i) {
        const double inside = std::clamp(4.5 - std::hypot(i - 50 + 35, j + 10 - 22), 0.0, 1.0);
        const auto hu = static_cast<std::int16_t>(50 + 180 * inside);
        file += {static_cast<char>(hu & 0xff), static_cast<char>(hu >> 8)};
      }
  return file;
}

inline const std::string vein_case = R"(case: {name: vein}
image: {file: vein.nrrd}
segmentation:
  seeds: [-35 22 122 mm]
  intensity: {min: 140 HU, max: 320 HU}
geometry: {edge_length: 1 mm}
openings:
  - {name: outlet, near: -35 22 143 mm, kind: pressure}
  - {name: inlet, near: -35 22 100 mm, kind: flow, flow: 60 mL/min, waveform: {ramp: 5 ms}}
solver: {dx: 0.8 mm, end_time: 1 ms}
)";

}  // namespace soleus::test
