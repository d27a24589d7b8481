// Arrays of a page: quantised, deflated, base64; read by page/src/unpack.js.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

namespace soleus {

std::string base64(std::span<const unsigned char> bytes);

/// Bytes deflated (zlib) as base64.
std::string packed(std::span<const unsigned char> bytes);

/// Values to 16 bits between their least and largest finite value; 65535 stands for one that is not finite.
/// {"from", "to", "data"}, and "low", "high": the 1st and 99th percentile, for a legend.
nlohmann::ordered_json packed_values(const std::vector<float>& values);

/// Indices as 32 bits, little endian.
nlohmann::ordered_json packed_indices(const std::vector<std::uint32_t>& indices);

}  // namespace soleus
