#!/bin/sh
# bundle.sh NPM SOURCE BUILD: makes BUILD/viewer.js of SOURCE/src and the packages of its lock file; an empty one
# when they cannot be had, so that the program is built without a network.
npm=$1 source=$2 build=$3
mkdir -p "$build" && cd "$build" || exit 1
cp "$source/package.json" "$source/package-lock.json" . && rm -rf src && cp -r "$source/src" src
if ! cmp -s package-lock.json node_modules/.installed; then
  "$npm" ci --no-audit --no-fund >npm.log 2>&1 && cp package-lock.json node_modules/.installed
fi
# esbuild writes "</script" in strings as "<\/script".
if cmp -s package-lock.json node_modules/.installed &&
  node_modules/.bin/esbuild src/main.js --bundle --minify --format=iife --legal-comments=none \
    --outfile=viewer.js --log-level=error; then
  exit 0
fi
echo "report.html: npm got no packages (see $build/npm.log); pages have pictures instead of 3D"
: >viewer.js
