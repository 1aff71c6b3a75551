# The checks of e2e/test that are not tests of a release build. Sourced after lib/ui.sh and lib/build.sh.

# What reads bytes that others wrote. (Not http_test: clang 14's vptr check takes the state of a std::thread that
# was made of a lambda for another type when the standard library's headers are precompiled.)
kaudit_asan_tests=(base_test http1_test yaml_test request_test audit_test search_test detection_test policy_test objects_test)
# What has threads.
kaudit_tsan_tests=(store_test backends_test webhook_test http_test chain_test)

# The commits whose files clang-tidy looks at, the newest first, and at how many compiled units (a dozen files each) at
# most: a commit that moves half of the tree shall not cost an hour.
kaudit_tidy_commits=30
kaudit_tidy_units=25

sources_of_tree() { git -C "$kaudit_root" ls-files -- '*.cpp' '*.hpp'; }

check_format_of_tree() {
  cd "$kaudit_root" || return
  sources_of_tree | xargs clang-format-14 --dry-run -Werror || return
  # libstdc++'s mutexes carry no annotations that clang could check: base/mutex.hpp has them.
  if sources_of_tree | grep -vxF 'base/mutex.hpp' | xargs grep -nE 'std::(mutex|shared_mutex|condition_variable) '; then return 1; fi
  # A body that is not on the line of its condition has braces. (clang-tidy's check takes `if (a) co_await b;` for one.)
  if sources_of_tree | xargs grep -nE '^ *(\} )?(else )?((if|for|while) \(.*\)|else)$'; then return 1; fi
}
check_format() {
  ui_run 'Formatting (clang-format-14)' "$kaudit_root/build/logs/format.log" check_format_of_tree
}

# files_to_tidy: what has changed, the newest first. A header that changed is looked at through the files that changed
# with it.
files_to_tidy() {
  local file
  cd "$kaudit_root" || return
  {
    git diff --name-only HEAD -- '*.cpp'
    git ls-files -o --exclude-standard -- '*.cpp'
    git log -n "$kaudit_tidy_commits" --format= --name-only --diff-filter=AM -M80% -- '*.cpp'
  } | awk '!seen[$0]++' | while read -r file; do if [[ -f $file ]]; then echo "$file"; fi; done
}

# units_to_tidy ALL: the sources in the compile database of the preset tidy that hold those files; `yes` is all of them.
# (clang-tidy spends its time on the headers: a unit of a dozen files takes little longer than one file.)
units_to_tidy() {
  local units
  units=$(jq -r '.[].file' "$kaudit_root/build/tidy/compile_commands.json" | sort -u)
  if [[ $1 == yes ]]; then
    printf '%s\n' "$units"
    return 0
  fi
  # A unit names its files with their whole paths, in lines of #include; a file that is a unit of its own names itself.
  files_to_tidy | while read -r file; do
    printf '%s\n' "$units" | grep -Fx "$kaudit_root/$file" ||
      printf '%s\n' "$units" | grep '/Unity/' | xargs grep -lF "\"$kaudit_root/$file\"" || true
  done | awk -v most="$kaudit_tidy_units" '!seen[$0]++ && ++n <= most'
}

# prepare_tidy: the units of today's files, and the tables that the build makes for them to include (which need not be looked at to
# be made).
configure_and_make_tables() {
  cd "$kaudit_root" && cmake --preset tidy -DKAUDIT_CLANG_TIDY=OFF || return
  ninja -C build/tidy -t targets all | sed -n 's/^\(.*\.inc\): CUSTOM_COMMAND$/\1/p' | xargs ninja -C build/tidy
}
prepare_tidy() {
  ui_run 'Configuring (tidy)' "$kaudit_root/build/logs/configure-tidy.log" configure_and_make_tables
}

# check_tidy ALL: `yes` is all files.
check_tidy() {
  local units pattern
  prepare_tidy || return
  mapfile -t units < <(units_to_tidy "$1")
  if ((${#units[@]} == 0)); then
    ui_note '  clang-tidy: nothing has changed'
    return 0
  fi
  # run-clang-tidy takes regular expressions.
  pattern=$(printf '%s\n' "${units[@]}" | sed 's/[.+]/\\&/g; s|.*|^&$|' | paste -sd'|')
  cd "$kaudit_root" || return
  ui_run "clang-tidy, ${#units[@]} units" "$kaudit_root/build/logs/tidy.log" \
    run-clang-tidy-14 -quiet -p build/tidy -j "$(nproc)" "$pattern"
}

# check_sanitized PRESET TEST...: builds only those tests and runs them; `all` is every one.
check_sanitized() {
  local preset=$1 names options=()
  shift
  if [[ $1 == all ]]; then
    build_preset "$preset" || return
  else
    build_preset "$preset" "$@" || return
    names=$(IFS='|' && echo "$*")
    options=(-R "^($names)\$")
  fi
  cd "$kaudit_root" || return
  ui_run "Unit tests ($preset)" "$kaudit_root/build/logs/ctest-$preset.log" \
    ctest --preset "$preset" -j "$(nproc)" ${options[@]+"${options[@]}"}
}

# check_package: what people install, tried out, in half an hour at most.
check_package() {
  build_preset release package kaudit kaudit-apiserver || return
  local log=$kaudit_root/build/logs/package.log status=0
  ui_run 'Packages' "$log" try_packages || status=$?
  { grep -oE "\.\.\. skipped .*" "$log" || true; } | sed 's/^\.\.\. /    /' | while read -r line; do ui_note "    $line"; done
  return "$status"
}
try_packages() {
  local tests=$kaudit_root/e2e
  export KAUDIT_BUILD=$kaudit_root/build/release KAUDIT_BIN=$kaudit_root/build/release/bin
  export PYTHONPATH=$tests PYTHONDONTWRITEBYTECODE=1
  timeout "${KAUDIT_PACKAGE_SECONDS:-1800}" python3 -m unittest discover -v -s "$tests/package_tests" &&
    python3 -m kaudit_e2e.run -k test_pages.
}

# check_clients BIN: each folder of e2e/clients has an executable `run`, which exits with 77 when its toolchain is not there.
check_clients() {
  local run name log status failed=0
  build_preset release kaudit-apiserver kaudit || return
  for run in "$kaudit_root"/e2e/clients/*/run; do
    name=$(basename "$(dirname "$run")")
    log=$kaudit_root/build/logs/clients-$name.log
    status=0
    KAUDIT_BIN=$1 ui_run "Client: $name" "$log" client_or_skipped "$run" || status=1
    if [[ $(head -1 "$log") == skipped:* ]]; then
      ui_note "    $(head -1 "$log")"
    else
      { grep -E '^[0-9]+ passed, [0-9]+ failed|^Ran [0-9]+ tests' "$log" || true; } | sed 's/^/    /'
    fi
    if ((status != 0)); then failed=1; fi
  done
  return "$failed"
}
client_or_skipped() {
  local status=0
  "$1" || status=$?
  if ((status == 77)); then return 0; fi
  return "$status"
}
