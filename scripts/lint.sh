#!/usr/bin/env bash
# Checks the form of the sources: clang-format on all of them, clang-tidy on those that differ from a branch.
#   scripts/lint.sh              clang-tidy on what differs from origin/main, or from the last commit without one
#   scripts/lint.sh --all        clang-tidy on everything (half an hour on two cores)
#   scripts/lint.sh FILE.cpp ... clang-tidy on these
#   scripts/lint.sh --format     clang-format only
# Needs clang-format 14 (other versions break lines elsewhere) and clang-tidy:
#   apt-get install --no-install-recommends clang-format-14 clang-tidy
# Exit code 77: a tool is missing. The tests run --format and are skipped then.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() { echo "$1 is missing; install it with: apt-get install $1" >&2; exit 77; }

clang_format=$(command -v clang-format-14 || command -v clang-format || true)
[[ -n $clang_format && $("$clang_format" --version) == *"version 14."* ]] || missing clang-format-14

git rev-parse >/dev/null 2>&1 || { echo "not a git checkout: which files are ours is not known" >&2; exit 77; }

sources() { git ls-files '*.hpp' '*.cpp' '*.inl' '*.cu' '*.cuh'; }

echo "== clang-format: $(sources | wc -l) files"
sources | xargs "$clang_format" --dry-run -Werror

case ${1:-} in
  --format) exit 0 ;;
  --all) files=$(git ls-files '*.cpp') ;;
  '')
    base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD)
    files=$(git diff --name-only --diff-filter=d "$base" -- '*.cpp')
    ;;
  *) files=$* ;;
esac
command -v clang-tidy >/dev/null || missing clang-tidy
if [ -z "$files" ]; then
  echo "== clang-tidy: no .cpp file differs"
  exit 0
fi

# clang cannot read the compiler's precompiled headers, so it has a build folder without them.
cmake -G Ninja -S . -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DSOLEUS_CUDA=OFF >/dev/null
compiled=$(grep -oP '"file": "\K[^"]+' build/lint/compile_commands.json)
known=()
for file in $files; do
  if grep -qxF "$PWD/$file" <<<"$compiled"; then known+=("$file"); fi
done
if [ ${#known[@]} = 0 ]; then
  echo "== clang-tidy: none of the files is compiled"
  exit 0
fi
echo "== clang-tidy: ${#known[@]} files"
printf '%s\n' "${known[@]}" | xargs -P "$(nproc)" -n 1 \
  clang-tidy -p build/lint --quiet --extra-arg="-include$PWD/scripts/itk_for_clang.hpp"
