#!/usr/bin/env bash
# Checks the form of the sources: clang-format on all of them, clang-tidy on those that differ from a branch.
#   scripts/lint.sh              clang-tidy on what differs from origin/main, or from the last commit without one
#   scripts/lint.sh --all        clang-tidy on everything (half an hour on two cores)
#   scripts/lint.sh FILE.cpp ... clang-tidy on these
#   scripts/lint.sh --format     clang-format only
# Needs clang-format and clang-tidy: apt-get install --no-install-recommends clang-format clang-tidy
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in clang-format clang-tidy; do
  command -v $tool >/dev/null || { echo "$tool is missing; install it with: apt-get install $tool" >&2; exit 1; }
done

sources() { git ls-files '*.hpp' '*.cpp' '*.cu' '*.cuh'; }

echo "== clang-format: $(sources | wc -l) files"
sources | xargs clang-format --dry-run -Werror

case ${1:-} in
  --format) exit 0 ;;
  --all) files=$(git ls-files '*.cpp') ;;
  '')
    base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD)
    files=$(git diff --name-only --diff-filter=d "$base" -- '*.cpp')
    ;;
  *) files=$* ;;
esac
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
printf '%s\n' "${known[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy -p build/lint --quiet
