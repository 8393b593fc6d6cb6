# shellcheck shell=bash
# An Incus on this machine, with or without systemd, new or holding what a killed one left behind. Runs as root.
# Needs ui.sh, system.sh, backports.sh. Nothing here disturbs an Incus that answers.

LXCFS_MOUNT=/var/lib/lxcfs
INCUS_LOG=/var/log/incus/incus.log
POOL_MAX_GIB=40
POOL_MIN_GIB=8

incus_binary() {
  local candidate
  for candidate in /usr/libexec/incus/incusd /usr/lib/incus/incusd /opt/incus/bin/incusd; do
    if [[ -x $candidate ]]; then printf '%s\n' "$candidate" && return 0; fi
  done
  command -v incusd
}

incus_installed() { incus_binary >/dev/null 2>&1 && command -v incus >/dev/null 2>&1; }
incus_ask() { timeout "${1:-10}" incus query local:/1.0 </dev/null; }
incus_answers() { incus_ask "$@" >/dev/null 2>&1; }
# Why it does not, in the client's own words.
incus_refusal() { incus_ask 2>&1 >/dev/null | head -n 1; }

# --- lxcfs ---

# healthy, dead (a mount whose process was killed: "Transport endpoint is not connected") or absent.
lxcfs_state() {
  if ! grep -q " $LXCFS_MOUNT fuse.lxcfs " /proc/self/mounts; then
    echo absent
  elif timeout 5 ls "$LXCFS_MOUNT/proc" >/dev/null 2>&1; then
    echo healthy
  else
    echo dead
  fi
}

# Processes of this machine only: containers run their own incusd and lxcfs, which the host sees too.
own_processes() {
  local pid
  for pid in $(pgrep -x "$1" || true); do
    [[ $(readlink "/proc/$pid/ns/pid") != "$(readlink /proc/self/ns/pid)" ]] || printf '%s\n' "$pid"
  done
}

