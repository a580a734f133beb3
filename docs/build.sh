#!/bin/bash
# Builds the documentation of the library from its comments and Sources/Tacit/Tacit.docc, with the toolchain alone.
# Usage: build.sh FOLDER-OF-A-BUILD OUTPUT.doccarchive   (the folder that `swift build --show-bin-path` names)
set -euo pipefail
build=$1 output=$2
root=$(cd "$(dirname "$0")/.." && pwd)
swift=$(dirname "$(readlink -f "$(command -v swiftc)")")
work=$(mktemp -d "${TMPDIR:-/tmp}/tacit-docs.XXXXXX")
trap 'rm -rf "$work"' EXIT
target=$("$swift/swiftc" -print-target-info | python3 -c 'import json, sys; print(json.load(sys.stdin)["target"]["triple"])')

# Module maps of C: ours, the libraries', and those that the build made.
imports=(-I "$build/Modules")
while IFS= read -r map; do
  imports+=(-I "$(dirname "$map")")
done < <(find "$root/Sources" "$root/.build/checkouts" -name module.modulemap 2>/dev/null)
for map in "$build"/*.build/module.modulemap; do
  [ -e "$map" ] && imports+=(-Xcc "-fmodule-map-file=$map")
done

# What Tacit exports of other modules belongs to its documentation.
mkdir "$work/graphs"
"$swift/swift-symbolgraph-extract" -module-name Tacit -target "$target" "${imports[@]}" \
  -experimental-allowed-reexported-modules=Inference,CKKS,Secrets \
  -skip-synthesized-members -skip-inherited-docs -minimum-access-level public -output-dir "$work/graphs"

rm -rf "$output"
mkdir -p "$(dirname "$output")"
"$swift/docc" convert "$root/Sources/Tacit/Tacit.docc" --additional-symbol-graph-dir "$work/graphs" \
  --output-dir "$output" --fallback-bundle-identifier org.tacit.Tacit --fallback-display-name Tacit \
  --fallback-default-module-kind Library --warnings-as-errors
echo "$output: serve it with python3 -m http.server -d $output, then open /documentation/tacit"
