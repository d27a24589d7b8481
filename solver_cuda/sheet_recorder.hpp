// What a run leaves behind of the sheets in its fluid: columns of the series, and fields over time.
#pragma once

#include <filesystem>
#include <vector>

#include "pipeline/base/artifacts/flow.hpp"
#include "solver_cuda/output/field_writer.hpp"
#include "solver_cuda/snapshot.hpp"

namespace soleus {

class SheetRecorder {
 public:
  SheetRecorder(const Setup& setup, const std::filesystem::path& folder, const RunLabel& label);

  void sample(Series& series, const Snapshot& now) const;
  void frame(const Snapshot& now);
  template <class Archive>
  void serialize(Archive& a) {
    for (SeriesWriter& w : writers_) a(w);
  }

 private:
  const Setup& setup_;
  std::vector<SeriesWriter> writers_;  // [sheets]
  std::vector<char> closed_;           // [sheets]
};

}  // namespace soleus
