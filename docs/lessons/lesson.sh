# What the lessons share; each begins with `. docs/lessons/lesson.sh`. Everything is in the folder `lesson`.
#
#   start [FLAG…]             a server with lesson/policy.yaml; one that is running is stopped first
#   as WHO METHOD PATH [ARG…] a request of that user (admin, alice, mallory, nobody, liar, token), further arguments are curl's; prints the code
#   events                    what was recorded since the last time: stage, level, who, verb, what, code, bodies
#   event STAGE [JQ]          the latest event of that stage, or a part of it
#   check [PATTERN]           the codes of what the checker finds in lesson/policy.yaml, or those that fit
#   pod NAME, secret NAME     a body to send

mkdir -p lesson
printf '%s\n' 'alice-token,alice,u-alice,dev' 'mallory-token,mallory,u-mallory' > lesson/tokens.csv
: "${kaudit_bin:=build/release/bin}"

start() {
  stop
  rm -f lesson/audit.log lesson/kubeconfig
  "$kaudit_bin/kaudit-apiserver" --secure-port 0 --cert-dir lesson/pki --write-kubeconfig lesson/kubeconfig \
    --audit-policy-file lesson/policy.yaml --audit-log-path lesson/audit.log --token-auth-file lesson/tokens.csv \
    --enable-debug-endpoints $KAUDIT_LESSON_FLAGS "$@" 2> lesson/server.log &
  server=$!
  for attempt in $(seq 600); do
    if [ -e lesson/kubeconfig ]; then break; fi
    if ! kill -0 "$server" 2> /dev/null; then
      cat lesson/server.log
      return 1
    fi
    sleep 0.05
  done
  url=$(grep -o 'https://[^"]*' lesson/kubeconfig)
  echo 0 > lesson/seen
  if grep -q 'Explorer on' lesson/server.log; then grep -o 'Explorer on .*' lesson/server.log >&2; fi
}

stop() {
  if [ -n "${server:-}" ]; then
    kill "$server" 2> /dev/null || true
    wait "$server" 2> /dev/null || true
  fi
  server=
}

as() {
  who=$1 method=$2 path=$3
  shift 3
  case $who in
    admin) set -- --cert lesson/pki/admin.crt --key lesson/pki/admin.key "$@" ;;
    nobody | token) ;;
    *) set -- -H "Authorization: Bearer $who-token" "$@" ;;
  esac
  curl -sS -X "$method" --cacert lesson/pki/ca.crt -o lesson/answer -w '%{http_code}\n' "$@" "$url$path" 2> lesson/curl.err || true
}

events() {
  tail -n "+$(($(cat lesson/seen) + 1))" lesson/audit.log 2> /dev/null > lesson/new.jsonl || true
  echo $(($(cat lesson/seen) + $(wc -l < lesson/new.jsonl))) > lesson/seen
  jq -r '[.stage, .level, (.user.username // "nobody"), .verb,
    (if .objectRef then (.objectRef | .resource + (if .subresource then "/" + .subresource else "" end) + " " + (.name // "-")) else .requestURI end),
    (.responseStatus.code // "-" | tostring), ([keys[] | select(endswith("Object"))] | join(" "))] | map(select(. != "")) | join("  ")' lesson/new.jsonl
}

event() { jq -s --arg stage "$1" "[.[] | select(.stage == \$stage)] | last ${2:+| $2}" lesson/audit.log; }

check() { ("$kaudit_bin/kaudit" policy check lesson/policy.yaml || true) | grep -oE "${1:-KA[0-9]+}" | sort -u | paste -sd' ' || true; }

pod() { printf '{"metadata":{"name":"%s"},"spec":{"containers":[{"name":"c","image":"nginx"}]}}' "$1"; }
secret() { printf '{"metadata":{"name":"%s"},"stringData":{"key":"sesame"}}' "$1"; }
pods=/api/v1/namespaces/default/pods
secrets=/api/v1/namespaces/default/secrets
configmaps=/api/v1/namespaces/default/configmaps

# --- the explorer and its receiver, of a server that was started with --explorer --explorer-receiver
#
#   tell MOOD [COUNT]         what the receiver does with the next COUNT lists, or until told otherwise: take (200), slow (200 after 3 s), fail
#                             (500), refuse (403), hang (no answer), forget (taken, but no answer); a button of the view Backends does the same
#   receiver [JQ]             what it was told and what it got, or a part of it
#   tries                     each list that came, oldest first: what the receiver did, and its answer
#   list                      the latest list that it took, as it came
#   awaits JQ                 waits until that is true of the receiver, as in: awaits '.events >= 2'

# The token of the address is good for programs until a browser uses it; then the server prints the next one.
explorer() {
  what=$1
  shift
  address=$(grep -o 'Explorer on http[^ ]*' lesson/server.log | tail -n 1 | cut -d' ' -f3)
  curl -sS -H "Authorization: Bearer ${address#*=}" "$@" "${address%%\?*}explorer/v1/$what"
}

tell() {
  explorer receiver -X PUT --json "{\"mood\":\"$1\",\"lists\":${2:-0}}" > lesson/told
  jq -r '.error // empty' lesson/told
}

receiver() { explorer receiver | jq -r "${1:-.}"; }
tries() { receiver '.tries | reverse | .[] | .mood + " " + (.answer // "-")'; }
list() { explorer receiver/list; }

awaits() {
  for attempt in $(seq 600); do
    if [ "$(receiver "$1")" = true ]; then return; fi
    sleep 0.05
  done
  echo "in vain: $1"
}
