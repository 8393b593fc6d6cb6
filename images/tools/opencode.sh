#!/bin/bash
# Installs OpenCode for every user of the image, from npm.
set -euo pipefail
. "$(dirname -- "$0")/npm.sh"
install_npm opencode 'OpenCode' opencode-ai@latest
# It comes for every C library; the image has glibc.
rm -rf /usr/local/lib/node_modules/opencode-ai/node_modules/opencode-*-musl /usr/local/lib/node_modules/opencode-*-musl
