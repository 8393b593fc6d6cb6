# shellcheck shell=bash
# Puts the published programs into PREFIX and takes them out again. Needs ui.sh, system.sh, publish.sh and $PREFIX.

BUILD_PACKAGES=(gcc libc6-dev zlib1g-dev)

# gcc and zlib's headers for the native coi; without them, and without a way to get them, an ordinary build is made instead.
ensure_build_tools() {
  if can_link_aot || ! has_apt; then return 0; fi
  if ((EUID != 0)) && ! sudo -n true 2>/dev/null && ! { : </dev/tty; } 2>/dev/null; then return 0; fi
  require_root "Installing the compiler"
  attempt "Installing what the native coi is linked with: ${BUILD_PACKAGES[*]}" apt_install "${BUILD_PACKAGES[@]}"
}

nearest_existing() {
  local path=$1
  while [[ ! -e $path ]]; do path=$(dirname "$path"); done
  printf '%s\n' "$path"
}

prefix_is_writable() {
  local directory
  for directory in "$PREFIX/bin" "$PREFIX/lib/coi" "$PREFIX/lib"; do
    [[ -w $(nearest_existing "$directory") ]] || return 1
  done
}

in_prefix() { if prefix_is_writable; then "$@"; else as_root "$@"; fi; }

require_prefix() {
  if prefix_is_writable; then return 0; fi
  ((EUID == 0)) || command -v sudo >/dev/null 2>&1 ||
    die "coi cannot be installed into $PREFIX" "$(id -un) may not write there, and there is no sudo" "name a directory of yours, such as --prefix $HOME/.local, or run this as root"
  require_root "Installing into $PREFIX"
}

# Another program of that name (an earlier coi of other make, say) is not overwritten without a yes.
guard_foreign_program() {
  local program=$PREFIX/bin/coi
  if [[ ! -e $program && ! -L $program ]] || [[ -f $PREFIX/lib/coi/installed ]]; then return 0; fi
  ask "$program exists and is not ours. Keep it as $program.before-coi and go on?" ||
    die "coi was not installed" "$program is another program" "install elsewhere with --prefix, or answer yes (--yes): it is then kept as $program.before-coi"
  in_prefix mv -f "$program" "$program.before-coi"
}

copy_programs() {
  local from=$1
  in_prefix mkdir -p "$PREFIX/bin" "$PREFIX/lib"
  in_prefix rm -rf "$PREFIX/lib/coi.new" "$PREFIX/lib/coi.old"
  in_prefix cp -R "$from/lib/coi" "$PREFIX/lib/coi.new"
  in_prefix cp "$from/sum" "$PREFIX/lib/coi.new/installed"
  in_prefix chmod -R u+rwX,go+rX,go-w "$PREFIX/lib/coi.new"
  # Renaming keeps a daemon that runs from the old directory alive until it is told to stop.
  [[ ! -e $PREFIX/lib/coi ]] || in_prefix mv "$PREFIX/lib/coi" "$PREFIX/lib/coi.old"
  in_prefix mv "$PREFIX/lib/coi.new" "$PREFIX/lib/coi"
  in_prefix install -m 0755 "$from/bin/coi" "$PREFIX/bin/.coi.new"
  in_prefix mv -f "$PREFIX/bin/.coi.new" "$PREFIX/bin/coi"
  in_prefix ln -sfn coi "$PREFIX/bin/claude-on-incus"
  in_prefix rm -rf "$PREFIX/lib/coi.old"
}

copy_completion() {
  local directory=$PREFIX/share/bash-completion/completions script
  script=$("$PREFIX/bin/coi" completion bash) || return 0
  in_prefix mkdir -p "$directory" || return 0
  printf '%s\n' "$script" | in_prefix tee "$directory/coi" >/dev/null
}

put_in_place() { copy_programs "$1" && copy_completion; }

# A daemon of the earlier version goes on until it is told; sessions do not notice.
stop_running_daemon() {
  if "$PREFIX/bin/coi" daemon status >/dev/null 2>&1; then
    hint "run 'coi daemon stop' and read 'coi daemon logs'"
    step "Stopping the running coid, so that the new one takes over (sessions go on)" "$PREFIX/bin/coi" daemon stop
  fi
}

on_path() { [[ :$PATH: == *:$1:* ]]; }

install_coi() {
  local from=$1
  if [[ -f $PREFIX/lib/coi/installed ]] && cmp -s "$from/sum" "$PREFIX/lib/coi/installed" && cmp -s "$from/bin/coi" "$PREFIX/bin/coi"; then
    say "  ✓ $("$PREFIX/bin/coi" version | head -n 1) is installed in $PREFIX"
    return 0
  fi
  require_prefix
  guard_foreign_program
  hint "check that $PREFIX can be written to, or choose another place with --prefix"
  step "Installing into $PREFIX" put_in_place "$from"
  stop_running_daemon
  say "  ✓ $("$PREFIX/bin/coi" version | head -n 1) is installed in $PREFIX"
  on_path "$PREFIX/bin" || warn "$PREFIX/bin is not on your PATH; add it, or call $PREFIX/bin/coi"
}

uninstall_coi() {
  [[ -f $PREFIX/lib/coi/installed ]] || die "Nothing was removed" "$PREFIX holds no coi that install.sh put there" "name the right place with --prefix"
  ask "Remove coi from $PREFIX? (images, sessions and ${COI_HOME:-$HOME/.coi} stay)" || die "Nothing was removed" "the question was not answered with yes" "run './install.sh --uninstall --yes'"
  require_prefix
  stop_running_daemon
  in_prefix rm -rf "$PREFIX/lib/coi" "$PREFIX/bin/coi" "$PREFIX/bin/claude-on-incus" "$PREFIX/share/bash-completion/completions/coi"
  [[ ! -e $PREFIX/bin/coi.before-coi ]] || say "The program that was there before is kept as $PREFIX/bin/coi.before-coi."
  say "coi is removed. Kept: ${COI_HOME:-$HOME/.coi}, images, containers, Incus itself."
}
