#!/bin/sh
# The last script of a custom build: leaves a machine that has run as one that has not. Base images are of any kind, so it needs little.
set -eu

printf '::step cleanup|Removing what only the build needed\n'
# Names were perhaps resolved by what worked here only.
sh "$(dirname "$0")/network.sh" restore
if command -v apt-get >/dev/null; then apt-get clean; fi
rm -rf /var/log/journal/* /root/.bash_history
# Every machine of the image makes an identity of its own at its first boot.
[ ! -e /etc/machine-id ] || : > /etc/machine-id
[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
