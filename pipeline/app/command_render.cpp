#include <fmt/format.h>
#include <spawn.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "pipeline/app/case.hpp"
#include "pipeline/app/commands.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/offscreen_display.hpp"
#include "pipeline/base/progress.hpp"
#include "pipeline/base/quantity.hpp"
#include "postprocess/frames.hpp"
#include "postprocess/render.hpp"

extern char** environ;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): of POSIX

namespace soleus {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string run, view = "valve", time, output;
  bool movie = false;
};

/// Of a run's folder, or of a case that has been run into runs/NAME.
fs::path run_folder(const std::string& given) {
  if (fs::is_directory(given)) return given;
  return fs::path("runs") / read_case(given, {}).info.name;
}

/// movie.mp4 of the pictures, where ffmpeg is there.
void encode(const fs::path& folder) {
  const std::string pictures = folder / "frame_%05d.png", movie = folder / "movie.mp4";
  std::vector<std::string> words{"ffmpeg", "-loglevel", "error",   "-y",  "-framerate",    "20", "-i",
                                 pictures, "-pix_fmt",  "yuv420p", "-vf", "scale=1600:-2", movie};
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  int status = 1;
  if (posix_spawnp(&child, "ffmpeg", nullptr, nullptr, argv.data(), environ) == 0) waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    spdlog::info("{} has the pictures as a movie", movie);
  else
    spdlog::info("no ffmpeg made a movie of them; for example: ffmpeg -framerate 20 -i {} {}", pictures,
                 movie);
}

void render_movie(const Flow& flow, const fs::path& solve, View view, const fs::path& folder) {
  make_writable_folder(folder);
  const std::vector<double> times = times_of(flow, solve, view);
  Progress progress("render", double(times.size()), "pictures");
  for (std::size_t k = 0; k < times.size(); ++k) {
    render(flow, solve, view, times[k], folder / fmt::format("frame_{:05d}.png", k));
    progress.update(double(k + 1));
  }
  encode(folder);
}

void render_run(const Arguments& a) {
  const fs::path run = run_folder(a.run), solve = run / "solve";
  if (!fs::exists(solve / "flow.json"))
    throw InputError(
        fmt::format("{}: no finished run (solve/flow.json is missing); run the case first.", run.string()));
  const View view = View(std::ranges::find(view_names, a.view) - view_names.begin());
  Flow flow = load_flow(solve);
  if (flow.texts["case"].empty()) flow.texts["case"] = fs::absolute(run).lexically_normal().filename();
  const std::vector<double> times = times_of(flow, solve, view);
  const double time_s = a.time.empty() ? times.back() : parse_quantity(a.time, Dimension::time);
  if (time_s < times.front() || time_s > times.back())
    throw InputError(
        fmt::format("--time {}: the run has stored {:g} s to {:g} s.", a.time, times.front(), times.back()));
  const OffscreenDisplay display;
  if (!display.available()) throw ResourceError(fmt::format("no picture can be drawn: {}", display.reason()));
  const fs::path out =
      a.output.empty() ? run / "pictures" / (a.movie ? a.view : a.view + ".png") : fs::path(a.output);
  if (a.movie) return render_movie(flow, solve, view, out);
  make_writable_folder(fs::absolute(out).parent_path());
  render(flow, solve, view, time_s, out);
  spdlog::info("{}", out.string());
}

}  // namespace

void add_render_command(CLI::App& program) {
  const auto a = std::make_shared<Arguments>();
  CLI::App* command =
      program.add_subcommand("render", "Draw a run's fields as a picture, or as a sequence of pictures");
  command->footer(
      "Views: wall, its shear stress; valve, velocity in the plane through the vein's axis, cusps cut open; "
      "flow, "
      "streamlines.\nColours mean the same at all times of a run.\n\n"
      "Examples:\n"
      "  soleus render runs/demo-valve --view valve --time 0.35s\n"
      "  soleus render configs/demo/valve.yaml --view flow --movie");
  command->add_option("run", a->run, "A run's folder, or its case file")
      ->required()
      ->type_name("DIR|CASE.yaml");
  command->add_option("--view", a->view, "What to show")
      ->check(CLI::IsMember(std::vector<std::string>(view_names.begin(), view_names.end())))
      ->capture_default_str()
      ->type_name("NAME");
  CLI::Option* time =
      command->add_option("--time", a->time, "The stored instant nearest to it; without it the last")
          ->type_name("TIME");
  command
      ->add_flag("--movie", a->movie,
                 "All stored instants, one picture each, and movie.mp4 where ffmpeg is there")
      ->excludes(time);
  command
      ->add_option("-o,--output", a->output, "File, or folder of a movie; without it in pictures/ of the run")
      ->type_name("PATH");
  command->callback([a] { render_run(*a); });
}

}  // namespace soleus
