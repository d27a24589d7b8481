#!/usr/bin/env bash
# Installs ParaView with its Python modules (800 MB), as test.sh does: for the test of open_in_paraview.py, and to render
# pictures of a run without a window. Soleus itself does not need it.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "$0")/setup.sh"

install_paraview
say "A picture of a run:"
echo "PYTHONPATH=$paraview_python/usr/lib/python3/dist-packages xvfb-run -a pvbatch RUN/report/open_in_paraview.py --screenshot picture.png"
