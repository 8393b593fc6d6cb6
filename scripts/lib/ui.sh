# shellcheck shell=bash
# Messages, steps with elapsed time, one log file, questions. Sourced by every script here; needs bash only.
#
#   ui_init NAME          choose the log file of this run and show nothing
#   step "Heading" cmd…   run cmd with its output in the log; ends the script when it fails
#   attempt "Heading" …   the same, but leaves the verdict in STEP_RC
#   die WHAT WHY NEXT     one error: what failed, why, what to do next

UI_LOG=""
UI_TICKER=""
STEP_RC=0
STEP_HINT=""

# Where logs of these scripts go: beside coi's own logs, so that there is one place to look.
ui_init() {
  local name=$1 dir="${COI_HOME:-$HOME/.coi}/logs"
  trap 'ui_ticker_stop' EXIT
  # A script that is a step of another one goes on in that one's log.
  if [[ -w ${COI_SETUP_LOG:-} ]]; then
    UI_LOG=$COI_SETUP_LOG
    return 0
  fi
  if ! { mkdir -p "$dir" && chmod 0700 "${COI_HOME:-$HOME/.coi}" "$dir"; } 2>/dev/null; then
    dir=$(mktemp -d)
  fi
  UI_LOG="$dir/$name.log"
  printf '== %s, %s\n' "$name" "$(date '+%Y-%m-%d %H:%M:%S %z')" >"$UI_LOG"
  export COI_SETUP_LOG=$UI_LOG
}

# any_line GREP-ARGUMENTS… : whether a line of stdin matches. Reads all of it: `grep -q` alone stops at the first match, the writer gets
# SIGPIPE, and with `pipefail` what was found counts as not found (apt-cache of Debian 13 writes line by line, so it really happens).
any_line() {
  local lines
  lines=$(cat)
  grep -q "$@" <<<"$lines"
}

ui_is_terminal() { [[ -t 1 && ${TERM:-dumb} != dumb ]]; }

say() { printf '%s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }

die() {
  ui_ticker_stop
  {
    printf '\nerror: %s\n' "$1"
    [[ -z ${2:-} ]] || printf '  why:  %s\n' "$2"
    [[ -z ${3:-} ]] || printf '  next: %s\n' "$3"
    [[ ! -s ${UI_LOG:-} ]] || printf '  log:  %s\n' "$UI_LOG"
  } >&2
  exit 1
}

ui_elapsed() {
  local s=$1
  if ((s < 60)); then printf '%d s' "$s"; else printf '%d min %02d s' $((s / 60)) $((s % 60)); fi
}

# A line that shows that something is going on: rewritten each second on a terminal, one line each 30 s elsewhere.
# It ends with its parent, whatever ends the parent, so that it never keeps a pipe open.
ui_ticker_start() {
  local heading=$1 parent=$$ began=$SECONDS terminal=no
  ui_is_terminal && terminal=yes
  (
    set +e
    while sleep 1 >/dev/null 2>&1 && kill -0 "$parent" 2>/dev/null; do
      local now=$((SECONDS - began)) last
      last=$(tail -c 400 "$UI_LOG" 2>/dev/null | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1 | tr -cd '[:print:]' | cut -c1-60)
      if [[ $terminal == yes ]]; then
        printf '\r\033[K  … %s (%s) %s' "$heading" "$(ui_elapsed "$now")" "$last"
      elif ((now > 0 && now % 30 == 0)); then
        printf '    … still at it, %s: %s\n' "$(ui_elapsed "$now")" "$last"
      fi
    done
  ) &
  UI_TICKER=$!
}

ui_ticker_stop() {
  if [[ -n $UI_TICKER ]]; then
    kill "$UI_TICKER" 2>/dev/null || true
    wait "$UI_TICKER" 2>/dev/null || true
    UI_TICKER=""
    if ui_is_terminal; then printf '\r\033[K'; fi
  fi
}

attempt() {
  local heading=$1 began=$SECONDS from
  shift
  from=$(stat -c %s "$UI_LOG")
  printf '\n== %s: %s\n' "$heading" "$*" >>"$UI_LOG"
  ui_is_terminal || printf '  … %s\n' "$heading"
  ui_ticker_start "$heading"
  # A subshell outside any condition, so that `set -e` holds inside the functions that are run as steps.
  set +e
  (
    set -e
    "$@"
  ) >>"$UI_LOG" 2>&1 </dev/null
  STEP_RC=$?
  set -e
  ui_ticker_stop
  local took
  took=$(ui_elapsed $((SECONDS - began)))
  if ((STEP_RC == 0)); then
    printf '  ✓ %s (%s)\n' "$heading" "$took"
  else
    printf '  ✗ %s (%s, exit code %d). The end of its output:\n' "$heading" "$took" "$STEP_RC" >&2
    tail -c +"$((from + 1))" "$UI_LOG" | tail -n 25 | sed 's/^/      /' >&2
  fi
}

# What to do when the next step fails; used once.
hint() { STEP_HINT=$*; }

step() {
  local heading=$1 next=${STEP_HINT:-}
  STEP_HINT=""
  attempt "$@"
  if ((STEP_RC != 0)); then
    die "$heading failed" "its output is above and in the log" "${next:-read the log, then run this command again; finished steps are not repeated}"
  fi
}

# Asks on the terminal itself: the script may be what is on stdin. No terminal and no --yes is a no.
ask() {
  local question=$1 answer=""
  if [[ ${ASSUME_YES:-no} == yes ]]; then return 0; fi
  if ! { : </dev/tty >/dev/tty; } 2>/dev/null; then return 1; fi
  printf '%s [y/N]: ' "$question" >/dev/tty
  read -r answer </dev/tty || answer=""
  [[ $answer == [yY] || $answer == [yY][eE][sS] ]]
}
