#!/usr/bin/env bash
# How far coi is from the raw cost of its containers: one run, one table, medians, and the ratio to what Incus itself needs.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/ui.sh
. "$root/scripts/lib/ui.sh"
# shellcheck source=scripts/lib/system.sh
. "$root/scripts/lib/system.sh"
# shellcheck source=scripts/lib/incus.sh
. "$root/scripts/lib/incus.sh"
# shellcheck source=scripts/lib/publish.sh
. "$root/scripts/lib/publish.sh"
# shellcheck source=scripts/lib/image.sh
. "$root/scripts/lib/image.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/bench.sh [--rounds N] [--tool claude] [--scripts] [--check]

Measures the published coi with the stand-in tool 'dummy', in a coi home of its own, and removes what it made.

  --rounds N      how often each container is started (default: 7)
  --tool claude   start the real tool instead
  --scripts       only what scripts call again and again: questions, commands, completions
  --check         exit with 1 when a limit is missed
TEXT
}

clean_up() {
  ui_ticker_stop
  if [[ -n ${bench_home:-} ]]; then
    "$coi" kill --all --force >/dev/null 2>&1 || true
    "$coi" daemon stop >/dev/null 2>&1 || true
    rm -rf "$bench_home"
  fi
}

# In a function, so that bash has read all of it before it begins: the file may change while it runs (git pull, an editor).
main() {
  rounds=7 check="" scripts="" dummy=1
  while (($#)); do
    case $1 in
      --rounds)
        rounds=${2:?--rounds needs a number}
        shift
        ;;
      --tool)
        if [[ ${2:?--tool needs a name} == claude ]]; then dummy=""; fi
        shift
        ;;
      --scripts) scripts=--scripts ;;
      --check) check=--check ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done

  cd "$root"
  ui_init bench
  ensure_dotnet
  incus_answers || die "There is nothing to measure" "Incus does not answer" "run ./test.sh --setup, which installs and starts it"
  has_image coi || die "There is nothing to measure" "the image coi is missing" "run ./test.sh --setup, which builds it"
  ensure_published "$root/artifacts/publish"
  hint "read the log; the compiler says what is wrong"
  step "Building the bench" dotnet build bench/Coi.Bench -c Release -v minimal "${NO_SERVERS[@]}"
  coi=$root/artifacts/publish/bin/coi
  bench_home=$(mktemp -d /tmp/coi-bench.XXXXXX)
  trap clean_up EXIT
  export COI_HOME=$bench_home COI_USE_DUMMY=$dummy
  say "$(uname -r), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg), $("$coi" version | head -n 1), Incus $(incus version local: 2>/dev/null | sed -n 's/^Server version: //p')"
  dotnet bench/Coi.Bench/bin/Release/net10.0/Coi.Bench.dll "$coi" "$rounds" ${check:+"$check"} ${scripts:+"$scripts"}
}

main "$@"
exit
