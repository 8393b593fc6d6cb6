# shellcheck shell=bash
# The machine: its distribution, root's rights, its packages, groups. Needs ui.sh.

# Read by the scripts that source this file.
export OS_ID="" OS_VERSION="" OS_CODENAME=""

detect_os() {
  [[ -r /etc/os-release ]] || die "This Linux cannot be recognised" "there is no /etc/os-release" "install Incus, the .NET 10 SDK, gcc and zlib's headers yourself, then run ./install.sh"
  OS_ID=$(. /etc/os-release && printf %s "${ID:-}")
  OS_VERSION=$(. /etc/os-release && printf %s "${VERSION_ID:-}")
  OS_CODENAME=$(. /etc/os-release && printf %s "${VERSION_CODENAME:-}")
}

has_systemd() { [[ -d /run/systemd/system ]]; }
has_apt() { command -v apt-get >/dev/null 2>&1; }

# Runs a command as root: directly, or through sudo.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n -- "$@"; fi
}

# Makes sure that as_root works, asking for the password once, before any step hides the terminal.
require_root() {
  local reason=$1
  if ((EUID == 0)); then return 0; fi
  command -v sudo >/dev/null 2>&1 ||
    die "$reason needs root's rights" "you are $(id -un) and there is no sudo" "run this as root, or install sudo and let $(id -un) use it"
  if sudo -n true 2>/dev/null; then return 0; fi
  if { : </dev/tty; } 2>/dev/null; then
    say "$reason needs root's rights; sudo may ask for your password."
    sudo -v || die "sudo refused" "$reason needs root's rights" "run this as a user who may use sudo, or as root"
  else
    die "$reason needs root's rights" "sudo wants a password and there is no terminal to ask on" "run 'sudo -v' first, or run this at a terminal or as root"
  fi
}

package_installed() { [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]; }
package_available() { apt-cache policy "$1" 2>/dev/null | any_line '^  Candidate: [^(]'; }

missing_packages() {
  local p
  for p in "$@"; do package_installed "$p" || printf '%s\n' "$p"; done
}

# The lists lock may be held by the machine's own daily update, which apt-get does not wait for.
apt_update() {
  local try
  for try in 1 2 3 4 5; do
    if as_root apt-get update -qq; then return 0; fi
    printf 'apt-get update failed (try %s of 5)\n' "$try"
    sleep 5
  done
  return 1
}

# Fresh enough: lists exist and are younger than a day.
apt_lists_fresh() { [[ -n $(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mmin -1440 -print -quit 2>/dev/null) ]]; }

apt_install() {
  apt_lists_fresh || apt_update
  local args=(-y -qq --no-install-recommends -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
  if as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${args[@]}" "$@"; then return 0; fi
  # Lists can be young and still name packages that the archive has replaced since.
  printf 'apt-get install failed; trying once more with new lists\n'
  apt_update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${args[@]}" "$@"
}

# ensure_packages HEADING PKG… : installs what is missing, says nothing when nothing is.
ensure_packages() {
  local heading=$1 missing
  shift
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then return 0; fi
  has_apt || die "$heading failed" "this machine has no apt-get, so these cannot be installed here: ${missing[*]}" "install their equivalents with your package manager, then run this again"
  require_root "$heading"
  hint "check that 'sudo apt-get update' works, then run this again"
  step "$heading: ${missing[*]}" apt_install "${missing[@]}"
}

quote_sh() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

in_group_now() { id -nG | tr ' ' '\n' | any_line -x "$1"; }
in_group_by_file() { id -nG "$(id -un)" | tr ' ' '\n' | any_line -x "$1"; }

# Replaces this process by the command with GROUP among its groups, without a new login; returns when there is no way. `sg` makes GROUP
# the primary group, so a second one goes back to the user's own: files made from here on must not belong to GROUP. The `sg` of Debian 13
# (util-linux) forgets GROUP on the way back; there sudo gives this user all groups anew.
exec_with_group() {
  local group=$1 own command="" word kept
  shift
  own=$(quote_sh "$(id -gn)")
  for word in "$@"; do command+=" $(quote_sh "$word")"; done
  if sg "$group" -c "exec sg $own -c 'id -nG'" </dev/null 2>/dev/null | tr ' ' '\n' | any_line -x "$group"; then
    exec sg "$group" -c "exec sg $own -c $(quote_sh "exec$command")"
  fi
  # What sudo sets itself, back to what it was.
  kept=(env -u SUDO_USER -u SUDO_UID -u SUDO_GID -u SUDO_COMMAND "HOME=$HOME" "PATH=$PATH")
  if sudo -n -E -u "$(id -un)" -- id -nG </dev/null 2>/dev/null | tr ' ' '\n' | any_line -x "$group"; then
    exec sudo -n -E -u "$(id -un)" -- "${kept[@]}" "$@"
  fi
}
