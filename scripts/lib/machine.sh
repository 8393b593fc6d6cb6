# shellcheck shell=bash
# What stands between a fresh machine and a session: Incus that this user may use, the image, the session. Needs all the other files.

# mmdebstrap makes the base image where no image server can be reached; jq is for these scripts.
ensure_runtime_packages() { ensure_packages "Installing what coi calls" mmdebstrap uidmap jq ca-certificates; }

incus_is_set_up() { incus_installed && incus_answers && incus_has_pool && incus profile device list local:default | any_line -x root; }

# ensure_incus SCRIPTS : through SCRIPTS/dev-incus.sh, as root.
ensure_incus() {
  local scripts=$1
  if incus_is_set_up && [[ $(lxcfs_state) != dead ]] && ! limits_are_low; then
    say "  ✓ Incus $(incus version local: 2>/dev/null | sed -n 's/^Server version: //p') is ready"
    return 0
  fi
  # A user who is in the group but not in this login asks again after the group is in force.
  if incus_installed && [[ -z ${COI_QUICKSTART_GROUP:-} ]] && ((EUID != 0)) && in_group_by_file incus-admin && ! in_group_now incus-admin; then return 0; fi
  require_root "Setting up Incus"
  as_root env COI_SETUP_LOG="$UI_LOG" TERM="${TERM:-dumb}" bash "$scripts/dev-incus.sh" start
}

may_use_incus() { ((EUID == 0)) || incus_answers; }

# Membership of incus-admin is all that coi needs at run time. It is as strong as root, so it is said aloud.
ensure_membership() {
  local user
  user=$(id -un)
  if may_use_incus; then return 0; fi
  if [[ -n ${COI_QUICKSTART_GROUP:-} ]]; then
    die "Incus cannot be used by $user, although group incus-admin is in force" "incus says: $(incus_refusal)" \
      "when that is about its socket, look at 'ls -l /var/lib/incus/unix.socket' and 'scripts/dev-incus.sh status'"
  fi
  if ! in_group_by_file incus-admin; then
    require_root "Adding $user to group incus-admin"
    note "Members of incus-admin control every container and can become root through them."
    hint "run 'sudo usermod -aG incus-admin $user', log in again, and run this again"
    step "Adding $user to group incus-admin" as_root usermod -aG incus-admin "$user"
  fi
  say "  ✓ $user is in group incus-admin; going on with it (other terminals need a new login)"
  ui_ticker_stop
  export COI_QUICKSTART_GROUP=incus-admin
  exec_with_group incus-admin bash "$@"
  die "This login does not have the group incus-admin yet" "$user was put into it after the login" "log in again and run this again"
}

# A user who is not root makes a base system in a user namespace, and that needs subordinate ids.
ensure_subordinate_ids() {
  local user
  user=$(id -un)
  if ((EUID == 0)) || { grep -q "^$user:" /etc/subuid && grep -q "^$user:" /etc/subgid; } 2>/dev/null; then return 0; fi
  require_root "Giving $user subordinate ids"
  step "Giving $user subordinate ids" as_root usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$user"
}

running_here() { "$1" list --format=json | jq -r --arg here "$PWD" '[.active_containers[] | select(.workspace == $here and .status == "Running")][0].name // empty'; }

# The tool draws its first screen some moments after it was started.
show_screen() {
  local coi=$1 name=$2 screen="" i
  for ((i = 0; i < 40; i++)); do
    screen=$("$coi" tmux capture "$name" 2>/dev/null || true)
    [[ -z ${screen//[[:space:]]/} ]] || break
    sleep 0.5
  done
  printf '%s\n' "$screen" | sed 's/^/    | /'
}

background_session() {
  local coi=$1 name
  name=$(running_here "$coi")
  if [[ -n $name ]] && "$coi" tmux capture "$name" >/dev/null 2>&1; then
    say "A session is already running in $PWD: $name"
  else
    say "There is no terminal here, so the session is started in the background."
    name=$("$coi" shell --background </dev/null) || die "The session was not started" "coi says why above" "'coi daemon logs' has the details"
  fi
  say "Its screen (coi tmux capture $name):"
  show_screen "$coi" "$name"
  "$coi" list
  say ""
  say "Attach with:  coi attach $name"
}
