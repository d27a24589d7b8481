// Reads the source tree and holds the rules of docs/architecture.md: who may include whom, where foreign
// headers may appear, how long a file may get.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Source {
  std::string path;  // relative to the root: "meshing/cut.cpp"
  std::vector<std::string> lines;
  std::vector<std::string> own;      // included with "..."
  std::vector<std::string> foreign;  // included with <...>
};

const std::vector<std::string> folders{"pipeline/base", "segmentation", "meshing",
                                       "solver_cuda",   "postprocess",  "pipeline/app"};

Source read(const fs::path& root, const fs::path& file) {
  static const std::regex own(R"(^\s*#\s*include\s*"([^"]+)\")"), foreign(R"(^\s*#\s*include\s*<([^>]+)>)");
  Source s{file.lexically_relative(root).generic_string(), {}, {}, {}};
  std::ifstream in(file);
  std::smatch found;
  for (std::string line; std::getline(in, line); s.lines.push_back(line)) {
    if (std::regex_search(line, found, own)) s.own.push_back(found[1]);
    if (std::regex_search(line, found, foreign)) s.foreign.push_back(found[1]);
  }
  return s;
}

const std::map<std::string, Source>& sources() {
  static const std::set<std::string> code{".hpp", ".cpp", ".inl", ".cu", ".cuh"};
  static const std::map<std::string, Source> all = [] {
    std::map<std::string, Source> found;
    const fs::path root = SOLEUS_SOURCE;
    for (const auto& folder : folders)
      for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        const std::string extension = entry.path().extension();
        if (!code.contains(extension)) continue;
        Source s = read(root, entry.path());
        found.emplace(s.path, std::move(s));
      }
    return found;
  }();
  return all;
}

bool is_in(const std::string& path, const std::string& folder) {
  return path.starts_with(folder + "/");
}

bool is_in_any(const std::string& path, const std::vector<std::string>& places) {
  for (const auto& place : places)
    if (path == place || is_in(path, place)) return true;
  return false;
}

std::string stage_of(const std::string& path) {
  for (const auto& folder : folders)
    if (is_in(path, folder)) return folder;
  return "";
}

bool is_foreign_library(const std::string& header) {
  static const std::regex library(R"(^(itk|vnl|vtk|gdcm|yaml-cpp|cuda|cub|thrust))");
  return std::regex_search(header, library);
}

/// `file` and everything it includes of ours.
void collect(const std::string& file, std::set<std::string>& seen) {
  if (!sources().contains(file) || !seen.insert(file).second) return;
  for (const auto& include : sources().at(file).own) collect(include, seen);
}

TEST(Architecture, ScannerReadsTheTree) {
  for (const auto& folder : folders) {
    int count = 0;
    for (const auto& [path, source] : sources()) count += is_in(path, folder);
    EXPECT_GT(count, 2) << folder;
  }
}

TEST(Architecture, StagesIncludeOnlyTheBaseAndThemselves) {
  for (const auto& [path, source] : sources()) {
    const std::string stage = stage_of(path);
    if (stage == "pipeline/app") continue;
    for (const auto& include : source.own) {
      const std::string other = stage_of(include);
      EXPECT_TRUE(other == stage || other == "pipeline/base") << path << " includes " << include;
    }
  }
}

TEST(Architecture, IncludesArePathsFromTheRoot) {
  for (const auto& [path, source] : sources())
    for (const auto& include : source.own) {
      const bool generated = include == "postprocess/open_in_paraview.hpp";
      EXPECT_TRUE(sources().contains(include) || generated) << path << " includes " << include;
    }
}

TEST(Architecture, PublicHeadersNeedNoForeignLibrary) {
  // Public is what another folder includes, and all that this includes in turn.
  std::set<std::string> shared;
  for (const auto& [path, source] : sources())
    for (const auto& include : source.own)
      if (stage_of(include) != stage_of(path)) collect(include, shared);
  ASSERT_GT(shared.size(), 15u);
  for (const auto& path : shared)
    for (const auto& header : sources().at(path).foreign)
      EXPECT_FALSE(is_foreign_library(header)) << path << " includes " << header;
}

TEST(Architecture, EachLibraryHasItsPlace) {
  const std::vector<std::pair<std::regex, std::vector<std::string>>> places{
      {std::regex("^(itk|vnl|gdcm)"), {"segmentation"}},
      {std::regex("^vtk"), {"meshing", "postprocess", "solver_cuda/output"}},
      {std::regex("^yaml-cpp"),
       {"pipeline/base/yaml_tree.hpp", "pipeline/base/yaml_tree.cpp", "pipeline/base/yaml_reader.cpp"}},
      {std::regex("^(cuda|cub|thrust)"), {"solver_cuda/backend"}}};
  for (const auto& [path, source] : sources())
    for (const auto& header : source.foreign)
      for (const auto& [library, allowed] : places)
        EXPECT_TRUE(!std::regex_search(header, library) || is_in_any(path, allowed))
            << path << " includes " << header;
}

TEST(Architecture, SolverLayersPointDownwards) {
  // physics <- state <- {geometry, backend} <- kernels <- solver; output stands beside them. Posture and
  // muscles over time are of the limb, which knows no lattice; they move walls.
  const std::string s = "solver_cuda/";
  const std::vector<std::string> settings{s + "config.hpp", s + "choices.hpp", s + "scales.hpp"};
  std::map<std::string, std::vector<std::string>> allowed;
  allowed["physics"] = {s + "physics"};
  allowed["state"] = {s + "physics", s + "state"};
  allowed["backend"] = {s + "physics", s + "state", s + "backend", settings[0], settings[1], settings[2]};
  allowed["geometry"] = {
      s + "physics",        s + "state", s + "backend", s + "geometry", s + "limb/schedule.hpp",
      s + "limb/units.hpp", settings[0], settings[1],   settings[2]};
  allowed["kernels"] = {s + "physics", s + "state", s + "backend", s + "geometry",
                        s + "kernels", settings[0], settings[1],   settings[2]};
  allowed["output"] = {s + "output", settings[0]};
  for (const auto& [path, source] : sources())
    for (const auto& [layer, below] : allowed)
      for (const auto& include : source.own)
        EXPECT_TRUE(!is_in(path, s + layer) || !is_in(include, "solver_cuda") || is_in_any(include, below))
            << path << " includes " << include;
}

TEST(Architecture, PhysicsKnowsNoMemoryDeviceOrSettings) {
  for (const auto& [path, source] : sources()) {
    if (!is_in(path, "solver_cuda/physics")) continue;
    for (const auto& include : source.own)
      EXPECT_TRUE(is_in_any(include, {"solver_cuda/physics", "pipeline/base/hd.hpp", "pipeline/base/vec3.hpp",
                                      "pipeline/base/artifacts/sheet_material.hpp"}))  // numbers only
          << path << " includes " << include;
    for (const auto& header : source.foreign)
      EXPECT_FALSE(header == "vector" || header == "memory" || header == "fstream" || header == "filesystem")
          << path << " includes " << header;
  }
}

TEST(Architecture, ConditionalCompilationStaysInTheBackend) {
  static const std::regex conditional(R"(^\s*#\s*(if|ifdef|ifndef|define)\b)");
  for (const auto& [path, source] : sources()) {
    if (is_in_any(path, {"solver_cuda/backend", "pipeline/base/hd.hpp"})) continue;
    for (std::size_t i = 0; i < source.lines.size(); ++i)
      EXPECT_FALSE(std::regex_search(source.lines[i], conditional))
          << path << ":" << i + 1 << ": " << source.lines[i];
  }
}

TEST(Architecture, FilesStayShort) {
  constexpr std::size_t longest = 400;
  const std::map<std::string, std::string> reasons{};  // path -> why it may be longer
  for (const auto& [path, source] : sources()) {
    if (source.lines.size() > longest)
      EXPECT_TRUE(reasons.contains(path)) << path << " has " << source.lines.size() << " lines";
    else
      EXPECT_FALSE(reasons.contains(path)) << path << " is short again; take it off the list";
  }
}

TEST(Architecture, EveryFolderSaysWhatItIsFor) {
  for (const auto& folder : folders) {
    const fs::path readme = fs::path(SOLEUS_SOURCE) / folder / "README.md";
    ASSERT_TRUE(fs::exists(readme)) << readme;
    std::ifstream in(readme);
    int lines = 0;
    for (std::string line; std::getline(in, line);) ++lines;
    EXPECT_LE(lines, 75) << readme;
  }
}

}  // namespace
