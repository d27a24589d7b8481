#include "pipeline/base/artifacts/vein_map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <sstream>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

constexpr std::string_view data_begins = "<AppendedData encoding=\"raw\">\n_";
constexpr std::string_view branch_name = "branch", abscissa_name = "abscissa_m", time_name = "time_s";
static_assert(std::endian::native == std::endian::little, "the files are little-endian");

struct Array {
  const char* name;
  std::vector<float> VeinMap::*values;
};
constexpr std::array<Array, 4> arrays{{{"area_m2", &VeinMap::area_m2},
                                       {"area_rate_m2_s", &VeinMap::area_rate_m2_s},
                                       {"pressure_Pa", &VeinMap::pressure_pa},
                                       {"flow_m3_s", &VeinMap::flow_m3_s}}};

template <class Value>
std::string field(std::string_view type, std::string_view name, const std::vector<Value>& values) {
  return fmt::format(
      "<DataArray type=\"{}\" Name=\"{}\" NumberOfTuples=\"{}\" format=\"ascii\">{}</DataArray>\n", type,
      name, values.size(), fmt::join(values, " "));
}

template <class Value>
std::vector<Value> field(const std::string& bytes, std::string_view name) {
  const std::size_t at = bytes.find(fmt::format("Name=\"{}\"", name)), from = bytes.find('>', at),
                    to = bytes.find('<', from);
  std::vector<Value> values;
  if (to == std::string::npos) return values;
  std::istringstream in(bytes.substr(from + 1, to - from - 1));
  for (Value v; in >> v;) values.push_back(v);
  return values;
}

}  // namespace

void save(const VeinMap& m, const std::filesystem::path& folder) {
  const std::string extent = fmt::format("0 {} 0 {} 0 0", m.stations() - 1, m.time_s.size() - 1);
  std::string file = fmt::format(
      "<?xml version=\"1.0\"?>\n"
      "<VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n"
      "<ImageData WholeExtent=\"{}\" Origin=\"0 0 0\" Spacing=\"1 1 1\">\n<FieldData>\n{}{}{}</FieldData>\n"
      "<Piece Extent=\"{}\"><PointData>\n",
      extent, field("Int32", branch_name, m.branch), field("Float64", abscissa_name, m.abscissa_m),
      field("Float64", time_name, m.time_s), extent);
  const std::uint64_t size = m.stations() * m.time_s.size() * sizeof(float);
  for (std::size_t k = 0; k < arrays.size(); ++k)
    file += fmt::format("<DataArray type=\"Float32\" Name=\"{}\" format=\"appended\" offset=\"{}\"/>\n",
                        arrays[k].name, k * (sizeof size + size));
  file += fmt::format("</PointData></Piece>\n</ImageData>\n{}", data_begins);
  for (const Array& a : arrays) {
    file.append(reinterpret_cast<const char*>(&size), sizeof size);
    file.append(reinterpret_cast<const char*>((m.*a.values).data()), size);
  }
  write_file(folder / "vein_map.vti", file + "\n</AppendedData>\n</VTKFile>\n");
}

VeinMap load_vein_map(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "vein_map.vti";
  const std::string bytes = read_file(file);
  VeinMap m{.branch = field<int>(bytes, branch_name),
            .abscissa_m = field<double>(bytes, abscissa_name),
            .time_s = field<double>(bytes, time_name)};
  const std::uint64_t size = m.stations() * m.time_s.size() * sizeof(float);
  std::size_t place = bytes.find(data_begins);
  const bool whole = place != std::string::npos && size > 0 && m.abscissa_m.size() == m.stations() &&
                     bytes.size() >= place + data_begins.size() + arrays.size() * (sizeof size + size);
  if (!whole)
    throw InputError(
        fmt::format("'{}' is damaged or truncated; make it anew with the solve stage.", file.string()));
  place += data_begins.size();
  for (const Array& a : arrays) {
    (m.*a.values).resize(size / sizeof(float));
    std::memcpy((m.*a.values).data(), bytes.data() + place + sizeof size, size);
    place += sizeof size + size;
  }
  return m;
}

}  // namespace soleus
