# What the `run` of each client needs. Sourced; the folder of the client is $client, its name $name.
set -euo pipefail
client=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
name=$(basename "$client")
# What is downloaded and built stays here, outside the tree.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kaudit-clients/$name
export PYTHONPATH=$client/../.. PYTHONDONTWRITEBYTECODE=1
mkdir -p "$cache"
cd "$client"

# need PROGRAM...: ends with 77, which e2e/test reports as skipped, when one is not there.
need() {
  local program
  for program in "$@"; do
    if ! command -v "$program" >/dev/null; then
      echo "skipped: no $program"
      exit 77
    fi
  done
}

# with_server [FLAG...] -- COMMAND...: the command beside a server of its own; it has five minutes.
with_server() {
  local flags=()
  while [[ $1 != -- ]]; do flags+=("$1") && shift; done
  shift
  python3 -m kaudit_e2e.with_server ${flags[@]+"${flags[@]}"} -- timeout "${KAUDIT_CLIENT_SECONDS:-300}" "$@"
}
