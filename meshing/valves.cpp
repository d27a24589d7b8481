#include "meshing/valves.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "meshing/leaflets.hpp"
#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "meshing/valve_room.hpp"
#include "meshing/valve_wall.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

constexpr double edge_per_cell = 1;  // of the sheets: a clamped disc of such triangles lets nothing through
constexpr double oval = 0.05;        // flattening from which a section has a long diameter: axes 1.05 : 1

/// A valve of the case, and how messages call it: by its key, so that the line of the case can be given.
struct Request {
  const ValveConfig& config;
  std::string label;
};

struct Station {
  const Branch* branch = nullptr;
  double abscissa_m = 0;
  double diameter_m = 0;  // by the centreline, for a start
};

/// Value at the abscissa, linear between points.
double along(const Branch& b, const std::vector<double>& values, double abscissa_m) {
  const auto& s = b.abscissa_m;
  const auto next = std::clamp<std::ptrdiff_t>(std::lower_bound(s.begin(), s.end(), abscissa_m) - s.begin(),
                                               1, std::ptrdiff_t(s.size()) - 1);
  const double w = std::clamp((abscissa_m - s[next - 1]) / (s[next] - s[next - 1]), 0.0, 1.0);
  return (1 - w) * values[next - 1] + w * values[next];
}

Station station_at(const Request& request, const Branch& b, double abscissa_m) {
  if (abscissa_m < b.abscissa_m.front() || abscissa_m > b.abscissa_m.back())
    throw InputError(fmt::format(
        "{}: abscissa = {:.1f} mm lies outside every vein: branch {} runs from {:.1f} to "
        "{:.1f} mm.",
        request.label, 1e3 * abscissa_m, b.id, 1e3 * b.abscissa_m.front(), 1e3 * b.abscissa_m.back()));
  return {&b, abscissa_m, 2 * std::sqrt(along(b, b.area_m2, abscissa_m) / std::numbers::pi)};
}

Station nearest_station(const Request& request, const Centerlines& lines) {
  const Vec3 near_m = *request.config.near_m;
  Station best;
  double least = 1e300, radius = 0;
  Vec3 place;
  for (const Branch& b : lines.branches)
    for (std::size_t i = 0; i + 1 < b.points_m.size(); ++i) {
      const Vec3 step = b.points_m[i + 1] - b.points_m[i];
      const double w = std::clamp(dot(near_m - b.points_m[i], step) / dot(step, step), 0.0, 1.0);
      const Vec3 p = b.points_m[i] + w * step;
      if (norm(near_m - p) >= least) continue;
      least = norm(near_m - p), radius = b.radius_m[i], place = p;
      best = station_at(request, b, (1 - w) * b.abscissa_m[i] + w * b.abscissa_m[i + 1]);
    }
  if (!best.branch || least > radius)
    throw InputError(
        fmt::format("{}: near = {} lies outside every vein: the nearest centreline point, {} in branch {}, "
                    "is {:.1f} mm away "
                    "and the vein's radius there is {:.1f} mm.",
                    request.label, place_text(near_m), place_text(place), best.branch ? best.branch->id : -1,
                    1e3 * least, 1e3 * radius));
  return best;
}

Station locate(const Request& request, const Centerlines& lines) {
  const ValveConfig& c = request.config;
  if (lines.branches.empty()) throw InputError(request.label + ": the lumen has no vein with a centreline.");
  if (c.near_m) return nearest_station(request, lines);
  const auto branch = std::ranges::find_if(lines.branches, [&](const Branch& b) { return b.id == c.branch; });
  if (branch == lines.branches.end())
    throw InputError(fmt::format("{}: branch = {} does not exist; the veins have the branches 0 to {}.",
                                 request.label, c.branch, lines.branches.back().id));
  return station_at(request, *branch, c.abscissa_m);
}

struct Plan {
  const Request* request = nullptr;
  Station station;
  ValveFrame frame;
  ValveShape shape;
  double from_m = 0, to_m = 0;  // abscissas that the valve takes
};

