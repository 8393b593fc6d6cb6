#!/usr/bin/env bash
# Tries what ufw, firewalld and Docker do to a bridge of coi, and that the commands of docs/troubleshooting.md let it through. It changes the
# firewall of the machine that it runs on and therefore only runs inside a container:
#
#   coi container launch coi firewalls --network=open
#   coi container exec firewalls -- apt-get install -y --no-install-recommends ufw firewalld dnsmasq-base iptables nftables
#   tar -c scripts/host-firewalls.sh src/Coi.Daemon/Network/Inspection/resolver.sh | coi container exec firewalls -- tar -x -C /root
#   coi container exec firewalls -- bash /root/scripts/host-firewalls.sh
#
# Packets go between namespaces that it makes. What is not installed is left out, and said.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
probe=$here/../src/Coi.Daemon/Network/Inspection/resolver.sh
bridge=coi0123456789ab
pool=10.213.0.0/16
state=$(mktemp -d)
wrong=0

if ! systemd-detect-virt --quiet --container; then
  echo "host-firewalls.sh changes the firewall of its machine: run it inside a container (see its first lines)" >&2
  exit 2
fi

# A slot behind a bridge with a resolver, and a host beyond.
build() {
  ip link add "$bridge" type bridge
  ip address add 10.213.4.9/29 dev "$bridge"
  ip link set "$bridge" up
  join slot "$bridge" 10.213.4.10/29 10.213.4.9
  ip link add beyond type bridge
  ip address add 198.51.100.9/30 dev beyond
  ip link set beyond up
  join out beyond 198.51.100.10/30 198.51.100.9
  dnsmasq --conf-file=/dev/null --pid-file="$state/resolver" --bind-interfaces --except-interface=lo --interface="$bridge" \
    --interface-name="_gateway.incus,$bridge" --no-hosts --no-resolv --address=/#/
  ip netns exec out python3 -m http.server 8080 --directory "$state" >/dev/null 2>&1 &
  echo $! >"$state/server"
  sleep 1
}

join() { # NAME BRIDGE ADDRESS GATEWAY
  ip netns add "$1"
  ip link add "$1-o" type veth peer name eth0 netns "$1"
  ip link set "$1-o" master "$2" up
  ip -n "$1" link set lo up
  ip -n "$1" address add "$3" dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" route add default via "$4"
}

demolish() {
  local part
  for part in "$state/resolver" "$state/server"; do [[ ! -f $part ]] || kill "$(cat "$part")" 2>/dev/null || true; done
  for part in slot out; do ip netns delete "$part" 2>/dev/null || true; done
  for part in slot-o out-o "$bridge" beyond; do ip link delete "$part" 2>/dev/null || true; done
  rm -rf "$state"
}

quiet() {
  systemctl stop firewalld docker docker.socket 2>/dev/null || true
  if command -v ufw >/dev/null; then ufw --force disable >/dev/null; fi
  nft flush ruleset
  sysctl -qw net.ipv4.ip_forward=1
}

# expect WHEN RESOLVER WAY-OUT
expect() {
  local resolver=blocked out=blocked verdict=ok
  # shellcheck disable=SC2016
  ip netns exec slot bash -c '. "$0"; resolver_answers 10.213.4.9' "$probe" && resolver=open
  ip netns exec slot curl --silent --noproxy '*' --max-time 3 --output /dev/null http://198.51.100.10:8080/ && out=open
  if [[ "$resolver $out" != "$2 $3" ]]; then
    verdict="expected $2 and $3"
    wrong=1
  fi
  printf '%-28s resolver %-8s way out %-8s %s\n' "$1" "$resolver" "$out" "$verdict"
}

enter() {
  local command
  for command in "$@"; do bash -c "$command" >/dev/null; done
}

trap demolish EXIT
demolish 2>/dev/null
mkdir -p "$state"
quiet
build
expect "no firewall" open open

if command -v ufw >/dev/null; then
  ufw --force reset >/dev/null
  ufw --force enable >/dev/null
  expect ufw blocked blocked
  enter "ufw allow in on coi+ to any port 53" "ufw allow in on coi+ to any port 67 proto udp" "ufw route allow in on coi+"
  expect "ufw, with the rules" open open
  ufw --force reset >/dev/null
  ufw --force enable >/dev/null
  enter "ufw allow in from $pool" "ufw route allow from $pool"
  expect "ufw, with the range" open open
  ufw --force reset >/dev/null
  quiet
else
  echo "ufw is not installed"
fi

if command -v firewall-cmd >/dev/null; then
  systemctl start firewalld
  # Of a run that was broken off.
  enter "firewall-cmd --permanent --zone=trusted --remove-source=$pool" "firewall-cmd --reload"
  expect firewalld blocked blocked
  enter "firewall-cmd --permanent --zone=trusted --add-source=$pool" "firewall-cmd --reload"
  expect "firewalld, with the range" open open
  enter "firewall-cmd --permanent --zone=trusted --remove-source=$pool"
  quiet
else
  echo "firewalld is not installed"
fi

if command -v dockerd >/dev/null; then
  # Docker blocks what is forwarded when it was itself that switched forwarding on.
  sysctl -qw net.ipv4.ip_forward=0
  systemctl start docker
  expect Docker open blocked
  enter "iptables -I DOCKER-USER -i coi+ -j ACCEPT" "iptables -I DOCKER-USER -o coi+ -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
  expect "Docker, with the rules" open open
  quiet
else
  echo "Docker is not installed"
fi

exit "$wrong"
