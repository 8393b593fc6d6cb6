#!/bin/bash
# Installs Aider for every user of the image, from the Python package index, in an environment of its own.
set -euo pipefail
export HOME=/root LC_ALL=C.UTF-8
[ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh

printf '::step tool.aider|Installing Aider\n'
python3 -m venv /opt/aider
/opt/aider/bin/pip install --quiet --no-cache-dir --disable-pip-version-check aider-chat ||
  { echo "::fail build.tool|aider-chat could not be installed from the Python package index"; exit 1; }
ln -sf /opt/aider/bin/aider /usr/local/bin/aider
version=$(aider --version) || { echo "::fail build.tool|aider was installed but does not start"; exit 1; }
printf '::property user.coi.aider|%s\n' "$version"
rm -rf /root/.aider /root/.cache