/// Heights of all that the valve is and changes.
HeightRange taken_heights(const ValveShape& v) {
  HeightRange r = changed_heights(v);
  for (const CuspShape& c : v.cusps) r.to_m = std::max(r.to_m, c.height_m);
  return r;
}

/// Sets the abscissas, refuses those beyond the vein's ends.
void take_abscissas(Plan& p, const ValveShape& v) {
  const HeightRange range = taken_heights(v);
  const bool to_root = p.request->config.downstream == Downstream::to_root;
  p.from_m = p.station.abscissa_m + (to_root ? -range.to_m : range.from_m);
  p.to_m = p.station.abscissa_m + (to_root ? -range.from_m : range.to_m);
  const Branch& b = *p.station.branch;
  if (p.from_m < b.abscissa_m.front() || p.to_m > b.abscissa_m.back())
    throw InputError(fmt::format(
        "{}: the valve reaches beyond its vein: it takes the abscissas {:.1f} to {:.1f} mm of branch "
        "{}, which runs from {:.1f} to {:.1f} mm.",
        p.request->label, 1e3 * p.from_m, 1e3 * p.to_m, b.id, 1e3 * b.abscissa_m.front(),
        1e3 * b.abscissa_m.back()));
}

void refuse_side_branch(const Plan& p, double z_m) {
  throw InputError(fmt::format(
      "{}: at {} a side branch leaves the vein; move the valve away from there, or turn its commissures.",
      p.request->label, place_text(point_of(p.frame, {0, 0, z_m}))));
}

Plan plan_of(const Request& request, const Geometry& g, const Bvh& lumen) {
  const ValveConfig& c = request.config;
  Plan p{&request, locate(request, g.centerlines), {}, {}, 0, 0};
  const double d = p.station.diameter_m, reach = 2 * d;
  const ValveShape guess = valve_shape(c, {d, d});
  take_abscissas(p, guess);
  const HeightRange heights = taken_heights(guess);
  p.frame = make_frame(*p.station.branch, {.abscissa_m = p.station.abscissa_m,
                                           .towards_root = c.downstream == Downstream::to_root,
                                           .from_m = heights.from_m - 0.5 * d,
                                           .to_m = heights.to_m + 0.5 * d,
                                           .smoothing_m = 0.25 * d});
  const RoundSection section = round_section(lumen, p.frame, 0, reach);
  if (!section.closed || section.widest_m > 0.9 * section.diameter_m) refuse_side_branch(p, 0);
  turn(p.frame, c.commissures_rad           ? *c.commissures_rad
                : section.flattening > oval ? section.long_axis_rad
                                            : 0);
  const double at_commissures = c.leaflet.height * section.diameter_m;
  const double first = wall_radius(lumen, p.frame, at_commissures, 0, reach),
               second = wall_radius(lumen, p.frame, at_commissures, std::numbers::pi, reach);
  if (first <= 0 || second <= 0) refuse_side_branch(p, at_commissures);
  p.shape = valve_shape(c, {section.diameter_m, first + second});
  take_abscissas(p, p.shape);
  return p;
}

void check_plan(const Plan& p, std::vector<std::string>& messages) {
  for (const auto& sentences : {faults(p.shape), resolution_faults(p.shape, p.request->config.dx_m.value())})
    for (const std::string& s : sentences) messages.push_back(p.request->label + ": " + s);
}

double mm(double m) {
  return 1e3 * m;
}

ValveRoom room_of(const Plan& p, const Bvh& lumen) {
  return make_room(lumen, p.frame, p.shape, taken_heights(p.shape));
}

