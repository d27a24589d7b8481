#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/app/machine.hpp"
#include "pipeline/app/preflight.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

Preflight small() {
  Preflight p;
  p.fluid_cells = 12345;
  p.stored_cells = 20000;
  p.dx_m = 5e-4;
  p.dt_s = 1e-4;
  p.lattice_compliance_m3_pa = 1.7e-9;
  p.steps = 20000;
  p.memory_bytes = 2e6;
  p.disk_bytes = 3e6;
  p.seconds = 125;
  p.notes = {"a narrow vessel."};
  return p;
}

TEST(PreflightTable, ShowsWhatTheRunTakes) {
  const std::string text = table(small());
  for (const char* line :
       {"fluid cells           12345 of 20000 stored\n", "cell size dx          0.5 mm\n",
        "time step dt          100 us\n", "steps                 20000\n",
        "lattice compliance    1.7e-09 m3/Pa (1.7 mL stored per kPa)\n", "memory                2 MB\n",
        "disk                  3 MB\n", "expected time         2 min\n", "note: a narrow vessel.\n"})
    EXPECT_THAT(text, testing::HasSubstr(line));
}

TEST(Preflight, LetsThroughWhatFits) {
  EXPECT_NO_THROW(refuse_what_does_not_fit(small(), "."));
}

TEST(Preflight, RefusesWhatMemoryCannotHold) {
  Preflight p = small();
  p.memory_bytes = 1e18;
  try {
    refuse_what_does_not_fit(p, ".");
    FAIL() << "accepted";
  } catch (const ResourceError& e) {
    EXPECT_THAT(e.what(),
                testing::MatchesRegex(
                    "the run needs 1000000000.0 GB of memory and .* are free; use a larger solver.dx "
                    ".memory falls with its cube.\\."));
  }
}

TEST(Preflight, RefusesWhatTheDiskCannotHold) {
  Preflight p = small();
  p.disk_bytes = 1e18;
  EXPECT_THROW(refuse_what_does_not_fit(p, "."), ResourceError);
}

TEST(Machine, KnowsItsMemoryAndThreads) {
  EXPECT_GT(available_memory_bytes(), 1e6);
  EXPECT_GT(peak_memory_bytes(), 1e6);
  EXPECT_GE(default_threads(), 1);
}

}  // namespace
}  // namespace soleus
