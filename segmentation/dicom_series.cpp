// The order of a DICOM series and what can be wrong with it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/statistics.hpp"
#include "segmentation/dicom.hpp"

namespace soleus::segmentation {
namespace {

constexpr double same_position_mm = 1e-3;
constexpr double same_direction = 1e-4;  // difference of unit vectors; scanners print six digits
constexpr double even_spacing = 0.02;    // relative to the distance of most slices; positions are rounded

Vec3 normal(const DicomSlice& s) {
  return normalized(cross(s.axes[0], s.axes[1]));
}
double height_mm(const DicomSlice& s, const Vec3& along) {
  return dot(s.position_mm, along);
}

std::string listed(const std::map<std::string, std::vector<const DicomSlice*>>& series) {
  std::string text;
  for (const auto& [uid, slices] : series) {
    const std::string& first = slices.front()->file;
    text += fmt::format(
        "{}{} ({} file{}, {}'{}'{})", text.empty() ? "" : ", ", uid.empty() ? "no UID" : uid, slices.size(),
        slices.size() == 1 ? "" : "s", slices.size() == 1 ? "" : "first ", first,
        slices.front()->description.empty() ? "" : fmt::format(", \"{}\"", slices.front()->description));
  }
  return text;
}

/// The slices of the wanted series, or of the only one.
std::vector<DicomSlice> one_series(std::vector<DicomSlice> slices, const std::string& uid,
                                   const std::filesystem::path& folder) {
  std::map<std::string, std::vector<const DicomSlice*>> series;
  for (const DicomSlice& s : slices) series[s.series].push_back(&s);
  if (uid.empty() && series.size() == 1) return slices;
  if (uid.empty())
    throw InputError(fmt::format("image.file: '{}' holds {} DICOM series; set image.series to one of: {}.",
                                 folder.string(), series.size(), listed(series)));
  if (!series.contains(uid))
    throw InputError(fmt::format("image.series: '{}' holds no DICOM series {}; accepted: {}.",
                                 folder.string(), uid, listed(series)));
  std::erase_if(slices, [&](const DicomSlice& s) { return s.series != uid; });
  return slices;
}

bool same_pixels(const DicomSlice& a, const DicomSlice& b) {
  return std::abs(a.pixel_mm[0] - b.pixel_mm[0]) < same_position_mm &&
         std::abs(a.pixel_mm[1] - b.pixel_mm[1]) < same_position_mm;
}
bool same_size(const DicomSlice& a, const DicomSlice& b) {
  return a.columns == b.columns && a.rows == b.rows;
}
bool same_orientation(const DicomSlice& a, const DicomSlice& b) {
  return norm(a.axes[0] - b.axes[0]) < same_direction && norm(a.axes[1] - b.axes[1]) < same_direction;
}

/// The slice that most others agree with: it is the odd one that a message should name.
template <class Same>
const DicomSlice& typical(const std::vector<DicomSlice>& slices, const Same& same) {
  const auto friends = [&](const DicomSlice& s) {
    return std::count_if(slices.begin(), slices.end(), [&](const DicomSlice& t) { return same(s, t); });
  };
  for (const DicomSlice& s : slices)
    if (2 * friends(s) > std::ptrdiff_t(slices.size())) return s;
  return slices.front();
}

template <class Same, class Show>
void require_same(const std::vector<DicomSlice>& slices, const std::string& folder, std::string_view what,
                  const Same& same, const Show& show) {
  const DicomSlice& usual = typical(slices, same);
  for (const DicomSlice& s : slices)
    if (!same(s, usual))
      throw InputError(
          fmt::format("image.file: the DICOM series in '{}' mixes {}: '{}' has {}, '{}' has {}; all "
                      "slices of a volume must agree.",
                      folder, what, s.file, show(s), usual.file, show(usual)));
}

std::string shown(const Vec3& v) {
  return fmt::format("({:.4g}, {:.4g}, {:.4g})", v.x, v.y, v.z);
}

void require_complete(const std::vector<DicomSlice>& slices, const std::string& folder) {
  for (const DicomSlice& s : slices) {
    if (!s.has_pixels)
      throw InputError(fmt::format(
          "image.file: '{}' in '{}' has no pixel data; remove it or choose another folder.", s.file, folder));
    if (!s.has_geometry)
      throw InputError(
          fmt::format("image.file: '{}' in '{}' lacks image position, image orientation or pixel "
                      "spacing, so it cannot be placed in a volume.",
                      s.file, folder));
  }
  require_same(slices, folder, "image sizes", same_size,
               [](const DicomSlice& s) { return fmt::format("{} x {} pixels", s.columns, s.rows); });
  require_same(slices, folder, "pixel spacings", same_pixels, [](const DicomSlice& s) {
    return fmt::format("{:.4g} x {:.4g} mm", s.pixel_mm[0], s.pixel_mm[1]);
  });
  require_same(slices, folder, "slice orientations", same_orientation,
               [](const DicomSlice& s) { return fmt::format("{} {}", shown(s.axes[0]), shown(s.axes[1])); });
}

void require_even(const std::vector<DicomSlice>& slices, const std::string& folder) {
  const Vec3 along = normal(slices.front());
  const std::size_t n = slices.size();
  std::vector<double> steps;
  for (std::size_t i = 1; i < n; ++i)
    steps.push_back(height_mm(slices[i], along) - height_mm(slices[i - 1], along));
  const double usual = median(steps);
  for (std::size_t i = 1; i < n; ++i) {
    const DicomSlice &a = slices[i - 1], &b = slices[i];
    const auto place = [&](std::string_view what) {
      return fmt::format(
          "image.file: the DICOM series in '{}' has {} between {:.6g} mm ('{}') and {:.6g} mm ('{}')", folder,
          what, height_mm(a, along), a.file, height_mm(b, along), b.file);
    };
    const double step = steps[i - 1];
    if (step < same_position_mm)
      throw InputError(
          fmt::format("image.file: the DICOM series in '{}' has two slices at {:.6g} mm: '{}' and '{}'.",
                      folder, height_mm(a, along), a.file, b.file));
    const double missing = step / usual - 1;
    if (missing > 0.5 && std::abs(missing - std::round(missing)) < 0.1)
      throw InputError(fmt::format("{}: {:.0f} slice{} missing where the others are {:.4g} mm apart.",
                                   place("a gap"), missing, missing > 1.5 ? "s are" : " is", usual));
    if (std::abs(step - usual) > even_spacing * usual)
      throw InputError(
          fmt::format("{}: {:.4g} mm where most slices are {:.4g} mm apart; a volume needs even slices.",
                      place("mixed slice spacing"), step, usual));
    const Vec3 sideways = b.position_mm - a.position_mm - along * step;
    if (norm(sideways) > even_spacing * usual)
      throw InputError(
          fmt::format("{}: {:.4g} mm within the slice plane (a tilted gantry); resample it to upright "
                      "slices first.",
                      place("a sideways shift"), norm(sideways)));
  }
}

}  // namespace

std::vector<DicomSlice> ordered_series(std::vector<DicomSlice> slices, const std::string& series_uid,
                                       const std::filesystem::path& folder) {
  slices = one_series(std::move(slices), series_uid, folder);
  require_complete(slices, folder.string());
  const Vec3 along = normal(slices.front());
  std::stable_sort(slices.begin(), slices.end(), [&](const DicomSlice& a, const DicomSlice& b) {
    return height_mm(a, along) < height_mm(b, along);
  });
  if (slices.size() > 1) require_even(slices, folder.string());
  return slices;
}

}  // namespace soleus::segmentation
