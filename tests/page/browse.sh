#!/bin/sh
# browse.sh WRITE_PAGE MODULES: a page of two made-up runs in Chromium. Exit code 77: skipped, something is missing.
for tool in node "${CHROMIUM:-chromium}"; do
  command -v "$tool" >/dev/null || { echo "NOT TESTED: $tool is missing"; exit 77; }
done
[ -e "$2/playwright-core" ] || { echo "NOT TESTED: the viewer was built without npm"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" --made-up "$folder" && "$1" "$folder/page.html" "$folder/much" "$folder/little" || exit 1
node "$(dirname "$0")/browse.mjs" "$2" "$folder/page.html"
