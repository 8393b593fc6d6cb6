#!/bin/sh
# Questions about the network, asked inside a build container by the builder; base images bring few tools, so it needs few.
kept=/var/lib/coi-build-resolver
case $1 in
  route)      # route SECONDS: waits until eth0 has a default route
    tenths=$(($2 * 10))
    until grep -q '^eth0[[:space:]]*00000000' /proc/net/route; do
      tenths=$((tenths - 1)); [ "$tenths" -gt 0 ] || exit 1
      sleep 0.1
    done ;;
  mirror)     # mirror: "host port" of the first package source; nothing where a proxy stands between
    if apt-config dump 2>/dev/null | grep -qiE '^Acquire::https?::Proxy[^ ]* "[^"]'; then exit 0; fi
    uri=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
      grep -vE '^[[:space:]]*#' | grep -oE 'https?://[^/[:space:]]+' | head -n 1)
    host=${uri#*://}
    case $host in
      '') ;;
      *:*) echo "${host%:*} ${host##*:}" ;;
      *) case $uri in https:*) echo "$host 443" ;; *) echo "$host 80" ;; esac ;;
    esac ;;
  resolve)    # resolve NAME SECONDS: waits until the name has an address; the resolver may still be starting
    end=$(($(date +%s) + $3))
    until timeout 5 getent ahostsv4 "$2" > /dev/null; do
      [ "$(date +%s)" -lt "$end" ] || exit 1
      sleep 0.2
    done ;;
  resolvers)  # resolvers: the addresses in resolv.conf
    sed -n 's/^nameserver[[:space:]]*\([^[:space:]]*\).*/\1/p' /etc/resolv.conf 2>/dev/null ;;
  use)        # use ADDRESS...: resolve names there from now on
    shift
    # What was there first is what comes back.
    if [ ! -e "$kept" ]; then mkdir "$kept"; mv /etc/resolv.conf "$kept/" 2>/dev/null || :; fi
    rm -f /etc/resolv.conf
    { for address; do echo "nameserver $address"; done; echo "options timeout:3 attempts:2"; } > /etc/resolv.conf ;;
  restore)    # restore: takes back what "use" did
    if [ -d "$kept" ]; then
      rm -f /etc/resolv.conf
      mv "$kept/resolv.conf" /etc/ 2>/dev/null || :
      rmdir "$kept"
    fi ;;
  certificates) # certificates: takes the authorities that were put into their directory into the system's list
    if command -v update-ca-certificates >/dev/null; then update-ca-certificates; fi ;;
  connect)    # connect HOST PORT
    timeout 15 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" ;;
  describe)   # describe: what a person needs to see when it does not work
    echo "resolv.conf:"; cat /etc/resolv.conf
    ip -4 address show eth0 2>/dev/null || cat /proc/net/fib_trie
    echo "routes:"; ip -4 route 2>/dev/null || cat /proc/net/route ;;
  *) echo "network.sh: unknown question $1" >&2; exit 2 ;;
esac
