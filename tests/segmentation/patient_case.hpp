// Runs the segmentation of a case of configs/patients.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "pipeline/app/case.hpp"
#include "segmentation/segmentation.hpp"
#include "tests/segmentation/sample_volumes.hpp"
#include "tests/segmentation/scratch_folder.hpp"

namespace soleus {

struct SegmentedCase {
  Case settings;
  Labels labels;
  nlohmann::json quality;
};

/// The test data must be there.
inline SegmentedCase segment_patient(const std::string& name) {
  setenv("SOLEUS_DATA", std::filesystem::absolute(*test_data()).c_str(), 1);
  const ScratchFolder folder;
  SegmentedCase out{.settings = read_case(SOLEUS_SOURCE_DIR "/configs/patients/" + name + ".yaml", {}),
                    .labels = {},
                    .quality = {}};
  out.labels = segment(*out.settings.segmentation, read_image(*out.settings.image), folder.path());
  std::ifstream(folder.path() / "quality.json") >> out.quality;
  return out;
}

class Anatomy : public testing::Test {
 protected:
  void SetUp() override {
    if (!test_data()) GTEST_SKIP() << "SOLEUS_DATA is not set and ../shared/data does not exist";
  }
};

}  // namespace soleus