/// The abscissa nearest to where the valve is at which it leaves the room of another free; none on its vein.
std::optional<double> free_abscissa(const Plan& p, const ValveRoom& other, const Geometry& g,
                                    const Bvh& lumen) {
  constexpr double step_m = 0.25e-3,
                   gap = 0.05;  // of the diameter: rooms are known at some angles and heights
  const Branch& b = *p.station.branch;
  ValveConfig moved = p.request->config;
  moved.near_m.reset(), moved.branch = b.id;
  const Request there{moved, p.request->label};
  for (double by = step_m; by < b.abscissa_m.back() - b.abscissa_m.front(); by += step_m)
    for (const double shift : {by, -by}) {
      if (p.from_m + shift < b.abscissa_m.front() || p.to_m + shift > b.abscissa_m.back()) continue;
      moved.abscissa_m = p.station.abscissa_m + shift;
      try {
        const ValveRoom room = room_of(plan_of(there, g, lumen), lumen);
        if (!common_place(room, other, gap * p.shape.diameter_m)) return moved.abscissa_m;
      } catch (const InputError&) {  // no valve can be there
      }
    }
  return std::nullopt;
}

/// Sentence on two valves of one vein, or "".
std::string overlap_along(const Plan& p, const Plan& q) {
  if (p.to_m <= q.from_m || q.to_m <= p.from_m) return "";
  return fmt::format(
      "{}: the valve overlaps '{}': on branch {} they take {:.1f} to {:.1f} mm and {:.1f} to {:.1f} mm; move "
      "them {:.1f} mm further apart.",
      p.request->label, q.request->config.name, p.station.branch->id, mm(p.from_m), mm(p.to_m), mm(q.from_m),
      mm(q.to_m), mm(std::min(p.to_m, q.to_m) - std::max(p.from_m, q.from_m)));
}

/// The same of valves of two veins that lie side by side or meet.
std::string overlap_aside(const Plan& p, const Plan& q, const Geometry& g, const Bvh& lumen) {
  const ValveRoom there = room_of(q, lumen);
  const auto place = common_place(room_of(p, lumen), there);
  if (!place) return "";
  const auto free_m = free_abscissa(p, there, g, lumen);
  const bool further = free_m && *free_m > p.station.abscissa_m;
  return fmt::format(
      "{}: the valve on branch {} overlaps '{}' on branch {} near {}; {}.", p.request->label,
      p.station.branch->id, q.request->config.name, q.station.branch->id, place_text(*place),
      !free_m ? "there is no room for both on these veins, leave one out"
              : fmt::format("move it from the abscissa {:.1f} mm to {:.1f} mm or {}, or the other one away",
                            mm(p.station.abscissa_m),
                            further ? std::ceil(10 * mm(*free_m)) / 10 : std::floor(10 * mm(*free_m)) / 10,
                            further ? "more" : "less"));
}

std::string overlap(const Plan& p, const Plan& q, const Geometry& g, const Bvh& lumen) {
  return p.station.branch == q.station.branch ? overlap_along(p, q) : overlap_aside(p, q, g, lumen);
}

void check_overlap(const std::vector<Plan>& plans, const Geometry& g, const Bvh& lumen,
                   std::vector<std::string>& messages) {
  for (std::size_t i = 0; i < plans.size(); ++i)
    for (std::size_t k = i + 1; k < plans.size(); ++k)
      if (const std::string fault = overlap(plans[i], plans[k], g, lumen); !fault.empty())
        messages.push_back(fault);
}

Valve build(const Plan& p, const Bvh& lumen) {
  const ValveConfig& c = p.request->config;
  Valve v{
      c.name, make_leaflets(lumen, p.frame, p.shape, edge_per_cell * c.dx_m.value(), p.request->label), {}};
  const Vec3 center = point_of(p.frame, {});
  ValveFigures& of = v.figures;
  of.branch = p.station.branch->id;
  of.abscissa_m = p.station.abscissa_m;
  of.center_m = center;
  of.downstream = normalized(point_of(p.frame, {0, 0, p.frame.step_m}) - center);
  of.first_commissure = normalized(point_of(p.frame, {1, 0, 0}) - center);
  of.diameter_m = p.shape.diameter_m;
  of.sinus_diameter_ratio = p.shape.sinus_ratio;
  of.sinus_length_m = p.shape.sinus_length_m;
  of.rest_gap_m = p.shape.rest_gap_m;
  for (std::size_t k = 0; k < v.cusps.size(); ++k) {
    of.height_m.push_back(p.shape.cusps[k].height_m);
    of.coaptation_m.push_back(p.shape.cusps[k].coaptation_m);
    of.free_edge_m.push_back(chain_length(v.cusps[k].surface, v.cusps[k].free_edge));
    of.area_m2.push_back(area(v.cusps[k].surface));
  }
  return v;
}

