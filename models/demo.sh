#!/bin/bash
# Both models from ONNX to decrypted answers, every stage a process of its own.
# Usage: demo.sh PATH-TO-TACIT
set -euo pipefail
tacit=$(realpath "$1")
models=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/tacit-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
export TACIT_PASSPHRASE="a passphrase for the demo"

crypto=0

# stage NAME FILE-MADE COMMAND...: runs a command and prints its seconds and the bytes it made.
stage() {
  local name=$1 made=$2 start end bytes
  shift 2
  start=$(date +%s.%N)
  "$@" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
  end=$(date +%s.%N)
  bytes=$(stat -c %s "$made")
  awk -v n="$name" -v s="$start" -v e="$end" -v b="$bytes" \
    'BEGIN { printf "  %-22s %8.3f s  %12d bytes\n", n, e - s, b }'
  [ "$name" = compile ] || crypto=$(awk -v c="$crypto" -v s="$start" -v e="$end" 'BEGIN { print c + e - s }')
}

# side_by_side MODEL: the first clear and decrypted answers, and how many labels agree with the data's.
side_by_side() {
  local model=$1
  "$tacit" predict-clear --model "$work/$model.tacit" "$models/$model/test.csv" >"$work/$model.clear.csv"
  echo
  echo "  clear (first rows)"
  head -4 "$work/$model.clear.csv" | cut -c1-100 | sed 's/^/    /'
  echo "  decrypted"
  head -4 "$work/$model.result.csv" | cut -c1-100 | sed 's/^/    /'
  "$tacit" verify --model "$work/$model.tacit" "$models/$model/test.csv" | head -5 | sed 's/^/  /'
}

for model in breast_cancer digits; do
  rows=$(($(wc -l <"$models/$model/test.csv") - 1))
  echo "$model: $rows rows"
  cd "$work"
  stage compile "$model.tacit" "$tacit" compile "$models/$model/$model.onnx" -o "$model.tacit" \
    --calibrate "$models/$model/calibration.csv" --rows "$rows"
  stage keygen "$model.evk" "$tacit" keygen --card "$model.card" --vault "$work/vault" \
    --name "$model" --evaluation-keys "$model.evk"
  stage encrypt request.ct "$tacit" encrypt --card "$model.card" --vault "$work/vault" \
    --name "$model" "$models/$model/test.csv" -o request.ct
  stage infer response.ct "$tacit" infer --model "$model.tacit" --evaluation-keys "$model.evk" \
    request.ct -o response.ct
  stage decrypt "$model.result.csv" "$tacit" decrypt --vault "$work/vault" --name "$model" \
    response.ct -o "$model.result.csv"
  side_by_side "$model"
  echo
done
awk -v c="$crypto" 'BEGIN { printf "keygen, encrypt, infer and decrypt of both models: %.2f s\n", c }'
