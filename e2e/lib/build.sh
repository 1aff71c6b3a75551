# Where things are, and building them. Sourced by the scripts of e2e/ after lib/ui.sh and
# lib/packages.sh.

kaudit_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# configure_preset PRESET: once; CMake itself knows when to do it again.
configure_preset() {
  if [[ -f $kaudit_root/build/$1/build.ninja ]]; then return 0; fi
  cd "$kaudit_root" || return
  ui_run "Configuring ($1)" "$kaudit_root/build/logs/configure-$1.log" cmake --preset "$1"
}

# build_preset PRESET [TARGET...]
build_preset() {
  local preset=$1 targets=()
  shift
  if (($# > 0)); then targets=(--target "$@"); fi
  configure_preset "$preset"
  cd "$kaudit_root" || return
  ui_run "Building ($preset)" "$kaudit_root/build/logs/build-$preset.log" \
    cmake --build --preset "$preset" ${targets[@]+"${targets[@]}"}
}
