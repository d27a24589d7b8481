#include "postprocess/page_pack.hpp"

#include <vtkBase64Utilities.h>
#include <vtkNew.h>
#include <vtkZLibDataCompressor.h>

#include <algorithm>
#include <cmath>

namespace soleus {

std::string base64(std::span<const unsigned char> bytes) {
  std::string text(4 * (bytes.size() / 3 + 2), '\0');
  auto* out = reinterpret_cast<unsigned char*>(text.data());
  text.resize(vtkBase64Utilities::Encode(bytes.data(), bytes.size(), out, 0));
  return text;
}

std::string packed(std::span<const unsigned char> bytes) {
  vtkNew<vtkZLibDataCompressor> zlib;
  zlib->SetCompressionLevel(6);
  std::vector<unsigned char> small(zlib->GetMaximumCompressionSpace(bytes.size()));
  small.resize(zlib->Compress(bytes.data(), bytes.size(), small.data(), small.size()));
  return base64(small);
}

nlohmann::ordered_json packed_values(const std::vector<float>& values) {
  std::vector<float> sorted;
  std::ranges::copy_if(values, std::back_inserter(sorted), [](float v) { return std::isfinite(v); });
  if (sorted.empty()) sorted.push_back(0);
  std::ranges::sort(sorted);
  const float from = sorted.front(), to = sorted.back();
  const float step = to > from ? (to - from) / 65534.0F : 1.0F;
  std::vector<unsigned char> bytes(2 * values.size());
  for (std::size_t k = 0; k < values.size(); ++k) {
    const unsigned q = std::isfinite(values[k]) ? unsigned(std::lround((values[k] - from) / step)) : 65535U;
    // Low and high bytes apart: the high ones alone vary slowly, and deflate finds that.
    bytes[k] = static_cast<unsigned char>(q & 255U);
    bytes[values.size() + k] = static_cast<unsigned char>(q >> 8U);
  }
  const auto percentile = [&](double p) { return sorted[std::size_t(p * double(sorted.size() - 1))]; };
  return {{"from", from},
          {"to", to},
          {"low", percentile(0.01)},
          {"high", percentile(0.99)},
          {"data", packed(bytes)}};
}

nlohmann::ordered_json packed_indices(const std::vector<std::uint32_t>& indices) {
  std::vector<unsigned char> bytes;
  bytes.reserve(4 * indices.size());
  for (const std::uint32_t i : indices)
    for (const unsigned shift : {0U, 8U, 16U, 24U}) bytes.push_back(static_cast<unsigned char>(i >> shift));
  return packed(bytes);
}

}  // namespace soleus