/// Radius and area of the centreline where the wall has been moved.
void measure_again(Branch& b, const Plan& p, const Bvh& lumen) {
  const auto arc = arc_lengths(b.points_m);
  for (std::size_t i = 0; i < b.points_m.size(); ++i) {
    if (b.abscissa_m[i] <= p.from_m || b.abscissa_m[i] >= p.to_m) continue;
    b.radius_m[i] = lumen.closest(b.points_m[i]).distance_m;
    const Vec3 tangent = tangent_at(b.points_m, arc, arc[i], b.radius_m[i]);
    b.area_m2[i] = cross_section(lumen, b.points_m[i], tangent).area_m2;
  }
}

std::vector<Request> requests_for(const std::vector<ValveConfig>& configs) {
  std::vector<Request> requests;
  for (const ValveConfig& c : configs)
    requests.push_back({c, fmt::format("geometry.valves[{}] '{}'", requests.size(), c.name)});
  return requests;
}

}  // namespace

void insert_valves(Geometry& geometry, const std::vector<ValveConfig>& configs) {
  if (configs.empty()) return;
  const std::vector<Request> requests = requests_for(configs);
  std::vector<Plan> plans;
  std::vector<std::string> messages;
  const Bvh before(geometry.surface);
  for (const Request& request : requests) {
    try {
      plans.push_back(plan_of(request, geometry, before));
      check_plan(plans.back(), messages);
    } catch (const InputError& e) {
      messages.insert(messages.end(), e.messages().begin(), e.messages().end());
    }
  }
  check_overlap(plans, geometry, before, messages);
  if (!messages.empty()) throw InputError(messages);
  for (const Plan& p : plans) {
    PatchedSurface wall = shape_wall({std::move(geometry.surface), std::move(geometry.cap), {}}, p.frame,
                                     p.shape, p.request->label);
    geometry.surface = std::move(wall.surface);
    geometry.cap = std::move(wall.cap);
  }
  geometry.shape.reset();
  const Bvh lumen(geometry.surface);
  for (const Plan& p : plans) {
    geometry.valves.valves.push_back(build(p, lumen));
    for (Branch& b : geometry.centerlines.branches)
      if (&b == p.station.branch) measure_again(b, p, lumen);
    spdlog::info("valve '{}': {} cusps in a vein of {:.1f} mm", p.request->config.name, p.shape.cusps.size(),
                 1e3 * p.shape.diameter_m);
  }
}

std::vector<std::string> faults_of_one_more(const Geometry& geometry, const Bvh& lumen,
                                            const std::vector<ValveConfig>& there, const ValveConfig& fresh) {
  std::vector<ValveConfig> configs = there;
  configs.push_back(fresh);
  const std::vector<Request> requests = requests_for(configs);
  std::vector<std::string> messages;
  try {
    const Plan one_more = plan_of(requests.back(), geometry, lumen);
    check_plan(one_more, messages);
    for (std::size_t k = 0; k < there.size(); ++k)
      if (const std::string fault = overlap(one_more, plan_of(requests[k], geometry, lumen), geometry, lumen);
          !fault.empty())
        messages.push_back(fault);
    if (messages.empty()) build(one_more, lumen);
  } catch (const InputError& e) {
    messages.insert(messages.end(), e.messages().begin(), e.messages().end());
  }
  return messages;
}

}  // namespace soleus
