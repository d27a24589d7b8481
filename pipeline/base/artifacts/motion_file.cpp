// motion.json and motion_N.vti.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

#include "pipeline/base/artifacts/motion.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/hash.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int motion_version = 1;
constexpr std::string_view data_begins = "<AppendedData encoding=\"raw\">\n_";
static_assert(std::endian::native == std::endian::little, "the files are little-endian");

std::string fault(const ImagedMotion& m) {
  if (!(m.period_s > 0)) return "its period is not positive";
  double before_s = 0;
  for (const DisplacementFrame& f : m.frames) {
    if (!(f.time_s > before_s && f.time_s < m.period_s))
      return "the times of its frames do not increase within (0, period)";
    before_s = f.time_s;
    for (const VectorField* field : {&f.backward_m, &f.forward_m}) {
      if (field->size() != 3 * m.grid.voxels()) return "a displacement field does not fit its grid";
      if (!std::all_of(field->begin(), field->end(), [](float v) { return std::isfinite(v); }))
        return "a displacement is not a number";
    }
  }
  return {};
}

ordered_json to_json(const Vec3& v) {
  return {v.x, v.y, v.z};
}
Vec3 to_vec3(const ordered_json& j) {
  return {j.at(0), j.at(1), j.at(2)};
}

void append(std::string& bytes, const VectorField& field) {
  const std::uint64_t size = field.size() * sizeof(float);
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes.append(reinterpret_cast<const char*>(field.data()), size);
}

std::string vti(const Grid& g, const DisplacementFrame& frame) {
  const std::string extent = fmt::format("0 {} 0 {} 0 {}", g.size[0] - 1, g.size[1] - 1, g.size[2] - 1);
  const auto &o = g.origin_m, &s = g.spacing_m;
  const auto& e = g.axes;  // columns of VTK's direction matrix, which is written by rows
  std::string file = fmt::format(
      "<?xml version=\"1.0\"?>\n"
      "<VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n"
      "<ImageData WholeExtent=\"{}\" Origin=\"{} {} {}\" Spacing=\"{} {} {}\" Direction=\"{} {} {} {} {} {} "
      "{} {} "
      "{}\">\n"
      "<FieldData><DataArray type=\"Float64\" Name=\"TimeValue\" NumberOfTuples=\"1\" format=\"ascii\">{}"
      "</DataArray></FieldData>\n",
      extent, o.x, o.y, o.z, s.x, s.y, s.z, e[0].x, e[1].x, e[2].x, e[0].y, e[1].y, e[2].y, e[0].z, e[1].z,
      e[2].z, frame.time_s);
  const auto array = [](std::string_view name, std::size_t offset) {
    return fmt::format(
        "<DataArray type=\"Float32\" Name=\"{}\" NumberOfComponents=\"3\" format=\"appended\" "
        "offset=\"{}\"/>\n",
        name, offset);
  };
  file += fmt::format("<Piece Extent=\"{}\"><PointData>\n", extent) + array("backward_m", 0) +
          array("forward_m", sizeof(std::uint64_t) + frame.backward_m.size() * sizeof(float)) +
          fmt::format("</PointData></Piece>\n</ImageData>\n{}", data_begins);
  append(file, frame.backward_m);
  append(file, frame.forward_m);
  return file + "\n</AppendedData>\n</VTKFile>\n";
}

[[noreturn]] void refuse(const fs::path& file, std::string_view what) {
  throw InputError(fmt::format("'{}' {}; make it anew with the segment stage.", file.string(), what));
}

/// The field at `place` of the file's bytes, which is moved behind it.
VectorField take(const fs::path& file, const std::string& bytes, std::size_t& place, std::size_t values) {
  std::uint64_t size = 0;
  if (bytes.size() >= place + sizeof size) std::memcpy(&size, bytes.data() + place, sizeof size);
  place += sizeof size;
  if (size != values * sizeof(float) || bytes.size() < place + size) refuse(file, "is damaged or truncated");
  VectorField field(values);
  std::memcpy(field.data(), bytes.data() + place, size);
  place += size;
  return field;
}

}  // namespace

void save(const ImagedMotion& motion, const fs::path& folder) {
  if (const std::string what = fault(motion); !what.empty())
    throw InputError(fmt::format("The motion cannot be written: {}.", what));
  const Grid& g = motion.grid;
  ordered_json frames = ordered_json::array();
  for (std::size_t n = 0; n < motion.frames.size(); ++n) {
    const std::string name = fmt::format("motion_{}.vti", n + 1), bytes = vti(g, motion.frames[n]);
    write_file(folder / name, bytes);
    frames.push_back({{"time_s", motion.frames[n].time_s}, {"file", name}, {"hash", hash_text(bytes)}});
  }
  const ordered_json json{{"version", motion_version},
                          {"space", "LPS"},
                          {"period_s", motion.period_s},
                          {"grid",
                           {{"size", g.size},
                            {"spacing_m", to_json(g.spacing_m)},
                            {"origin_m", to_json(g.origin_m)},
                            {"axes", {to_json(g.axes[0]), to_json(g.axes[1]), to_json(g.axes[2])}}}},
                          {"frames", frames}};
  write_file(folder / "motion.json", json.dump(1) + "\n");
}

ImagedMotion load_motion(const fs::path& folder) {
  const fs::path header = folder / "motion.json";
  ImagedMotion motion;
  try {
    const ordered_json json = ordered_json::parse(read_file(header));
    if (json.at("version") != motion_version) refuse(header, "is of another version");
    const ordered_json& grid = json.at("grid");
    motion.period_s = json.at("period_s");
    motion.grid = {
        grid.at("size").get<std::array<int, 3>>(),
        to_vec3(grid.at("spacing_m")),
        to_vec3(grid.at("origin_m")),
        {to_vec3(grid.at("axes").at(0)), to_vec3(grid.at("axes").at(1)), to_vec3(grid.at("axes").at(2))}};
    for (const ordered_json& f : json.at("frames")) {
      const fs::path file = folder / f.at("file").get<std::string>();
      const std::string bytes = read_file(file);
      if (hash_text(bytes) != f.at("hash")) refuse(file, "is not what motion.json says, damaged or edited");
      const std::size_t begin = bytes.find(data_begins);
      if (begin == std::string::npos) refuse(file, "is damaged or truncated");
      std::size_t place = begin + data_begins.size();
      const std::size_t values = 3 * motion.grid.voxels();
      VectorField backward = take(file, bytes, place, values), forward = take(file, bytes, place, values);
      motion.frames.push_back({f.at("time_s"), std::move(backward), std::move(forward)});
    }
  } catch (const nlohmann::json::exception&) {
    refuse(header, "is damaged");
  }
  if (const std::string what = fault(motion); !what.empty()) refuse(header, "cannot be used: " + what);
  return motion;
}

}  // namespace soleus
