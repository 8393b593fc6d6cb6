#!/bin/bash
# Installs Claude Code for every user of the image, from npm.
set -euo pipefail
export HOME=/root LC_ALL=C.UTF-8
[ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh

printf '::step tool.claude|Installing Claude Code\n'
npm install --global --prefix /usr/local --no-audit --no-fund --loglevel=error @anthropic-ai/claude-code@"${COI_CLAUDE_VERSION:-latest}"
rm -rf /root/.npm /tmp/npm-* /tmp/node-*
version=$(claude --version) || { echo "::fail build.tool|claude was installed but does not start"; exit 1; }
printf '::property user.coi.claude|%s\n' "$version"
rm -rf /root/.claude /root/.claude.json /root/.cache
