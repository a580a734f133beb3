#!/bin/bash
# Latency per stage of both models: one row, and as many rows as a ciphertext holds.
# Usage: bench.sh PATH-TO-TACIT
set -euo pipefail
tacit=$1
models=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/tacit-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
pin=$(command -v taskset >/dev/null && echo "taskset -c 0" || true)
for model in breast_cancer digits; do
  for rows in 1 1000; do
    "$tacit" compile "$models/$model/$model.onnx" -o "$work/$model.tacit" \
      --calibrate "$models/$model/calibration.csv" --rows "$rows" >/dev/null
    echo "== $model, compiled for $rows rows a request, ckks"
    $pin "$tacit" bench "$work/$model.tacit"
    echo
  done
done
"$tacit" compile "$models/breast_cancer/breast_cancer.onnx" -o "$work/paillier.tacit" \
  --calibrate "$models/breast_cancer/calibration.csv" --scheme paillier >/dev/null
echo "== breast_cancer, one row, paillier"
$pin "$tacit" bench "$work/paillier.tacit" --repetitions 5
