#!/usr/bin/env bash
# Sets up what the tests need, a real Incus and a real image included, and runs every suite. Last line: "N passed, N failed[, N skipped]".
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/ui.sh
. "$root/scripts/lib/ui.sh"
# shellcheck source=scripts/lib/system.sh
. "$root/scripts/lib/system.sh"
# shellcheck source=scripts/lib/backports.sh
. "$root/scripts/lib/backports.sh"
# shellcheck source=scripts/lib/incus.sh
. "$root/scripts/lib/incus.sh"
# shellcheck source=scripts/lib/publish.sh
. "$root/scripts/lib/publish.sh"
# shellcheck source=scripts/lib/installation.sh
. "$root/scripts/lib/installation.sh"
# shellcheck source=scripts/lib/image.sh
. "$root/scripts/lib/image.sh"
# shellcheck source=scripts/lib/machine.sh
. "$root/scripts/lib/machine.sh"
# shellcheck source=scripts/lib/suites.sh
. "$root/scripts/lib/suites.sh"

usage() {
  cat <<'TEXT'
Usage: ./test.sh [--fast] [--filter EXPRESSION] [--setup]

Sets up what the tests need (packages, Incus, the image coi), then runs every suite and check.

  --fast               only what needs no Incus
  --filter EXPRESSION  only matching tests, in the language of 'dotnet test --filter'; leaves the checks out
  --setup              set everything up and stop
  --help               show this
TEXT
}

# What the suites call besides coi itself: terminals, namespaces, name servers, the journal.
TEST_PACKAGES=(git curl jq tmux iproute2 iputils-ping nftables dnsmasq-base procps util-linux sqlite3 python3 zsh fish man-db)
CHECK_PACKAGES=(shellcheck)

suites() { find tests -name '*.Tests.csproj' | LC_ALL=C sort; }

# What talks to the real Incus says so: classes called Real…, or the trait Needs=Incus; the end-to-end suite does nothing else.
suite_filter() {
  if [[ $fast == yes ]]; then
    printf 'FullyQualifiedName!~.Real&Needs!=Incus%s' "${filter:+&($filter)}"
  else
    printf '%s' "$filter"
  fi
}

# SUITE_MINUTES and HANG_MINUTES are for the long forms of scripts/soak.sh.
minutes_of() {
  case $1 in
    *EndToEnd*) echo "${SUITE_MINUTES:-65}" ;;
    *) echo "${SUITE_MINUTES:-25}" ;;
  esac
}

build_all() { dotnet build Coi.sln -c Release -v minimal "${NO_SERVERS[@]}"; }

check_format() { dotnet format Coi.sln --verify-no-changes --no-restore --verbosity minimal; }
# Every file that says that it is a shell script, whatever its name.
check_shell() {
  git grep -lE --untracked '^#!.*[/ ](ba|da)?sh( |$)' -- . | xargs -d '\n' shellcheck -x -S warning
  # Under pipefail a match at the end of a pipe can count as none; see any_line.
  if git grep -nE --untracked '\| *grep -[a-zA-Z]*q' -- '*.sh' ':!images'; then
    echo "use any_line in place of 'grep -q' at the end of a pipe"
    return 1
  fi
}

# Bridges of slots that Incus knows nothing of: it would refuse the next one of that name, and nothing in it removes them.
stray_bridges() {
  comm -23 <(find /sys/class/net -regextype posix-extended -regex '.*/coi[-_0-9a-z]+' -printf '%f\n' | sort) \
    <(incus network list local: --format=csv | awk -F, '$3 == "YES" { print $1 }' | sort)
}
check_bridges() {
  local left
  left=$(comm -13 <(echo "$1") <(stray_bridges))
  if [[ -n $left ]]; then printf 'left behind: %s\n' "$left" && return 1; fi
}

# Whatever ends this script: no daemon of ours stays, and the last line is the total.
at_exit() {
  local rc=$?
  ui_ticker_stop
  if [[ -n ${test_home:-} && -d $test_home ]]; then
    COI_HOME=$test_home artifacts/publish/bin/coi daemon stop >/dev/null 2>&1 || true
    rm -rf "$test_home"
  fi
  if [[ $totals == due ]]; then
    FAILED=$((FAILED + 1))
    print_totals
    ((rc != 0)) || rc=1
  fi
  exit "$rc"
}

set_up_packages() {
  ensure_dotnet
  ensure_packages "Installing what the checks call" "${CHECK_PACKAGES[@]}"
  ensure_build_tools
  if [[ $fast == no ]]; then
    ensure_runtime_packages
    ensure_packages "Installing what the tests call" "${TEST_PACKAGES[@]}"
    ensure_incus "$root/scripts"
    ensure_membership "$root/test.sh" "${arguments[@]}"
  fi
}

# The image is built by a daemon and in a home of its own, so that nobody's sessions and settings are in play.
set_up_image() {
  test_home=$(mktemp -d /tmp/coi-test.XXXXXX)
  COI_HOME=$test_home ensure_image "$root/artifacts/publish/bin/coi" "$root" changed --tools=claude,codex,opencode,gemini
}

# In a function, so that bash has read all of it before it begins: the file may change while it runs (git pull, an editor).
main() {
  fast=no filter="" setup_only=no totals=none
  arguments=("$@")
  while (($#)); do
    case $1 in
      --fast) fast=yes ;;
      --setup) setup_only=yes ;;
      --filter)
        filter=${2:?--filter needs an expression}
        shift
        ;;
      --filter=*) filter=${1#*=} ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  export ASSUME_YES=yes

  cd "$root"
  ui_init test
  trap at_exit EXIT
  totals=due
  say "Testing coi. Log: $UI_LOG"
  [[ $fast == yes ]] || require_root "Tests that make users and network namespaces"
  detect_os
  set_up_packages
  # Before publishing, which leaves the analysers out and would leave compiled libraries behind that they never saw.
  hint "read the log; the compiler says what is wrong"
  step "Building everything" build_all
  ensure_published "$root/artifacts/publish"
  [[ $fast == yes ]] || set_up_image
  if [[ $setup_only == yes ]]; then
    totals=none
    exit 0
  fi

  # Where suites find the published programs, and where they leave their results.
  export COI_TEST_PROGRAMS=$root/artifacts/publish TEST_RESULTS=$root/artifacts/test-results
  mkdir -p "$TEST_RESULTS"
  local strays=""
  [[ $fast == yes ]] || strays=$(stray_bridges)
  for project in $(suites); do
    if [[ $fast == yes && $project == *EndToEnd* ]]; then continue; fi
    run_suite "$project" "$(minutes_of "$project")" "$(suite_filter)"
  done
  [[ $fast == yes ]] || run_check "Check: bridges left behind" check_bridges "$strays"
  if [[ -z $filter ]]; then
    run_check "Check: dotnet format" check_format
    run_check "Check: shellcheck" check_shell
  fi
  totals=printed
  print_totals
  ((FAILED == 0))
}

main "$@"
exit
