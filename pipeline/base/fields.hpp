// The one table of configuration keys. Each section is a plain struct with a function
//
//     void describe(Fields& f, FluidConfig& c) {
//       f.quantity({"density", "Mass density of blood."}, c.density_kg_m3, Dimension::density, {.above = 0});
//     }
//
// and every use of the keys is a visitor of that function: the YAML reader, the JSON Schema,
// docs/configuration.md and the settings that go into a stage's hash. The value a struct has when visited is
// the default of the key.
#pragma once

#include <array>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/base/quantity.hpp"
#include "pipeline/base/vec3.hpp"

namespace soleus {

/// Name and one-sentence meaning of a key. A required key has no default.
struct Key {
  std::string_view name;
  std::string_view doc;
  bool required = false;
};

/// Accepted values, in SI. `above`/`below` are exclusive, `min`/`max` inclusive.
struct Limits {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  double above = -std::numeric_limits<double>::infinity();
  double below = std::numeric_limits<double>::infinity();
};

class Fields {
 public:
  virtual ~Fields() = default;

  /// A value with a unit: `8 mm`, `12 mmHg`. Stored in SI.
  virtual void quantity(Key key, double& si, Dimension dimension, Limits limits = {}) = 0;
  virtual void quantity(Key key, std::optional<double>& si, Dimension dimension, Limits limits = {}) = 0;
  /// A list of values with units: `[0.5 mm, 1 mm]`.
  virtual void quantities(Key key, std::vector<double>& si, Dimension dimension, Limits limits = {}) = 0;
  /// Three values with one unit, `12 -40.5 230 mm`, or `[12 mm, -4.05 cm, 230 mm]`. Directions use
  /// Dimension::number.
  virtual void vector(Key key, Vec3& si, Dimension dimension) = 0;
  virtual void vector(Key key, std::optional<Vec3>& si, Dimension dimension) = 0;
  virtual void vectors(Key key, std::vector<Vec3>& si, Dimension dimension) = 0;
  /// A pure number.
  virtual void number(Key key, double& value, Limits limits = {}) = 0;
  virtual void integer(Key key, int& value, Limits limits = {}) = 0;
  virtual void flag(Key key, bool& value) = 0;
  virtual void text(Key key, std::string& value) = 0;
  virtual void texts(Key key, std::vector<std::string>& value) = 0;
  /// A file or folder, relative to the case file; reported when it does not exist. Empty means not given.
  /// `${NAME}` and
  /// `${NAME:-DEFAULT}` stand for environment variables.
  virtual void path(Key key, std::filesystem::path& value) = 0;

  /// One of a few names; `names[i]` is the spelling of enumerator i.
  template <class Enum>
  void choice(Key key, Enum& value, std::span<const std::string_view> names) {
    int index = static_cast<int>(value);
    choice_index(key, index, names);
    value = static_cast<Enum>(index);
  }

  template <class Section>
  void section(Key key, Section& value) {
    if (!enter(key, Presence::always)) return;
    describe(*this, value);
    leave();
  }

  /// A section that may be absent.
  template <class Section>
  void section(Key key, std::optional<Section>& value) {
    if (!enter(key, value ? Presence::present : Presence::absent)) return;
    if (!value) value.emplace();
    describe(*this, *value);
    leave();
  }

  /// A list of sections. Visitors that only describe (schema, documentation) see one example item.
  template <class Section>
  void list(Key key, std::vector<Section>& items) {
    const std::size_t n = enter_list(key, items.size());
    items.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      enter_item(i);
      describe(*this, items[i]);
      leave();
    }
    leave_list();
  }

  /// A fault that involves several keys of the section being read, such as two doors given at once; a
  /// complete sentence.
  virtual void fault(std::string_view key, const std::string& sentence) = 0;

 protected:
  virtual void choice_index(Key key, int& index, std::span<const std::string_view> names) = 0;
  /// Whether a section is a plain member, or an optional one that is absent or present before the visit.
  enum class Presence { always, absent, present };
  /// False: the visitor does not want to see the section (for a reader: it is optional and not given).
  virtual bool enter(Key key, Presence presence) = 0;
  virtual void leave() = 0;
  virtual std::size_t enter_list(Key key, std::size_t present) = 0;
  virtual void enter_item(std::size_t index) = 0;
  virtual void leave_list() = 0;
};

}  // namespace soleus
