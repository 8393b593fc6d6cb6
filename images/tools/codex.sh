#!/bin/bash
# Installs OpenAI Codex for every user of the image, from npm.
set -euo pipefail
. "$(dirname -- "$0")/npm.sh"
install_npm codex 'OpenAI Codex' @openai/codex@latest
