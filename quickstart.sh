#!/usr/bin/env bash
# From a fresh machine to a session: Incus, coi, the image, `coi shell`. Finished steps are recognised and not repeated.
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

usage() {
  cat <<'TEXT'
Usage: ./quickstart.sh [--yes] [--no-shell] [--prefix DIR]

Sets up everything coi needs on Debian 12/13 or Ubuntu 22.04/24.04 with the .NET 10 SDK, then opens a session in this directory.
Without a terminal the session is started in the background and its screen is shown.

  --yes          do not ask
  --no-shell     stop when everything is ready
  --prefix DIR   where to install (default: /usr/local)
  --help         show this
TEXT
}

open_session() {
  local coi=$PREFIX/bin/coi
  if [[ -t 0 && -t 1 ]]; then
    say "Opening a session in $PWD. Inside: Ctrl+b d leaves it running, 'poweroff' ends it and keeps the conversation."
    exec "$coi" shell
  fi
  background_session "$coi"
}

# In a function, so that bash has read all of it before it begins: the file may change while it runs (git pull, an editor).
main() {
  PREFIX=/usr/local
  want_shell=yes
  arguments=("$@")
  while (($#)); do
    case $1 in
      --prefix)
        PREFIX=${2:?--prefix needs a directory}
        shift
        ;;
      --prefix=*) PREFIX=${1#*=} ;;
      --no-shell) want_shell=no ;;
      -y | --yes) ASSUME_YES=yes ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  export ASSUME_YES=${ASSUME_YES:-no}
  [[ $PREFIX == /* ]] || PREFIX=$PWD/$PREFIX

  ui_init quickstart
  if [[ -z ${COI_QUICKSTART_GROUP:-} ]]; then say "Setting up coi. Log: $UI_LOG"; fi
  detect_os
  rid >/dev/null
  ensure_dotnet
  ensure_runtime_packages
  ensure_incus "$root/scripts"
  ensure_membership "$root/quickstart.sh" "${arguments[@]}"
  unset COI_QUICKSTART_GROUP
  ensure_subordinate_ids

  workspace=$PWD
  cd "$root"
  ensure_build_tools
  ensure_published "$root/artifacts/publish" require_prefix
  install_coi "$root/artifacts/publish"
  cd "$workspace"
  ensure_image "$PREFIX/bin/coi" "$root" missing

  if [[ $want_shell == no ]]; then
    say "Everything is ready. Start with 'coi shell' in your project."
    exit 0
  fi
  open_session
}

main "$@"
exit
