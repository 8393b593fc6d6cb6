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
  [[ ! -f $PREFIX/lib/coi/manual ]] || in_prefix cp "$PREFIX/lib/coi/manual" "$PREFIX/lib/coi.new/manual"
  in_prefix chmod -R u+rwX,go+rX,go-w "$PREFIX/lib/coi.new"
  # Renaming keeps a daemon that runs from the old directory alive until it is told to stop.
  [[ ! -e $PREFIX/lib/coi ]] || in_prefix mv "$PREFIX/lib/coi" "$PREFIX/lib/coi.old"
  in_prefix mv "$PREFIX/lib/coi.new" "$PREFIX/lib/coi"
  in_prefix install -m 0755 "$from/bin/coi" "$PREFIX/bin/.coi.new"
  in_prefix mv -f "$PREFIX/bin/.coi.new" "$PREFIX/bin/coi"
  in_prefix ln -sfn coi "$PREFIX/bin/claude-on-incus"
  in_prefix rm -rf "$PREFIX/lib/coi.old"
}

# Where each shell looks for completions of programs that others have installed.
COMPLETIONS=(bash:share/bash-completion/completions/coi zsh:share/zsh/site-functions/_coi fish:share/fish/vendor_completions.d/coi.fish)

copy_completions() {
  local entry file script
  for entry in "${COMPLETIONS[@]}"; do
    file=$PREFIX/${entry#*:}
    script=$("$PREFIX/bin/coi" completion "${entry%%:*}") || continue
    in_prefix mkdir -p "$(dirname "$file")" || continue
    printf '%s\n' "$script" | in_prefix tee "$file" >/dev/null
  done
}

# The list of pages is kept, so that only they are removed again.
copy_manual() {
  local directory=$PREFIX/share/man/man1 pages list
  pages=$(mktemp -d)
  list=$("$PREFIX/bin/coi" __man "$pages") || return 0
  remove_manual
  in_prefix mkdir -p "$directory"
  in_prefix install -m 0644 "$pages"/*.1 "$directory/"
  rm -rf "$pages"
  printf '%s\n' "$list" | in_prefix tee "$PREFIX/lib/coi/manual" >/dev/null
}

remove_manual() {
  local page
  [[ -f $PREFIX/lib/coi/manual ]] || return 0
  while IFS= read -r page; do in_prefix rm -f "$PREFIX/share/man/man1/$page"; done <"$PREFIX/lib/coi/manual"
}

put_in_place() { copy_programs "$1" && copy_completions && copy_manual; }

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
  remove_manual
  in_prefix rm -rf "$PREFIX/lib/coi" "$PREFIX/bin/coi" "$PREFIX/bin/claude-on-incus" "${COMPLETIONS[@]/#*:/$PREFIX/}"
  [[ ! -e $PREFIX/bin/coi.before-coi ]] || say "The program that was there before is kept as $PREFIX/bin/coi.before-coi."
  say "coi is removed. Kept: ${COI_HOME:-$HOME/.coi}, images, containers, Incus itself."
}
