#!/bin/bash
# Builds the program and runs it under memcheck with every instruction set that valgrind knows (it cannot run AVX-512).
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v valgrind >/dev/null && [ -f /usr/include/valgrind/memcheck.h ] || { echo "install valgrind first"; exit 2; }
# Headers of system libraries are no inputs to SwiftPM: a change in Sources/CGMP must not leave old code in the program.
[ ! -d .build/constant-time ] || find Sources/CGMP Tests/ConstantTime/Sources/CGMP -newer .build/constant-time -name '*.h' | grep -q . \
  && rm -rf .build/constant-time
swift build -c release --package-path Tests/ConstantTime --scratch-path .build/constant-time --product ConstantTime
program=$(swift build -c release --package-path Tests/ConstantTime --scratch-path .build/constant-time --show-bin-path)/ConstantTime
# Without its debugging information, whose newest form older versions of valgrind cannot read.
cp "$program" .build/constant-time/program && strip -g .build/constant-time/program
status=0
for set in portable avx2; do
  log=.build/constant-time/$set.log
  TACIT_ISA=$set valgrind --quiet --error-limit=no --num-callers=12 --suppressions=Tests/ConstantTime/valgrind.supp \
    --log-file="$log" .build/constant-time/program || { status=1; echo "see $log"; }
done
exit $status
