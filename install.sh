#!/usr/bin/env bash
# Builds coi and coid from this checkout and installs them. Asks only on the terminal, never on a piped stdin.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]:-$0}")" && pwd)
if [[ ! -f $root/Coi.sln || ! -d $root/scripts/lib ]]; then
  printf 'error: install.sh must be run from a checkout of coi\n  why:  %s holds no Coi.sln\n  next: clone the repository and run ./install.sh in it\n' "$root" >&2
  exit 1
fi
# shellcheck source=scripts/lib/ui.sh
. "$root/scripts/lib/ui.sh"
# shellcheck source=scripts/lib/system.sh
. "$root/scripts/lib/system.sh"
# shellcheck source=scripts/lib/publish.sh
. "$root/scripts/lib/publish.sh"
# shellcheck source=scripts/lib/installation.sh
. "$root/scripts/lib/installation.sh"

usage() {
  cat <<'TEXT'
Usage: ./install.sh [--prefix DIR] [--yes]
       ./install.sh --uninstall [--prefix DIR] [--yes]

Builds coi and installs DIR/bin/coi, its second name DIR/bin/claude-on-incus, the daemon in DIR/lib/coi, and below DIR/share the manual
pages and the completions of bash, zsh and fish.

  --prefix DIR   where to install (default: /usr/local, through sudo if needed)
  --uninstall    remove what was installed; images, sessions and ~/.coi stay
  --yes          do not ask
  --help         show this
TEXT
}

# In a function, so that bash has read all of it before it begins: the file may change while it runs (git pull, an editor).
main() {
  PREFIX=/usr/local
  action=install
  while (($#)); do
    case $1 in
      --prefix)
        PREFIX=${2:?--prefix needs a directory}
        shift
        ;;
      --prefix=*) PREFIX=${1#*=} ;;
      --uninstall) action=uninstall ;;
      -y | --yes) ASSUME_YES=yes ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  export ASSUME_YES=${ASSUME_YES:-no}
  [[ $PREFIX == /* ]] || PREFIX=$PWD/$PREFIX
  cd "$root"
  ui_init install

  if [[ $action == uninstall ]]; then
    uninstall_coi
    exit 0
  fi

  ensure_dotnet
  ensure_build_tools
  ensure_published "$root/artifacts/publish" require_prefix
  install_coi "$root/artifacts/publish"
}

main "$@"
exit
