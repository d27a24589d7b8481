#!/usr/bin/env bash
# From nothing to a simulated calf: installs what is missing (asks for sudo if needed), builds the program and runs
# configs/demo/calf.yaml: phantom image -> segmentation -> mesh -> two contractions of the calf -> report.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "$0")/setup.sh"

case=configs/demo/calf.yaml
output=runs/demo-calf

echo "Soleus demo: 1. install missing packages  2. build the program  3. run $case (minutes on two cores)"
install_packages
build_target soleus
say "Run: soleus run $case --output $output"
"$build/bin/soleus" run "$case" --output "$output"

say "Done: $root/$output"
echo "Overlays of the veins:  $output/segmentation/"
echo "Figures:                $output/report/"
echo "ParaView:               paraview --script=$output/report/open_in_paraview.py"
