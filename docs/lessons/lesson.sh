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

# --- a receiver for the webhook backend, which needs python3
#
#   receiver                  starts it, and writes lesson/webhook.yaml; lesson/received.jsonl has what it took, lesson/attempts each try
#   misbehave HOW COUNT       the next COUNT lists: fail (500), refuse (403), forget (taken, but no answer)
#   arrives COUNT             waits until so many events were taken
#   settled COUNT             waits until there were so many tries

receiver() {
  rm -f lesson/received.jsonl lesson/attempts lesson/receiver.port lesson/mood
  touch lesson/received.jsonl lesson/attempts
  python3 - > lesson/receiver.log 2>&1 << 'END' &
import http.server, os

class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        how, left = (open("lesson/mood").read().split() if os.path.exists("lesson/mood") else ("take", "0"))
        if int(left) > 0:
            with open("lesson/mood", "w") as mood:
                mood.write(f"{how} {int(left) - 1}")
        else:
            how = "take"
        words = {"take": "taken", "fail": "refused", "refuse": "denied", "forget": "forgotten"}
        if how in ("take", "forget"):
            with open("lesson/received.jsonl", "ab") as received:
                received.write(body.strip() + b"\n")
        with open("lesson/attempts", "a") as attempts:
            attempts.write(words[how] + "\n")
        if how == "forget":
            self.close_connection = True
            return
        self.send_response({"take": 200, "fail": 500, "refuse": 403}[how])
        self.send_header("Content-Length", "0")
        self.end_headers()

server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
with open("lesson/receiver.part", "w") as port:
    port.write(str(server.server_port))
os.rename("lesson/receiver.part", "lesson/receiver.port")
server.serve_forever()
END
  for attempt in $(seq 600); do
    if [ -e lesson/receiver.port ]; then break; fi
    sleep 0.05
  done
  printf '%s\n' 'apiVersion: v1' 'kind: Config' 'current-context: c' "clusters: [{name: c, cluster: {server: \"http://127.0.0.1:$(cat lesson/receiver.port)/audit\"}}]" \
    'contexts: [{name: c, context: {cluster: c, user: u}}]' 'users: [{name: u, user: {}}]' > lesson/webhook.yaml
}

misbehave() { echo "$1 $2" > lesson/mood; }

arrives() {
  for attempt in $(seq 600); do
    if [ "$(jq '.items | length' lesson/received.jsonl | jq -s 'add // 0')" -ge "$1" ]; then break; fi
    sleep 0.05
  done
}

settled() {
  for attempt in $(seq 600); do
    if [ "$(wc -l < lesson/attempts)" -ge "$1" ]; then break; fi
    sleep 0.05
  done
}
