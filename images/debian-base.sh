#!/bin/sh
# Makes a base image for `coi build` out of this machine's own apt sources, for places where no image server can be reached.
# Runs on the host, as root or as a user who may create user namespaces: debian-base.sh OUTPUT-DIRECTORY
# Leaves OUTPUT-DIRECTORY/metadata.tar and OUTPUT-DIRECTORY/rootfs.tar, the two parts of an Incus image.
# Lines beginning with "::step" are for the program that started it, everything else is a log.
set -eu

out=${1:?usage: debian-base.sh OUTPUT-DIRECTORY}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mkdir -p "$out"

step() { printf '::step %s|%s\n' "$1" "$2"; }
fail() { printf '::fail %s|%s\n' "$1" "$2"; exit 1; }

command -v mmdebstrap >/dev/null || fail base.mmdebstrap "mmdebstrap is not installed"

id=$(. /etc/os-release; echo "$ID")
suite=${COI_BASE_SUITE:-$(. /etc/os-release; echo "${VERSION_CODENAME:-}")}
case $id in
  debian) origin=Debian components=main keyring=/usr/share/keyrings/debian-archive-keyring.gpg ;;
  ubuntu) origin=Ubuntu components="main universe" keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg ;;
  *) fail base.distribution "a base image can be made on Debian and Ubuntu, this is $id" ;;
esac
[ -n "$suite" ] || fail base.distribution "/etc/os-release names no VERSION_CODENAME"
architecture=$(dpkg --print-architecture)

# The same archives, mirrors and suites this machine uses itself, security updates included; third-party entries stay out.
signed=
[ -r "$keyring" ] && signed=" signed-by=$keyring"
sources=$out/sources.list
apt-get indextargets --format '$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)|$(ARCHITECTURE)' 'Created-By: Packages' 2>/dev/null |
  while IFS='|' read -r o release component uri arch; do
    case "$o" in "$origin"*) ;; *) continue ;; esac
    case "$release" in "$suite" | "$suite"-updates | "$suite"-security) ;; *) continue ;; esac
    case " $components " in *" $component "*) ;; *) continue ;; esac
    [ "$arch" = "$architecture" ] || continue
    printf 'deb [arch=%s%s] %s %s %s\n' "$arch" "$signed" "$uri" "$release" "$component"
  done | sort -u > "$sources"

if [ -s "$sources" ]; then
  step base.sources "Using this machine's own package sources ($suite)"
  cat "$sources"
else
  step base.sources "This machine names no source for $suite; using mmdebstrap's own default"
  rm -f "$sources"
fi

# What the running system needs to be a container that Incus can start, give an address and hand to base.sh; udev is not decoration,
# without it systemd-networkd never configures eth0.
# apt by name: Ubuntu's smallest variant has none.
include=apt,systemd-sysv,systemd-resolved,libnss-resolve,libnss-myhostname,udev,dbus,sudo,ca-certificates,iproute2,iputils-ping,procps,netbase
case $suite in jammy) include=$(echo "$include" | sed 's/,systemd-resolved//') ;; esac

step base.bootstrap "Making a $origin $suite base system with mmdebstrap"
SOURCE_DATE_EPOCH=$(date +%s)
export SOURCE_DATE_EPOCH
set -- --variant=minbase --format=tar --include="$include" \
  --aptopt='Acquire::Retries "5"' --aptopt='Acquire::http::Timeout "30"' --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*/LC_MESSAGES/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' --dpkgopt=force-unsafe-io \
  --customize-hook='rm -f "$1"/etc/machine-id "$1"/var/lib/dbus/machine-id; : > "$1"/etc/machine-id' \
  --customize-hook='printf "127.0.0.1 localhost\n" > "$1"/etc/hosts; rm -f "$1"/etc/hostname' \
  --customize-hook="upload '$here/files/eth0.network' /etc/systemd/network/00-coi-eth0.network" \
  --customize-hook='chroot "$1" systemctl enable systemd-networkd systemd-resolved' \
  --customize-hook='for f in "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap; do [ ! -f "$f" ] || sed -i "/Proxy/!d" "$f"; [ -s "$f" ] || rm -f "$f"; done' \
  --customize-hook='ln -sf ../run/systemd/resolve/stub-resolv.conf "$1"/etc/resolv.conf'
for setting in Acquire::http::Proxy Acquire::https::Proxy; do
  value=$(apt-config dump --format '%v' "$setting")
  [ -z "$value" ] || set -- "$@" --aptopt="$setting \"$value\""
done
if [ -f "$sources" ]; then
  mmdebstrap "$@" "$suite" "$out/rootfs.tar" "$sources"
else
  mmdebstrap "$@" --components="$components" "$suite" "$out/rootfs.tar"
fi

step base.metadata "Describing the base image"
cat > "$out/metadata.yaml" <<END
architecture: $(uname -m)
creation_date: $SOURCE_DATE_EPOCH
properties:
  description: $origin $suite base for coi, made from the package sources of this machine
  os: $origin
  release: $suite
  architecture: $architecture
  variant: minbase
END
tar -C "$out" -cf "$out/metadata.tar" metadata.yaml
rm -f "$out/metadata.yaml" "$sources"
