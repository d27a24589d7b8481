#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>
#include <regex>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/quantity.hpp"

namespace soleus {
namespace {

std::vector<Dimension> all_dimensions() {
  std::vector<Dimension> all;
  for (int d = int(Dimension::number); d <= int(Dimension::radiodensity); ++d) all.push_back(Dimension(d));
  return all;
}

std::string message(std::string_view text, Dimension d) {
  try {
    parse_quantity(text, d);
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Quantity, ConvertsToSi) {
  EXPECT_DOUBLE_EQ(parse_quantity("8 mm", Dimension::length), 8e-3);
  EXPECT_DOUBLE_EQ(parse_quantity("0.8 cm", Dimension::length), 8e-3);
  EXPECT_DOUBLE_EQ(parse_quantity("2 mL", Dimension::volume), 2e-6);
  EXPECT_DOUBLE_EQ(parse_quantity("60 mL/min", Dimension::flow), 1e-6);
  EXPECT_DOUBLE_EQ(parse_quantity("1.5 min", Dimension::time), 90);
  EXPECT_DOUBLE_EQ(parse_quantity("180 deg", Dimension::angle), std::numbers::pi);
  EXPECT_DOUBLE_EQ(parse_quantity("1 mmHg", Dimension::pressure), 133.322387415);
  EXPECT_DOUBLE_EQ(parse_quantity("1 mmHg/cm", Dimension::pressure_gradient), 13332.2387415);
  EXPECT_DOUBLE_EQ(parse_quantity("3.5 cP", Dimension::viscosity), 3.5e-3);
  EXPECT_DOUBLE_EQ(parse_quantity("1.06 g/mL", Dimension::density), 1060);
  EXPECT_DOUBLE_EQ(parse_quantity("50 %", Dimension::number), 0.5);
}

TEST(Quantity, TakesBlanksSignsAndExponents) {
  EXPECT_DOUBLE_EQ(parse_quantity("  +8mm ", Dimension::length), 8e-3);
  EXPECT_DOUBLE_EQ(parse_quantity("-4e-2 mPa  s", Dimension::viscosity), -4e-5);
  EXPECT_DOUBLE_EQ(parse_quantity(".5", Dimension::number), 0.5);
}

TEST(Quantity, NamesTheTextAndWhatToWrite) {
  EXPECT_EQ(message("8", Dimension::length),
            "'8' has no unit; write for example 8 mm or 0.8 cm (accepted units: m, mm, cm, um)");
  EXPECT_EQ(message("8 kg", Dimension::length),
            "'8 kg' is not a length; write for example 8 mm or 0.8 cm (accepted units: m, mm, cm, um)");
  EXPECT_EQ(message("wide", Dimension::number), "'wide' is not a number; write for example 0.5 or 50 %");
}

TEST(Quantity, RefusesWhatIsNotFinite) {
  EXPECT_NE(message("nan mm", Dimension::length), "accepted");
  EXPECT_NE(message("inf mm", Dimension::length), "accepted");
  EXPECT_NE(message("", Dimension::number), "accepted");
  EXPECT_NE(message("1 2 mm", Dimension::length), "accepted");
}

TEST(Quantity, FormatParsesBackForEveryDimension) {
  for (const Dimension d : all_dimensions())
    for (const double si : {0.0, 1.0, -1.0, 3.3333333333e-7, 0.0021, 1234.5678, -7.77e5}) {
      const std::string text = format_quantity(si, d);
      EXPECT_NEAR(parse_quantity(text, d), si, 1e-9 * std::abs(si)) << text;
    }
}

TEST(Quantity, FormatUsesTheUnitPeopleUse) {
  EXPECT_EQ(format_quantity(0.008, Dimension::length), "8 mm");
  EXPECT_EQ(format_quantity(12 * 133.322387415, Dimension::pressure), "12 mmHg");
  EXPECT_EQ(format_quantity(2.0, Dimension::pressure), "2 Pa");
  EXPECT_EQ(format_quantity(250e-6 / 60, Dimension::flow), "250 mL/min");
  EXPECT_EQ(format_quantity(25e-6, Dimension::time), "25 us");
}

TEST(Quantity, ExampleAndUnitsAreAccepted) {
  for (const Dimension d : all_dimensions()) {
    const std::string examples(example(d));
    EXPECT_EQ(message(examples.substr(0, examples.find(" or ")), d), "accepted") << examples;
    const std::string units = accepted_units(d), si_unit = units.substr(0, units.find(','));
    EXPECT_EQ(message("1 " + si_unit, d), "accepted");
    EXPECT_DOUBLE_EQ(parse_quantity("1 " + si_unit, d), 1);
  }
}

TEST(Quantity, PatternAcceptsWhatTheParserAccepts) {
  for (const Dimension d : all_dimensions()) {
    const std::regex accepted(pattern(d));
    for (const char* text :
         {"8 mm", "8", "8 kg", "-1.5e3 Pa", "2 Pa s", "3 mPa s", "50 %", "4 1/min", "7 m3/s", "x", "1 HU"})
      EXPECT_EQ(std::regex_match(text, accepted), message(text, d) == "accepted")
          << text << " as " << name(d);
  }
}

TEST(Quantities, ReadThreeNumbersAndOneUnit) {
  EXPECT_EQ(parse_quantities("12 -40.5 230 mm", Dimension::length), (Vec3{12, -40.5, 230} * 1e-3));
  EXPECT_EQ(parse_quantities("0 0 -1", Dimension::number), (Vec3{0, 0, -1}));
  EXPECT_THROW(parse_quantities("12 -40.5 mm", Dimension::length), InputError);
  EXPECT_THROW(parse_quantities("12 -40.5 230", Dimension::length), InputError);
}

}  // namespace
}  // namespace soleus
