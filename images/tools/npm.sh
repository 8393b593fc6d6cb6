# How tools from npm get into the image; sourced by their scripts.
export HOME=/root LC_ALL=C.UTF-8
[ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh

# install_npm NAME TITLE PACKAGE : installs a tool for every user, checks that it starts, and notes its version in the image.
install_npm() {
  local name=$1 title=$2 package=$3 version
  printf '::step tool.%s|Installing %s\n' "$name" "$title"
  npm install --global --prefix /usr/local --no-audit --no-fund --loglevel=error "$package"
  rm -rf /root/.npm /tmp/npm-* /tmp/node-*
  version=$("$name" --version | tail -n 1) || { echo "::fail build.tool|$name was installed but does not start"; exit 1; }
  printf '::property user.coi.%s|%s\n' "$name" "$version"
  # What its first start left behind belongs to nobody.
  rm -rf /root/.claude /root/.claude.json /root/.codex /root/.gemini /root/.cache /root/.config/opencode /root/.local/share/opencode /root/.local/state/opencode
}
