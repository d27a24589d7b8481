#include "solver_cuda/checkpoints.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/hash.hpp"
#include "pipeline/base/progress.hpp"
#include "solver_cuda/solver.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int version = 1;

}  // namespace

Checkpoints::Checkpoints(fs::path folder, double interval_s, std::string of_run)
    : folder_(std::move(folder)), interval_s_(interval_s), of_run_(std::move(of_run)) {}

fs::path Checkpoints::note() const {
  return folder_ / checkpoint_file;
}

bool Checkpoints::due() const {
  const double since_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - saved_).count();
  return since_s >= interval_s_ || interrupted();
}

void Checkpoints::save(const CheckpointPlace& at, const std::function<void(std::ostream&)>& write) {
  const fs::path before = last_, file = folder_ / fmt::format("checkpoint_{}.bin", at.step);
  write_file(file, write);
  const json told = {{"version", version},
                     {"run", of_run_},
                     {"step", at.step},
                     {"time_s", at.time_s},
                     {"file", file.filename().string()},
                     {"hash", hash_path(file)}};
  write_file(note(), told.dump(2) + "\n");
  last_ = file;
  if (!before.empty() && before != file) fs::remove(before);
  saved_ = std::chrono::steady_clock::now();
}

void Checkpoints::load(const std::function<void(std::istream&)>& read) {
  if (!fs::exists(note())) return;
  const auto begin_anew = [this](const std::string& why) {
    spdlog::warn("{}: {}; the run starts from the beginning", note().string(), why);
    remove();
  };
  try {
    const json told = json::parse(read_file(note()));
    const fs::path file = folder_ / told.at("file").get<std::string>();
    if (told.at("version") != version || told.at("run") != of_run_) return begin_anew("of another run");
    if (hash_path(file) != told.at("hash")) return begin_anew("damaged");
    std::ifstream in(file, std::ios::binary);
    read(in);
    last_ = file;
    spdlog::info("solve: goes on from step {}, t = {:.4g} s, where an earlier run was stopped",
                 told.at("step").get<std::int64_t>(), told.at("time_s").get<double>());
  } catch (const json::exception& e) {
    begin_anew(fmt::format("damaged ({})", e.what()));
  } catch (const InputError& e) {
    begin_anew(e.what());
  }
}

void Checkpoints::remove() {
  std::vector<fs::path> ours;
  for (const auto& entry : fs::directory_iterator(folder_))
    if (entry.path().filename().string().starts_with("checkpoint")) ours.push_back(entry.path());
  for (const fs::path& file : ours) fs::remove(file);
  last_.clear();
}

}  // namespace soleus
