#!/bin/sh
# Runs in the container as root, right after it started: makes the user of the session, the network and the terminal with the tool.
# Arguments: uid gid address gateway prefix-length tmux-session columns rows command...
# An empty tmux-session means: for one command that coi itself runs afterwards (coi run), and nothing more.
# Prints "resolver silent" when the bridge's resolver does not answer. Exit codes with a meaning: 70 no tmux, 71 no such tool, 72 no workspace.
set -eu
probe=
uid=$1 gid=$2 address=$3 gateway=$4 bits=$5 session=$6 columns=$7 rows=$8
shift 8

[ -z "$session" ] || command -v tmux >/dev/null || exit 70
as_user() { setpriv --reuid "$uid" --regid "$gid" --init-groups -- "$@"; }
# Incus can lose sight of a command that runs to its end, and then this runs twice; so it does after the daemon's death.
if [ -n "$session" ] && getent passwd code >/dev/null && as_user tmux has-session -t "=$session" 2>/dev/null; then exit 0; fi
[ -z "$session" ] || command -v "$1" >/dev/null || exit 71
[ -d /workspace ] || exit 72

# tmux keeps its socket here and not in /tmp, which many systems empty or cover while they boot.
install -d -m 1777 "$TMUX_TMPDIR"

# The session's user has the uid and gid of whoever runs coi, so that files are owned right on both sides.
getent group code >/dev/null || groupadd -o -g "$gid" code
getent passwd code >/dev/null || useradd -o -m -u "$uid" -g code -s /bin/bash -d /home/code code
if [ "$(id -u code):$(id -g code)" != "$uid:$gid" ]; then
  sed -i "s/^code:\([^:]*\):[0-9]*:[0-9]*:/code:\1:$uid:$gid:/" /etc/passwd
  sed -i "s/^code:\([^:]*\):[0-9]*:/code:\1:$gid:/" /etc/group
  # What is mounted below home (the tool's state) belongs to the user already.
  find /home/code -xdev -exec chown -h "$uid:$gid" {} +
fi

# Directories above the tool's mounted state that Incus has made are root's.
chown -h "$uid:$gid" /home/code/.config /home/code/.local /home/code/.local/share 2>/dev/null || :

# The address that the bridge's DHCP server will give as well: set now, so that the tool need not wait for the network service.
if [ -e /sys/class/net/eth0 ]; then
  ip link set eth0 up
  ip address replace "$address/$bits" dev eth0
  ip route replace default via "$gateway" dev eth0
  # The bridge's resolver, without the detour over a local stub, which nested containers could not reach.
  # Renamed into its place: while the container boots, systemd puts its link back as soon as the name is free.
  printf 'nameserver %s\n' "$gateway" >"/etc/resolv.conf.$$"
  mv -fT "/etc/resolv.conf.$$" /etc/resolv.conf
  (resolver_answers "$gateway" || echo resolver silent) </dev/null 2>/dev/null &
  probe=$!
fi

if [ -z "$session" ]; then
  # The machine goes when the command has ended or nobody came to run it, also when coi was killed. The command's shell says a word and
  # keeps the pipe open while the command runs; the pipe's end, whatever brings it about, is the machine's end.
  pipe=$TMUX_TMPDIR/run
  if [ -e "$pipe" ]; then exit 0; fi
  if ! refusal=$(mkfifo -m 622 "$pipe" 2>&1); then
    if [ -p "$pipe" ]; then exit 0; fi # the run that was lost of sight has been first
    echo "$refusal" >&2
    exit 1
  fi
  setsid bash -c '
    exec 3<>"$1"
    if read -t 120 -u 3 _; then
      exec 4<"$1" 3>&-
      cat <&4
    fi
    systemctl poweroff --force --force
  ' coi-run "$pipe" </dev/null >/dev/null 2>&1 &
  [ -z "$probe" ] || wait "$probe"
  exit 0
fi

# The host's certificate authorities that the image carries: Node and Python find them by variables only.
[ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh

# When the tool ends the user lands in a shell; Ctrl-C is for the tool, not for what waits around it.
as_user \
  tmux new-session -d -s "$session" -x "$columns" -y "$rows" -c /workspace -- \
  bash -c 'trap : INT; "$@"; exec bash' coi "$@" ||
  as_user tmux has-session -t "=$session" # the run that was lost of sight may have been first
[ -z "$probe" ] || wait "$probe"
