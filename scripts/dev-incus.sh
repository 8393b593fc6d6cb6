#!/usr/bin/env bash
# An Incus that works on this machine: installed, started and initialised, with or without systemd, after a crash as well.
# Safe to run at any time: an Incus that answers is left alone.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/ui.sh
. "$here/lib/ui.sh"
# shellcheck source=scripts/lib/system.sh
. "$here/lib/system.sh"
# shellcheck source=scripts/lib/backports.sh
. "$here/lib/backports.sh"
# shellcheck source=scripts/lib/incus.sh
. "$here/lib/incus.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/dev-incus.sh start|stop|status [--yes]

  start    install Incus if it is missing, start it, give a new one a storage pool and a default profile
  stop     stop Incus and every container in it (asks first)
  status   say what is there; exit code 0 when Incus answers

  --yes    do not ask
TEXT
}

be_root() {
  if ((EUID == 0)); then return 0; fi
  require_root "Setting up Incus"
  exec sudo -n -- env COI_SETUP_LOG="$UI_LOG" TERM="${TERM:-dumb}" bash "$here/dev-incus.sh" "$@"
}

start() {
  be_root start
  detect_os
  incus_installed || install_incus
  ensure_packages "Installing what Incus needs for networks and pools" dnsmasq-base nftables btrfs-progs iproute2 uidmap
  if lxcfs_wanted; then
    hint "read the log; then try 'umount -l $LXCFS_MOUNT' and run this again"
    step "Starting lxcfs" ensure_lxcfs
  fi
  if ! incus_answers; then
    hint "read $INCUS_LOG; what a killed Incus leaves behind is repaired here, so a failure is something else"
    step "Starting Incus" start_incusd
  fi
  if limits_are_low; then step "Raising the limit of inotify instances" raise_limits; fi
  hint "see 'incus storage list' and 'incus profile show default'"
  step "Checking Incus' storage pool and default profile" initialise_incus
  say "  ✓ Incus $(incus version local: 2>/dev/null | sed -n 's/^Server version: //p') answers; pools: $(incus storage list local: --format=csv | cut -d, -f1,2 | tr ',' '/' | paste -sd' ')"
}

stop_without_systemd() {
  local i
  timeout 150 incus admin shutdown --timeout 120
  for ((i = 0; i < 300; i++)); do
    if [[ -z $(own_processes incusd) ]]; then return 0; fi
    sleep 0.1
  done
  echo "incusd is still there after its shutdown"
  return 1
}

stop() {
  be_root stop "${ASSUME_YES_FLAG[@]}"
  if ! incus_answers; then
    say "Incus is not running."
    return 0
  fi
  ask "This stops every container on this machine. Go on?" || die "Nothing was stopped" "the question was not answered with yes" "run 'scripts/dev-incus.sh stop --yes'"
  if has_systemd; then
    step "Stopping Incus" systemctl stop incus.socket incus.service incus-startup.service
  else
    step "Stopping Incus" stop_without_systemd
  fi
}

status() {
  local lxcfs
  lxcfs=$(lxcfs_state)
  incus_installed || die "Incus is not installed" "" "run 'scripts/dev-incus.sh start'"
  say "lxcfs:  $lxcfs"
  if incus_answers; then
    say "incusd: answers"
    incus storage list local: --format=csv | awk -F, '{ print "pool:   " $1 " (" $2 ")" }'
    return 0
  fi
  if ((EUID != 0)) && ! in_group_now incus-admin; then
    say "incusd: cannot be asked, because you are not in group incus-admin"
  elif [[ -n $(own_processes incusd) ]]; then
    say "incusd: runs but does not answer"
  else
    say "incusd: does not run; start it with 'scripts/dev-incus.sh start'"
  fi
  return 1
}

# In a function, so that bash has read all of it before it begins: the file may change while it runs (git pull, an editor).
main() {
  command=""
  ASSUME_YES_FLAG=()
  for argument in "$@"; do
    case $argument in
      start | stop | status) command=$argument ;;
      -y | --yes) ASSUME_YES=yes && ASSUME_YES_FLAG=(--yes) ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
  done
  [[ -n $command ]] || { usage >&2 && exit 2; }
  export ASSUME_YES=${ASSUME_YES:-no}
  ui_init dev-incus
  "$command"
}

main "$@"
exit
