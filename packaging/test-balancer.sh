#!/bin/bash
# Three `tacit serve` processes that share one folder of evaluation keys, behind nginx with packaging/nginx.conf, on loopback with TLS.
# Usage: test-balancer.sh PATH-TO-TACIT      (needs nginx, openssl and curl; uses ports 18080 to 18083)
#
# Holds: every client's requests reach one process, clients spread over processes, keys are uploaded once, answers are right; the same after a
# process was killed, after it came back, and while another one drains; jobs find their process.
set -euo pipefail
tacit=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
models=$here/../models
work=$(mktemp -d "${TMPDIR:-/tmp}/tacit-balancer.XXXXXX")
export TACIT_PASSPHRASE="for a test"
clients=(ann bob cem dee eve fay)
servers=(0 0 0 0)
nginx=0
seen=0

finish() {
  local code=$?
  for process in "$nginx" "${servers[@]}"; do [ "$process" = 0 ] || kill "$process" 2>/dev/null || true; done
  wait
  if [ $code = 0 ]; then rm -rf "$work"; else echo "kept: $work" >&2; fi
}
trap finish EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

start() { # NUMBER: starts one server and waits until it is ready
  "$tacit" serve --models "$work/served" --keys "$work/keys" --bind "127.0.0.1:1808$1" >>"$work/server$1.log" 2>&1 &
  servers[$1]=$!
  for _ in $(seq 200); do
    curl -fs "http://127.0.0.1:1808$1/v2/health/ready" >/dev/null && return
    sleep 0.1
  done
  fail "server $1 does not become ready: $(tail -3 "$work/server$1.log")"
}

round() { # NAME [OPTION...]: every client asks once, and every answer is checked
  local name=$1
  shift
  for client in "${clients[@]}"; do
    "$tacit" predict --server https://localhost:18080 --ca-certificate "$work/certificate.pem" --model digits \
      --vault "$work/vault" --name "$client" "$@" "$work/rows.csv" -o "$work/$client.csv" || fail "$name: $client got no answer"
    classes "$work/$client.csv" | cmp -s - "$work/right" || fail "$name: $client got a wrong answer"
  done
  echo "ok  $name: ${#clients[@]} clients, right answers"
}

classes() { # RESULT.csv: position of each row's largest score
  awk -F, 'NR > 1 { best = 1; for (i = 2; i <= NF; i++) if ($i > $best) best = i; print best - 1 }' "$1"
}

routes() { # NAME: each client's requests since the last call went to one process
  tail -n +"$((seen + 1))" "$work/access.log" >"$work/now"
  seen=$(wc -l <"$work/access.log")
  local split
  split=$(awk 'length($1) == 64 && $9 !~ /,/ { print $1, $9 }' "$work/now" | sort -u | cut -d' ' -f1 | uniq -d | wc -l)
  [ "$split" = 0 ] || fail "$1: $split clients were served by several processes"
  [ "$(awk '$4 ~ /infer$|jobs/ && length($1) != 64' "$work/now" | wc -l)" = 0 ] || fail "$1: requests do not name their keys"
  echo "ok  $1: one process for each client, $(awk '{ print $9 }' "$work/now" | sort -u | grep -c 1808) processes in use"
}

uploads() { awk '$3 == "PUT" && $5 == 201' "$work/access.log" | wc -l; }

# What is served, what is asked, what is right.
mkdir -p "$work/served/digits/1" "$work/logs"
"$tacit" compile "$models/digits/digits.onnx" -o "$work/served/digits/1/model.tacit" --card "$work/digits.card" \
  --calibrate "$models/digits/calibration.csv" --rows 4 >/dev/null
head -5 "$models/digits/test.csv" >"$work/rows.csv"
"$tacit" predict-clear --model "$work/served/digits/1/model.tacit" "$work/rows.csv" >"$work/clear.csv"
classes "$work/clear.csv" >"$work/right"

# The sample configuration, with this test's files and ports, and the hash in the log.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
sed -e "s#listen 443 ssl#listen 127.0.0.1:18080 ssl#; s#/etc/tacit/tls/fullchain.pem#$work/certificate.pem#" \
  -e "s#/etc/tacit/tls/privkey.pem#$work/key.pem#; s#/var/log/nginx/tacit.log#$work/access.log#" \
  -e "s#127.0.0.1:808#127.0.0.1:1808#; s#log_format tacit '#log_format tacit '\$tacit_hash #" \
  -e "s#^http {#pid $work/nginx.pid;\nerror_log $work/nginx.log;\nhttp {\n    client_body_temp_path $work/logs/a;\n    proxy_temp_path $work/logs/b;\n    fastcgi_temp_path $work/logs/c;\n    uwsgi_temp_path $work/logs/d;\n    scgi_temp_path $work/logs/e;#" \
  "$here/nginx.conf" >"$work/nginx.conf"
nginx -q -t -c "$work/nginx.conf" -e "$work/nginx.log" || fail "nginx refuses the configuration"

for number in 1 2 3; do start $number; done
nginx -c "$work/nginx.conf" -e "$work/nginx.log" -g 'daemon off;' &
nginx=$!
for _ in $(seq 50); do curl -fsk https://localhost:18080/v2 >/dev/null && break; sleep 0.1; done

round "first requests"
routes "first requests"
[ "$(uploads)" = ${#clients[@]} ] || fail "$(uploads) uploads of ${#clients[@]} keys"
round "second requests"
routes "second requests"
[ "$(uploads)" = ${#clients[@]} ] || fail "keys were uploaded again"
round "jobs" --job
routes "jobs"

kill -9 "${servers[2]}"
wait "${servers[2]}" 2>/dev/null || true
round "one process killed"
[ "$(uploads)" = ${#clients[@]} ] || fail "keys were uploaded again after a process was killed"
echo "ok  the processes left read the keys from the shared folder"
start 2
sleep 6
seen=$(wc -l <"$work/access.log")
round "it is back"
routes "it is back"

kill -TERM "${servers[3]}"
round "another one drains"
wait "${servers[3]}" || fail "the drained process ended with $?"
servers[3]=0
[ "$(uploads)" = ${#clients[@]} ] || fail "keys were uploaded again"
[ "$(curl -sk -o /dev/null -w '%{http_code}' https://localhost:18080/metrics)" = 404 ] || fail "metrics are public"
echo "ok  $(wc -l <"$work/access.log") requests, $(uploads) uploads of evaluation keys"
