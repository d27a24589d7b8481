// Values with units, as users write them: "8 mm", "12 mmHg", "250 mL/min". Inside the program everything is
// SI.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/base/vec3.hpp"

namespace soleus {

enum class Dimension {
  number,             // 1, or %
  length,             // m
  area_rate,          // m2/s
  volume,             // m3
  time,               // s
  angle,              // rad
  velocity,           // m/s
  acceleration,       // m/s2
  flow,               // m3/s
  pressure,           // Pa
  pressure_gradient,  // Pa/m, also a body force per volume
  density,            // kg/m3
  viscosity,          // Pa s
  radiodensity,       // Hounsfield units; grey values as stored, in other images than CT
};

/// Parses `text` ("8 mm") as a value of the given dimension and returns it in SI.
/// Throws InputError with a sentence that names the text and lists accepted units ("8 mm", "0.8 cm").
double parse_quantity(std::string_view text, Dimension dimension);

/// Three numbers with one unit, "12 -40.5 230 mm".
Vec3 parse_quantities(std::string_view text, Dimension dimension);

/// "length", "pressure gradient": how messages call it.
std::string_view name(Dimension dimension);

/// Every unit that parse_quantity takes, "m, mm, cm, um", the SI unit first; empty for pure numbers.
std::string accepted_units(Dimension dimension);

/// Example texts for messages, schema and documentation: "8 mm or 0.8 cm".
std::string_view example(Dimension dimension);

/// A regular expression (ECMA) that accepts what parse_quantity accepts, for the JSON Schema.
std::string pattern(Dimension dimension);
/// The same for parse_quantities.
std::string pattern_of_three(Dimension dimension);

/// The value in the unit people use for it, "8 mm", "12 mmHg"; parses back to the same value within 1e-9
/// relative.
std::string format_quantity(double si, Dimension dimension);
std::string format_quantities(const Vec3& si, Dimension dimension);

}  // namespace soleus
