#include "solver_cuda/study/limb_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/join.hpp"
#include "pipeline/base/nearest.hpp"

namespace soleus::study {
namespace {

/// Is shown each number and gives it another value, or none.
using Visit = std::function<std::optional<double>(const LimbNumber&)>;

/// Items of lists are called by their name where they have one, otherwise by their number from 0.
class NumberVisitor final : public Fields {
 public:
  explicit NumberVisitor(Visit visit) : visit_(std::move(visit)) {}

  void quantity(Key key, double& si, Dimension d, Limits l) override {
    if (const auto other = visit_({path(key), d, l, false, si})) si = *other;
  }
  void quantity(Key key, std::optional<double>& si, Dimension d, Limits l) override {
    if (const auto other = visit_({path(key), d, l, false, si})) si = *other;
  }
  void number(Key key, double& value, Limits l) override { quantity(key, value, Dimension::number, l); }
  void integer(Key key, int& value, Limits l) override {
    if (const auto other = visit_({path(key), Dimension::number, l, true, double(value)}))
      value = int(std::lround(*other));
  }
  void text(Key key, std::string& value) override { call_item(key, value); }
  void quantities(Key, std::vector<double>&, Dimension, Limits) override {}
  void vector(Key, Vec3&, Dimension) override {}
  void vector(Key, std::optional<Vec3>&, Dimension) override {}
  void vectors(Key, std::vector<Vec3>&, Dimension) override {}
  void flag(Key, bool&) override {}
  void texts(Key, std::vector<std::string>&) override {}
  void path(Key, std::filesystem::path&) override {}
  void fault(std::string_view, const std::string&) override {}

 protected:
  void choice_index(Key key, int& index, std::span<const std::string_view> names) override {
    call_item(key, names[std::size_t(index)]);
  }
  bool enter(Key key, Presence presence) override {
    if (presence == Presence::absent) return false;
    open_.emplace_back(key.name);
    return true;
  }
  void leave() override { open_.pop_back(); }
  std::size_t enter_list(Key key, std::size_t present) override {
    open_.emplace_back(key.name);
    return present;
  }
  void enter_item(std::size_t index) override { open_.push_back(std::to_string(index)); }
  void leave_list() override { open_.pop_back(); }

 private:
  std::string path(Key key) const { return fmt::format("{}.{}", join(open_, "."), key.name); }
  /// The name of a list's item is the first of its keys.
  void call_item(Key key, std::string_view name) {
    if (key.name == "name") open_.back() = name;
  }

  Visit visit_;
  std::vector<std::string> open_{"limb"};
};

void visit_numbers(limb::LimbConfig& c, const Visit& visit) {
  NumberVisitor visitor(visit);
  describe(visitor, c);
}

template <class Item>
void add_missing(std::vector<Item>& items, std::size_t names) {
  for (std::size_t i = 0; i < names; ++i) {
    const auto name = decltype(Item::name)(i);
    if (std::ranges::find(items, name, &Item::name) == items.end()) items.push_back({.name = name});
  }
}

/// A factor of 1 and a competent valve change nothing.
limb::LimbConfig with_all_items(limb::LimbConfig c) {
  add_missing(c.veins, limb::vein_names.size());
  add_missing(c.paths, limb::path_names.size());
  return c;
}

}  // namespace

std::vector<LimbNumber> limb_numbers(const limb::LimbConfig& c) {
  limb::LimbConfig all = with_all_items(c);
  std::vector<LimbNumber> numbers;
  visit_numbers(all, [&](const LimbNumber& n) {
    numbers.push_back(n);
    return std::nullopt;
  });
  return numbers;
}

bool accepts(const LimbNumber& n, double si) {
  const Limits& l = n.limits;
  return si >= l.min && si <= l.max && si > l.above && si < l.below;
}

std::string shown_limits(const LimbNumber& n) {
  const double low = std::max(n.limits.min, n.limits.above), high = std::min(n.limits.max, n.limits.below);
  std::string out;
  if (std::isfinite(low))
    out +=
        fmt::format("{} {}", low == n.limits.above ? "above" : "at least", format_quantity(low, n.dimension));
  if (std::isfinite(high))
    out += fmt::format("{}{} {}", out.empty() ? "" : " and ", high == n.limits.below ? "below" : "at most",
                       format_quantity(high, n.dimension));
  return out;
}

LimbNumber limb_number(const limb::LimbConfig& c, const std::string& key) {
  std::vector<std::string> known;
  for (const LimbNumber& n : limb_numbers(c)) {
    if (n.key == key) return n;
    known.push_back(n.key);
  }
  const std::string near = nearest(key, known);
  throw InputError(
      fmt::format("'{}' is no number of the section limb; {}", key,
                  near.empty() ? "write a key such as limb.muscle_pressure, limb.veins.soleus.capacity or "
                                 "limb.paths.popliteal.leak."
                               : fmt::format("did you mean '{}'?", near)));
}

limb::LimbConfig with_numbers(limb::LimbConfig c, std::span<const std::string> keys,
                              std::span<const double> values) {
  // Only items that a key names are added, so that what is written of the case stays short.
  const auto is_named = [&](std::string_view list, std::string_view name) {
    const std::string start = fmt::format("limb.{}.{}.", list, name);
    return std::ranges::any_of(keys, [&](const std::string& key) { return key.starts_with(start); });
  };
  const limb::LimbConfig all = with_all_items(c);
  for (std::size_t i = c.veins.size(); i < all.veins.size(); ++i)
    if (is_named("veins", limb::vein_names[std::size_t(all.veins[i].name)])) c.veins.push_back(all.veins[i]);
  for (std::size_t i = c.paths.size(); i < all.paths.size(); ++i)
    if (is_named("paths", limb::path_names[std::size_t(all.paths[i].name)])) c.paths.push_back(all.paths[i]);
  visit_numbers(c, [&](const LimbNumber& n) -> std::optional<double> {
    const auto found = std::ranges::find(keys, n.key);
    if (found == keys.end()) return std::nullopt;
    return values[std::size_t(found - keys.begin())];
  });
  return c;
}

}  // namespace soleus::study
