# The Debian 12 packages kaudit is built and tested with, and how the scripts of e2e/ get them.
# cmake/KauditDependencies.cmake asks for the same libraries. Sourced; needs lib/ui.sh.

# What building and testing needs.
kaudit_packages=(
  ca-certificates git curl jq openssl python3
  g++ cmake ninja-build ccache pkg-config
  libboost1.81-dev libssl-dev zlib1g-dev libcurl4-openssl-dev libjemalloc-dev libre2-dev libnghttp2-dev
  libyaml-cpp-dev nlohmann-json3-dev libexpected-dev libspdlog-dev libfmt-dev libcli11-dev prometheus-cpp-dev
  libgtest-dev libgmock-dev libbenchmark-dev
)
# What the formatting, clang-tidy and the presets asan and tsan need as well.
kaudit_clang_packages=(clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev)

# What the end-to-end tests need as well: it counts instructions.
kaudit_end_to_end_packages=(valgrind)

# What e2e/test package needs as well: making a .deb and building sources of Debian, trying out manuals and completions,
# and a fresh Debian to install on.
kaudit_package_packages=(dpkg-dev file man-db mandoc zsh fish debootstrap)

# packages_missing NAME...: those that dpkg does not have installed, one a line.
packages_missing() {
  local name status
  for name in "$@"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) || status=''
    if [[ $status != installed ]]; then printf '%s\n' "$name"; fi
  done
}

packages_as_root() {
  if ((${PACKAGES_EUID:-$EUID} == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    echo "neither root nor sudo: ask somebody who is to run: $*" >&2
    return 1
  fi
}

packages_apt_install() {
  packages_as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

packages_update_and_install() {
  packages_as_root apt-get update -q && packages_apt_install "$@"
}

# packages_ensure LOG NAME...: installs what is missing; needs no network and no rights when nothing
# is.
packages_ensure() {
  local log=$1
  shift
  if ! command -v dpkg-query >/dev/null; then
    ui_warn "  no dpkg here: taking for granted that these are installed in some way: $*"
    return 0
  fi
  local missing
  mapfile -t missing < <(packages_missing "$@")
  if ((${#missing[@]} == 0)); then return 0; fi
  # sudo asks for its password here: inside the step its question would land in the log.
  if ((${PACKAGES_EUID:-$EUID} != 0)) && command -v sudo >/dev/null; then sudo -v; fi
  ui_run "Installing ${#missing[@]} packages" "$log" packages_update_and_install "${missing[@]}"
}

# packages_ensure_kubectl LOG: a kubectl on PATH is used as it is. Debian's comes in a call of its
# own that may fail: where another package owns /usr/bin/kubectl it would break the whole call.
# Without any, the scripts use curl.
packages_ensure_kubectl() {
  if command -v kubectl >/dev/null || ! command -v apt-get >/dev/null; then return 0; fi
  UI_TAIL=3 ui_run 'Installing kubectl' "$1" packages_apt_install kubernetes-client ||
    ui_warn '  no kubectl then: curl does its work'
}
