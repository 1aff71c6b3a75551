# Progress for people: one line a step, the noise in a log file that is shown when a step fails.
# Sourced by the scripts of e2e/; needs bash.

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  ui_bold=$'\e[1m' ui_dim=$'\e[2m' ui_green=$'\e[32m' ui_red=$'\e[31m' ui_yellow=$'\e[33m' ui_off=$'\e[0m'
else
  ui_bold='' ui_dim='' ui_green='' ui_red='' ui_yellow='' ui_off=''
fi

ui_title() { printf '%s%s%s\n' "$ui_bold" "$*" "$ui_off"; }
ui_note() { printf '%s%s%s\n' "$ui_dim" "$*" "$ui_off"; }
ui_warn() { printf '%s%s%s\n' "$ui_yellow" "$*" "$ui_off" >&2; }
ui_fail() { printf '%s%s%s\n' "$ui_red" "$*" "$ui_off" >&2; }

# ui_duration SECONDS: "7 s", "2 min 05 s".
ui_duration() {
  if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# ui_counter LOG: the newest "[12/140]" that ninja, or "12/140" that ctest and the suite wrote.
ui_counter() {
  tail -c 4000 "$1" 2>/dev/null | tr '\r' '\n' | grep -oE '\[? *[0-9]+/ *[0-9]+\]?' | tail -1 | tr -d '[] ' || true
}

# ui_run TITLE LOG COMMAND...: runs the command with its output in LOG. On a terminal the line
# counts along; elsewhere a sign of life comes twice a minute. Returns the command's exit code; a
# failure shows the end of the log and its name.
ui_run() {
  local title=$1 log=$2
  shift 2
  local started=$SECONDS said=$SECONDS status=0 pid counter
  mkdir -p "$(dirname "$log")"
  if [[ -t 1 ]]; then printf '  %s …' "$title"; fi
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    if [[ -t 1 ]]; then
      printf '\r  %s … %s%s%s\e[K' "$title" "$ui_dim" "$(ui_counter "$log")" "$ui_off"
    elif ((SECONDS - said >= 30)); then
      said=$SECONDS
      counter=$(ui_counter "$log")
      printf '  %s … %s%s\n' "$title" "${counter:+$counter, }" "$(ui_duration $((SECONDS - started)))"
    fi
    sleep 0.2
  done
  wait "$pid" || status=$?
  if [[ -t 1 ]]; then printf '\r\e[K'; fi
  if ((status == 0)); then
    printf '  %s✓%s %s %s(%s)%s\n' "$ui_green" "$ui_off" "$title" "$ui_dim" \
      "$(ui_duration $((SECONDS - started)))" "$ui_off"
  else
    printf '  %s✗%s %s (exit %d); the end of %s:\n' "$ui_red" "$ui_off" "$title" "$status" "$log"
    tail -n "${UI_TAIL:-40}" "$log" | sed 's/^/    /'
  fi
  return "$status"
}
