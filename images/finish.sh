#!/bin/bash
# The last script of a build: removes what only the build needed, and leaves the image as it is to boot.
set -euo pipefail

printf '::step cleanup|Removing what only the build needed\n'
rm -f /usr/sbin/policy-rc.d /etc/dpkg/dpkg.cfg.d/zz-coi-build /etc/apt/apt.conf.d/zz-coi-build
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /root/.npm /root/.cache /tmp/npm-* /tmp/node-* \
  /var/log/apt /var/log/dpkg.log /var/log/alternatives.log /var/log/journal
rm -f /etc/machine-id /var/lib/dbus/machine-id /root/.bash_history
: > /etc/machine-id
# Only now: during the build names were resolved by what worked there, which is not always the stub.
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
rm -rf /var/lib/coi-build-resolver
# Says that /etc and /var are as new as /usr, or systemd would look for new users and catalogues at the first boot.
touch /etc/.updated /var/.updated
