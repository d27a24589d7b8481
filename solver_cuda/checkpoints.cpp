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

void Checkpoints::save(const CheckpointPlace& at, const std::function<void(std::ostream&)>& write_state) {
  try {
    write(at, write_state);
  } catch (const ResourceError& e) {
    if (interrupted()) throw;
    spdlog::warn("{} The run goes on without a new checkpoint.", e.what());
  }
  saved_ = std::chrono::steady_clock::now();
}

void Checkpoints::write(const CheckpointPlace& at, const std::function<void(std::ostream&)>& write_state) {
  const fs::path file = folder_ / fmt::format("checkpoint_{}.bin", at.step);
  if (file == last_) return;  // it is there, and replacing it would leave an instant without one
  write_file(file, write_state);
  const json told = {{"version", version},
                     {"run", of_run_},
                     {"step", at.step},
                     {"time_s", at.time_s},
                     {"file", file.filename().string()},
                     {"hash", hash_path(file)}};
  write_file(note(), told.dump(2) + "\n");
  last_ = file;
  clear();
}

void Checkpoints::load(const std::function<void(std::istream&)>& read) {
  if (!fs::exists(note())) return;
  const auto begin_anew = [this](const std::string& why) {
    spdlog::warn("{}: {}; the run starts from the beginning", note().string(), why);
    fs::remove(note());
    clear();
  };
  try {
    const json told = json::parse(read_file(note()));
    const fs::path file = folder_ / told.at("file").get<std::string>();
    if (told.at("version") != version || told.at("run") != of_run_)
      return begin_anew("of another case, program or processor");
    if (!fs::exists(file)) return begin_anew("its state is not there");
    if (hash_path(file) != told.at("hash")) return begin_anew("its state is damaged");
    std::ifstream in(file, std::ios::binary);
    read(in);
    last_ = file;
    clear();
    spdlog::info("solve: goes on from step {}, t = {:.4g} s, where an earlier run was stopped",
                 told.at("step").get<std::int64_t>(), told.at("time_s").get<double>());
  } catch (const json::exception& e) {
    begin_anew(fmt::format("damaged ({})", e.what()));
  }
}

void Checkpoints::clear() const {
  std::vector<fs::path> others;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    const bool ours = name.starts_with("checkpoint_") || name.starts_with(".checkpoint");
    if (ours && entry.path() != last_) others.push_back(entry.path());
  }
  for (const fs::path& file : others) fs::remove(file);
}

}  // namespace soleus
