#!/bin/bash
# Makes a plain Debian 12/13 or Ubuntu 22.04/24.04 container into the coi image, as root inside the build container.
# Its own directory holds the files/ and dummy/ it installs. A line "::step name|message" begins a step; "::fail code|message"
# says why it gives up; all else is a log.
set -euo pipefail

here=$(cd -- "$(dirname -- "$0")" && pwd)
files=$here/files
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root
umask 022

step() { printf '::step %s|%s\n' "$1" "$2"; }
fail() { printf '::fail %s|%s\n' "$1" "$2"; exit 1; }
put() { install -D -o root -g root -m "${3:-644}" "$files/$1" "$2"; }
available() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

[ "$(id -u)" = 0 ] || fail build.user "base.sh must run as root"
command -v apt-get >/dev/null || fail build.base "the base image has no apt-get: coi images are built on Debian or Ubuntu"

# Installing systemd-resolved points resolv.conf at a resolver that does not run yet, so what works now is kept until the end.
resolvers=$(mktemp)
cat /etc/resolv.conf > "$resolvers" 2>/dev/null || true
keep_resolvers() { rm -f /etc/resolv.conf; cat "$resolvers" > /etc/resolv.conf; }

step packages.lists "Refreshing the package lists"
# Only for the build: no services started, no waiting for the disk, no manuals, and patience with a bad line.
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
cat > /etc/dpkg/dpkg.cfg.d/zz-coi-build <<'END'
force-unsafe-io
force-confold
path-exclude=/usr/share/man/*
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/locale/*/LC_MESSAGES/*
END
cat > /etc/apt/apt.conf.d/zz-coi-build <<'END'
Acquire::Retries "5";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Get::Assume-Yes "true";
DPkg::Lock::Timeout "120";
Dpkg::Use-Pty "false";
Dpkg::Progress-Fancy "false";
END
certificates=(/usr/local/share/ca-certificates/*.crt)
[ -e "${certificates[0]}" ] || certificates=()
if [ ${#certificates[@]} -gt 0 ] && command -v update-ca-certificates >/dev/null; then update-ca-certificates; fi
apt-get update -q

packages=(
  systemd systemd-sysv udev dbus sudo ca-certificates libnss-myhostname
  bash-completion curl wget git gnupg openssh-client rsync jq unzip zip xz-utils less nano vim-tiny ripgrep file
  procps psmisc lsof iproute2 iputils-ping bind9-dnsutils netcat-openbsd iptables tmux ncurses-term
  build-essential pkg-config libssl-dev libffi-dev zlib1g-dev libreadline-dev libyaml-dev libsqlite3-dev sqlite3
  libgmp-dev libpq-dev default-libmysqlclient-dev libcurl4-openssl-dev
  python3 python3-venv python3-pip python3-dev
  docker.io npm
)
# Not in every release, or named otherwise: the first of each line that exists.
for choice in systemd-resolved libnss-resolve docker-cli gh kitty-terminfo docker-buildx "docker-compose-v2 docker-compose"; do
  for name in $choice; do
    if available "$name"; then packages+=("$name"); break; fi
  done
done

step packages.install "Installing ${#packages[@]} packages and what they need"
# A base image may be months old: its security updates come first.
apt-get upgrade -q
apt-get install -q "${packages[@]}"
keep_resolvers

if [ ${#certificates[@]} -gt 0 ]; then
  step certificates "Trusting ${#certificates[@]} certificate authorities of the host"
  update-ca-certificates
  bundle=/etc/ssl/certs/ca-certificates.crt
  # Node and Python bring lists of their own; these variables make them read the system's.
  mkdir -p /etc/coi /etc/systemd/system.conf.d
  for name in NODE_EXTRA_CA_CERTS SSL_CERT_FILE REQUESTS_CA_BUNDLE; do
    echo "export $name=\"\${$name:-$bundle}\"" >> /etc/coi/certificates.sh
    echo "$name=$bundle" >> /etc/environment
    export "$name=$bundle"
  done
  printf '[Manager]\nDefaultEnvironment="NODE_EXTRA_CA_CERTS=%s" "SSL_CERT_FILE=%s" "REQUESTS_CA_BUNDLE=%s"\n' \
    "$bundle" "$bundle" "$bundle" > /etc/systemd/system.conf.d/coi-certificates.conf
fi

step node "Installing Node.js 22 and npm"
# The releases' own Node is too old for today's tools. npm's registry carries Node itself; the packaged npm fetches it and goes.
# The packaged npm refuses to install an npm that its own Node could not run, and cannot run on another Node than its own: so the
# new one is only fetched by it, before the new Node is there, and installs itself.
fetched=$(mktemp -d)
(cd "$fetched" && npm pack --silent npm@10 && tar -xzf npm-*.tgz)
npm install --global --prefix /usr/local --no-audit --no-fund --loglevel=error node@22
/usr/local/bin/node "$fetched/package/bin/npm-cli.js" install --global --prefix /usr/local --no-audit --no-fund --loglevel=error npm@10
rm -rf "$fetched"
hash -r
for leftover in include share/doc share/man CHANGELOG.md README.md; do
  rm -rf /usr/local/lib/node_modules/node/node_modules/node-linux-*/"$leftover" /usr/local/lib/node_modules/node/"$leftover"
