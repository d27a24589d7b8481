#!/usr/bin/env bash
# Installs ParaView with its Python modules (600 MB), which only the test of open_in_paraview.py and its pictures need.
# Debian's python3-paraview cannot be installed beside libvtk9-dev, so it is unpacked into /opt/paraview-python instead.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "$0")/setup.sh"

python=/opt/paraview-python
if ! command -v pvbatch >/dev/null; then
  say "Packages: installing paraview xvfb xauth"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends paraview xvfb xauth
fi
if [ ! -e $python/usr/lib/python3/dist-packages/paraview/simple.py ]; then
  say "ParaView's Python modules: unpacking python3-paraview into $python"
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  (cd "$folder" && apt-get download -qq python3-paraview)
  as_root dpkg -x "$folder"/python3-paraview_*.deb $python
fi
say "ParaView is ready:"
echo "PYTHONPATH=$python/usr/lib/python3/dist-packages xvfb-run -a pvbatch RUN/report/open_in_paraview.py --screenshot picture.png"
