// What `soleus sweep --vary` says: a key of the case and the values that it takes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace soleus::study {

/// From one bound to the other in the unit that was written with them.
struct Vary {
  std::string key, unit;
  double from = 0, to = 1;
  int count = 0;  // of a grid; 0: not given
  bool logarithmic = false;
};

/// KEY=FROM:TO[:COUNT][:log], such as limb.muscle_pressure=40mmHg:200mmHg:5. Throws InputError with one
/// sentence.
Vary parse_vary(std::string_view text);
/// The same text again, to be written into scripts and tables.
std::string text_of(const Vary& v);

/// Value at `part` (0 to 1) of the way, in its unit; and as the case reads it, "40 mmHg".
double value_at(const Vary& v, double part);
std::string setting_at(const Vary& v, double part);

/// Throws InputError where two vary the same key.
void require_different_keys(std::span<const Vary> all);

}  // namespace soleus::study
