#!/bin/bash
# Installs Gemini CLI for every user of the image, from npm.
set -euo pipefail
. "$(dirname -- "$0")/npm.sh"
install_npm gemini 'Gemini CLI' @google/gemini-cli@latest
