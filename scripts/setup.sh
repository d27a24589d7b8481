# shellcheck shell=bash
# Shared by the scripts of this folder: installs what is missing, configures and builds. What is done already is not
# done again. Sourcing it changes to the root of the project.
#   source scripts/setup.sh; install_packages; build_target all
# SOLEUS_WERROR=ON makes warnings errors.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
build=build/release
# Objects of another clone of the same sources can be reused.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

say() { printf '\n== %s\n' "$*"; }

# Runs a command as root, if this user can be root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

can_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

# quietly FILE COMMAND ...: runs a command with its messages in a file, which is shown when the command fails.
quietly() {
  local file=$1 status=0
  shift
  mkdir -p "$(dirname "$file")"
  "$@" >"$file" 2>&1 || status=$?
  if [ $status != 0 ]; then
    cat "$file" >&2
    exit $status
  fi
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Disk space that apt-get says some packages will take, "1,234 MB".
disk_space() {
  as_root env LC_ALL=C apt-get install --assume-no --no-install-recommends "$@" 2>/dev/null |
    sed -n 's/^After this operation, \(.*\) of additional disk space will be used.*/\1/p' || true
}

# install_missing NAME_OF_THE_LIST FOR_WHAT PACKAGE ...: those that are missing, after saying which and how large.
install_missing() {
  local list=$1 purpose=$2 missing=() package space
  shift 2
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} = 0 ]; then
    say "$list: all $# are installed"
    return
  fi
  say "$list: installing ${#missing[@]} of $#, $purpose: ${missing[*]}"
  if ! can_be_root; then
    echo "This needs root. As root run: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  quietly build/apt-update.log as_root apt-get update -qq
  space=$(disk_space "${missing[@]}")
  echo "They and what they need take ${space:-some space} of disk (messages in build/apt-install.log)"
  quietly build/apt-install.log \
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

install_packages() {
  local packages
  mapfile -t packages < <(sed 's/#.*//; s/ //g; /^$/d' scripts/packages.txt)
  install_missing "Packages" "see scripts/packages.txt" "${packages[@]}"
}

# ParaView with its Python modules, for the test that renders a report's open_in_paraview.py. Debian's
# python3-paraview cannot be installed beside libvtk9-dev, so it is unpacked into a folder of its own, where the test
# looks for it.
paraview_python=/opt/paraview-python
install_paraview() {
  install_missing "ParaView" "to test the pictures of open_in_paraview.py" paraview xvfb xauth
  if [ -e $paraview_python/usr/lib/python3/dist-packages/paraview/simple.py ]; then return; fi
  say "ParaView: unpacking its Python modules (python3-paraview, 110 MB) into $paraview_python"
  quietly build/apt-update.log as_root apt-get update -qq
  local folder
  folder=$(mktemp -d)
  (cd "$folder" && quietly ./download.log apt-get download -qq python3-paraview)
  quietly build/paraview-python.log as_root dpkg -x "$folder"/python3-paraview_*.deb $paraview_python
  rm -rf "$folder"
}

# Node for the viewer of report.html, Chromium to test it.
install_page_tools() {
  if command -v node >/dev/null && command -v npm >/dev/null; then
    install_missing "Browser" "to test report.html" chromium
  else
    install_missing "Node and a browser" "for the 3D of report.html and its test" nodejs npm chromium
  fi
}

# Compilers working at once: one per core, and 1.5 GB of memory for each (ITK's templates are large).
jobs() {
  local cores memory_gb
  cores=$(nproc)
  memory_gb=$(awk '/MemTotal/ { print int($2 / 1048576) }' /proc/meminfo)
  local fit=$((memory_gb * 2 / 3))
  if [ "$fit" -lt 1 ]; then fit=1; fi
  if [ "$fit" -lt "$cores" ]; then echo "$fit"; else echo "$cores"; fi
}

# The value of a CMake option in the build folder, empty if there is none.
configured() { sed -n "s/^$1:BOOL=//p" "$build/CMakeCache.txt" 2>/dev/null || true; }

# Configures the release preset.
configure() {
  say "Configure: $build (messages in $build/configure.log)"
  quietly "$build/configure.log" cmake --preset release -DSOLEUS_WERROR="$1"
}

build_target() {
  local werror=${SOLEUS_WERROR:-OFF}
  if [ ! -f "$build/build.ninja" ] || [ "$(configured SOLEUS_WERROR)" != "$werror" ]; then configure "$werror"; fi
  say "Build: $1 in $build with $(jobs) jobs"
  cmake --build --preset release --parallel "$(jobs)" --target "$1"
}
