#!/usr/bin/env bash
# Installs what is missing (asks for sudo if needed), builds everything and runs the tests, about ten minutes on two cores.
# One of the tests is the format of the sources; clang-tidy is left to scripts/lint.sh, it takes longer than all of this.
# Arguments go to ctest:  scripts/test.sh -R Phantom
# The long validation cases are in scripts/validate.sh.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "$0")/setup.sh"

echo "Soleus tests: 1. install missing packages, what only the tests need too  2. build everything  3. run the tests"
install_packages
# Where the distribution has another version only, the test of the format is skipped.
if apt-cache show clang-format-14 >/dev/null 2>&1; then
  install_missing "Formatter" "to test the format of the sources" clang-format-14
fi
install_paraview
install_page_tools
build_target all
say "Tests: ctest --preset release $*"
ctest --preset release "$@"