done
npm config set --location=global update-notifier=false
# For npm without a shell's environment; Node itself has only the variable.
[ ${#certificates[@]} -eq 0 ] || npm config set --location=global cafile=/etc/ssl/certs/ca-certificates.crt
apt-get purge -q --auto-remove npm nodejs > /dev/null
/usr/local/bin/node --version; /usr/local/bin/npm --version

step user "Making the user code"
if existing=$(getent passwd 1000 | cut -d: -f1) && [ -n "$existing" ] && [ "$existing" != code ]; then
  usermod --login code --home /home/code --move-home "$existing"
  sed -i "s/^$existing:/code:/" /etc/subuid /etc/subgid
  rm -f "/etc/sudoers.d/90-$existing" /etc/sudoers.d/90-incus /etc/sudoers.d/90-lxd /etc/sudoers.d/90-cloud-init-users
fi
if group=$(getent group 1000 | cut -d: -f1) && [ -n "$group" ] && [ "$group" != code ]; then groupmod --new-name code "$group"; fi
getent group code >/dev/null || groupadd --gid 1000 code
getent passwd code >/dev/null || useradd --uid 1000 --gid 1000 --create-home --home-dir /home/code --shell /bin/bash code
usermod --shell /bin/bash --append --groups sudo,docker code
printf 'code ALL=(ALL:ALL) NOPASSWD: ALL\nDefaults:code !requiretty\n' > /etc/sudoers.d/90-coi
chmod 440 /etc/sudoers.d/90-coi
visudo -cqf /etc/sudoers.d/90-coi
install -d -o code -g code -m 755 /workspace /home/code /home/code/.config /home/code/.local /home/code/.local/bin /home/code/.local/share
install -d -o code -g code -m 700 /home/code/.claude /home/code/.ssh
touch /home/code/.hushlogin; chown code:code /home/code/.hushlogin

step shell "Setting up tmux, shells and power commands"
put tmux.conf /etc/tmux.conf
put profile.sh /etc/profile.d/coi.sh
grep -q coi.sh /etc/bash.bashrc || sed -i '1i [ ! -r /etc/profile.d/coi.sh ] || . /etc/profile.d/coi.sh' /etc/bash.bashrc
grep -q '^LANG=' /etc/environment 2>/dev/null || echo LANG=C.UTF-8 >> /etc/environment
echo LANG=C.UTF-8 > /etc/default/locale
for name in poweroff halt reboot shutdown close; do put power "/usr/local/bin/$name" 755; done

step system "Setting up the network and a fast boot"
put eth0.network /etc/systemd/network/00-coi-eth0.network
put sysctl.conf /etc/sysctl.d/99-coi.conf
put systemd.conf /etc/systemd/system.conf.d/coi.conf
put journald.conf /etc/systemd/journald.conf.d/coi.conf
put tmp.conf /etc/tmpfiles.d/tmp.conf
put udev-trigger.conf /etc/systemd/system/systemd-udev-trigger.service.d/coi.conf
rm -f /etc/netplan/*.yaml /etc/systemd/network/eth0.network
[ ! -f /etc/network/interfaces ] || printf 'auto lo\niface lo inet loopback\n' > /etc/network/interfaces
# The container's name is its host name: a name kept in the image would win over it.
rm -f /etc/hostname
printf '127.0.0.1 localhost\n' > /etc/hosts
sed -i 's/^hosts:.*/hosts: files myhostname resolve [!UNAVAIL=return] dns/' /etc/nsswitch.conf
systemctl -q enable systemd-networkd.service systemd-resolved.service
systemctl -q disable systemd-networkd-wait-online.service containerd.service docker.service 2>/dev/null || true
systemctl -q enable docker.socket
systemctl -q set-default multi-user.target
# What a container has no use for. Names that a release lacks are masked all the same, which harms nothing.
systemctl -q mask \
  systemd-networkd-wait-online.service NetworkManager-wait-online.service networking.service ifupdown-pre.service \
  getty.target console-getty.service getty@tty1.service serial-getty@.service container-getty@.service \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service man-db.timer fstrim.timer motd-news.timer \
  dpkg-db-backup.timer update-notifier-download.timer update-notifier-motd.timer unattended-upgrades.service \
  systemd-modules-load.service systemd-journal-flush.service systemd-random-seed.service systemd-timesyncd.service \
  systemd-remount-fs.service systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-binfmt.service systemd-network-generator.service \
  modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service \
  modprobe@loop.service tmp.mount dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
  ssh.service ssh.socket snapd.service snapd.socket multipathd.service ModemManager.service keyboard-setup.service console-setup.service
# logind is started by D-Bus when something asks for it: the wish of multi-user.target for it is what is masked.
install -d /etc/systemd/system/multi-user.target.wants
ln -sf /dev/null /etc/systemd/system/multi-user.target.wants/systemd-logind.service

# Says that this image keeps its /tmp at boot: a session may begin at once.
install -D -m 644 /dev/null /etc/coi/image
rm -f "$resolvers"
