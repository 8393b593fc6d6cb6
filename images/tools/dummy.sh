#!/bin/bash
# Installs dummy, the tool without an AI that tests of coi use in place of a real one.
set -euo pipefail
here=$(cd -- "$(dirname -- "$0")" && pwd)
printf '::step tool.dummy|Installing the dummy tool\n'
install -o root -g root -m 755 "$here/../dummy/dummy" /usr/local/bin/dummy
dummy --version