end_process() {
  local pid=$1 i
  kill -TERM "$pid" 2>/dev/null || return 0
  for ((i = 0; i < 100; i++)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

# systemd's unit for lxcfs is skipped by its own condition inside a container, and Incus works without it there.
lxcfs_wanted() {
  command -v lxcfs >/dev/null 2>&1 || return 1
  [[ $(lxcfs_state) != healthy ]] || return 1
  if has_systemd && [[ $(lxcfs_state) == absent ]] && systemd-detect-virt --quiet --container; then return 1; fi
}

ensure_lxcfs() {
  local i pid
  if [[ $(lxcfs_state) == dead ]]; then
    echo "lxcfs was killed earlier: removing its dead mount"
    umount -l "$LXCFS_MOUNT"
  fi
  for pid in $(own_processes lxcfs); do end_process "$pid"; done
  if has_systemd; then
    systemctl enable lxcfs.service
    systemctl restart lxcfs.service
    if systemd-detect-virt --quiet --container; then return 0; fi
  else
    mkdir -p "$LXCFS_MOUNT"
    setsid --fork lxcfs "$LXCFS_MOUNT" </dev/null >/var/log/lxcfs.log 2>&1
  fi
  for ((i = 0; i < 100; i++)); do
    if [[ $(lxcfs_state) == healthy ]]; then return 0; fi
    sleep 0.1
  done
  echo "lxcfs does not come up; see /var/log/lxcfs.log or 'journalctl -u lxcfs'"
  has_systemd || tail -n 5 /var/log/lxcfs.log
  return 1
}

# --- packages ---

# Ubuntu 22.04 and older have no Incus: the only honest answer is where it can come from.
incus_not_packaged() {
  die "Incus cannot be installed from this machine's package sources" "$OS_ID $OS_VERSION does not carry it" \
    "either add the Incus project's own package source (Incus documentation, 'How to install Incus', Ubuntu) and run this again, or use Debian 12 or newer or Ubuntu 24.04 or newer"
}

install_incus() {
  has_apt || die "Incus is not installed" "this machine has no apt-get" "install Incus with your package manager (Arch: pacman -S incus), then run this again"
  apt_lists_fresh || step "Reading the package lists" apt_update
  local main=incus-base target=()
  package_available "$main" || main=incus
  if ! package_available "$main"; then
    [[ $OS_ID == debian && $OS_CODENAME == bookworm ]] || incus_not_packaged
    hint "check /etc/apt/sources.list.d and that 'apt-get update' works"
    step "Adding Debian 12's backports, which carry Incus" write_backports_source bookworm
    main=incus-base
  fi
  # Only Incus itself comes from backports; everything it needs stays with the release.
  if [[ $OS_CODENAME == bookworm ]]; then target=(incus-base/bookworm-backports incus-client/bookworm-backports); else target=("$main" incus-client); fi
  hint "read the log; an interrupted installation is finished by 'sudo apt-get -f install'"
  step "Installing Incus" apt_install "${target[@]}" lxcfs btrfs-progs nftables dnsmasq-base uidmap iproute2
}

# --- start ---

# How many ids from the first one that containers get this machine has: all of a thousand millions, or fewer where it is a container itself (user_namespaces(7)).
ids_for_containers() {
  awk -v first=1000000 -v most=1000000000 '$1 <= first && first < $1 + $3 { n = $1 + $3 - first; print (n < most ? n : most); exit }' "$1"
}

ensure_ids() {
  local kind count
  getent group incus-admin >/dev/null || groupadd --system incus-admin
  for kind in uid gid; do
    if grep -q '^root:' "/etc/sub$kind" 2>/dev/null; then continue; fi
    count=$(ids_for_containers "/proc/self/${kind}_map")
    if ((${count:-0} < 65536)); then
      echo "This machine is a container itself and has too few ${kind}s for containers of its own: $(tr -s ' ' <"/proc/self/${kind}_map" | tr '\n' ';')"
      echo "Give it more where it is kept, such as: incus config set NAME security.idmap.size=10000000"
      return 1
    fi
    echo "root:1000000:$count" >>"/etc/sub$kind"
  done
}

# A process that is there but does not answer within a minute is stuck: containers outlive it and a new one adopts them.
clear_stuck_incusd() {
  local pid
  for pid in $(own_processes incusd); do
    # Its helpers (forkproxy, forkexec, …) belong to containers and stay.
    [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") == *" --group "* ]] || continue
    if incus_answers 60; then return 0; fi
    echo "incusd (process $pid) does not answer: ending it"
    end_process "$pid"
  done
}

start_incusd() {
  ensure_ids
  mkdir -p /var/log/incus
  if has_systemd; then
    systemctl unmask incus.socket incus.service >/dev/null 2>&1 || true
    systemctl enable --now incus.socket incus.service
    systemctl enable incus-startup.service 2>/dev/null || true
  else
    clear_stuck_incusd
    if incus_answers; then return 0; fi
    # A session of its own and no descriptor of ours: it outlives this script and keeps no pipe open.
    (
      ulimit -n 1048576 2>/dev/null || true
      PATH=/usr/libexec/incus:$PATH setsid --fork "$(incus_binary)" --group incus-admin --logfile "$INCUS_LOG" </dev/null >/var/log/incus/incusd.out 2>&1
    )
  fi
  if ! timeout 90 incus admin waitready --timeout=80; then
    echo "Incus does not get ready. The end of its log:"
    tail -n 15 "$INCUS_LOG" /var/log/incus/incusd.out 2>/dev/null
    return 1
  fi
}

# --- limits ---

# Every bridge has a dnsmasq and every container a systemd, all counted against root's inotify instances; the kernel's 128 are used up
# by a dozen sessions ("dnsmasq: failed to create inotify: Too many open files"). Incus' package raises it, but only systemd applies that.
INOTIFY_INSTANCES=1024

limits_are_low() { [[ -r /proc/sys/fs/inotify/max_user_instances ]] && (($(</proc/sys/fs/inotify/max_user_instances) < INOTIFY_INSTANCES)); }
raise_limits() { echo "$INOTIFY_INSTANCES" >/proc/sys/fs/inotify/max_user_instances || echo "this machine does not allow it; about ten sessions will run at a time"; }

# --- first-time settings ---

incus_has_pool() { [[ -n $(incus storage list local: --format=csv) ]]; }

# Four fifths of what is free, at most 40 GiB; the file is sparse, so it costs nothing until it is used.
pool_size_gib() {
  local free
  free=$(($(df --output=avail -k /var/lib/incus | tail -n 1) * 4 / 5 / 1024 / 1024))
  echo $((free < POOL_MAX_GIB ? free : POOL_MAX_GIB))
}

create_pool() {
  local size driver
  size=$(pool_size_gib)
  if ((size >= POOL_MIN_GIB)); then
    for driver in zfs btrfs; do
      [[ $driver != zfs ]] || { command -v zpool >/dev/null 2>&1 && [[ -e /dev/zfs ]]; } || continue
      if incus storage create local:default "$driver" size="${size}GiB"; then echo "storage pool on $driver, up to $size GiB" && return 0; fi
      echo "no storage pool on $driver here"
    done
  else
    echo "only $size GiB could be given to a copy-on-write pool: taking plain directories"
  fi
  echo "storage pool of plain directories: works, but each container is a full copy and starts slower"
  incus storage create local:default dir
}

# An Incus without a storage pool has never been used by anybody: it gets its settings. One with a pool is somebody's and keeps its own.
initialise_incus() {
  if ! incus_has_pool; then
    create_pool
    # Nobody asked for background downloads of images, and machines without a way out would only see errors.
    incus config set local: images.auto_update_interval=0
  fi
  local pool
  if ! incus profile device list local:default | any_line -x root; then
    pool=$(incus storage list local: --format=csv | sed -n 1p | cut -d, -f1)
    incus profile device add local:default root disk path=/ pool="$pool"
  fi
}
