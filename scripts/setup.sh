# shellcheck shell=bash
# Shared by demo.sh and test.sh: installs what is missing, configures and builds. What is done already is not done again.
#   source scripts/setup.sh; setup TARGET
# SOLEUS_WERROR=ON makes warnings errors.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release
# Objects of another clone of the same sources can be reused.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

say() { printf '\n== %s\n' "$*"; }

packages() { sed 's/#.*//' "$root/scripts/packages.txt" | xargs; }

# Runs a command as root, if this user can be root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
  local missing=() package
  for package in $(packages); do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  if [ ${#missing[@]} = 0 ]; then
    say "Packages: all $(packages | wc -w) are installed"
    return
  fi
  say "Packages: installing ${#missing[@]} (of $(packages | wc -w), see scripts/packages.txt): ${missing[*]}"
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    echo "This needs root. As root run: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
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

# Configures the release preset; its messages go to a file and are shown when it fails.
configure() {
  say "Configure: build/release (messages in build/release/configure.log)"
  mkdir -p "$build"
  if ! (cd "$root" && cmake --preset release -DSOLEUS_WERROR="$1") >"$build/configure.log" 2>&1; then
    cat "$build/configure.log" >&2
    exit 1
  fi
}

build_target() {
  local werror=${SOLEUS_WERROR:-OFF}
  if [ ! -f "$build/build.ninja" ] || [ "$(configured SOLEUS_WERROR)" != "$werror" ]; then configure "$werror"; fi
  say "Build: $1 in build/release with $(jobs) jobs"
  (cd "$root" && cmake --build --preset release --parallel "$(jobs)" --target "$1")
}

setup() {
  install_packages
  build_target "$1"
  cd "$root" || exit 1
}
