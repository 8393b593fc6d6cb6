#!/bin/bash
# Installs Claude Code for every user of the image, from npm.
set -euo pipefail
. "$(dirname -- "$0")/npm.sh"
install_npm claude 'Claude Code' @anthropic-ai/claude-code@latest
