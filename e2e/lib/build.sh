# Where things are, and building them. Sourced by the scripts of e2e/ after lib/ui.sh and lib/packages.sh.

kaudit_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# build_preset PRESET [TARGET...]: configures (again only when something changed, which CMake knows) and builds.
build_preset() {
  local preset=$1
  shift
  local logs=$kaudit_root/build/logs targets=()
  if (($# > 0)); then targets=(--target "$@"); fi
  cd "$kaudit_root"
  if [[ ! -f build/$preset/build.ninja ]]; then
    ui_run "Configuring ($preset)" "$logs/configure-$preset.log" cmake --preset "$preset"
  fi
  ui_run "Building ($preset)" "$logs/build-$preset.log" cmake --build --preset "$preset" ${targets[@]+"${targets[@]}"}
}
