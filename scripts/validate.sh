#!/usr/bin/env bash
# The long cases that test.sh leaves out: real anatomy (from SOLEUS_DATA) and fine verification grids.
# Arguments go to ctest:  scripts/validate.sh -R RightCalf
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "$0")/setup.sh"

echo "Soleus validation: 1. install missing packages  2. build everything  3. run the validation cases (an hour or more)"
install_packages
build_target all
say "Validation: ctest --preset validation $*"
ctest --preset validation "$@"
