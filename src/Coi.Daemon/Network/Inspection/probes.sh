# shellcheck shell=bash disable=SC2016
# Runs in the container, in bash. Each argument is one probe, as words; prints one line for each, in their order:
#   tcp ADDRESS PORT        open | closed REASON
#   name HOST PORT          the same with the address that the name has here in front; unresolved when it has none
#   dns ADDRESS PORT NAME   answer BYTES (the whole answer in hexadecimal) | closed REASON
#   ipv6                    open WHAT | closed REASON
LC_ALL=C
export LC_ALL

reason() { # EXIT-CODE MESSAGE
  if [ "$1" = 124 ]; then echo "no answer"; else echo "${2##*: }"; fi
}

tcp() {
  local said code=0
  said=$(timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1) || code=$?
  if [ "$code" = 0 ]; then echo open; else echo "closed $(reason "$code" "$said")"; fi
}

name() {
  local address
  address=$(timeout 6 getent ahostsv4 "$1" | awk '{ print $1; exit }')
  if [ -z "$address" ]; then echo unresolved; else echo "$address $(tcp "$address" "$2")"; fi
}

dns() {
  local query="" label said code=0
  for label in ${3//./ }; do query+=$(printf '\\x%02x%s' "${#label}" "$label"); done
  said=$(timeout 3 bash -c '
    set -o pipefail
    # In one piece, also where a length in it (10) is a line end.
    exec 3<>"/dev/udp/$0/$1" && printf "$2" | dd bs=512 count=1 iflag=fullblock >&3 2>/dev/null &&
      dd bs=512 count=1 <&3 2>/dev/null | od -An -v -tx1 | tr -d " \n"' \
    "$1" "$2" "co\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0$query\\0\\0\\1\\0\\1" 2>&1) || code=$?
  if [ "$code" = 0 ]; then echo "answer $said"; else echo "closed $(reason "$code" "${said:-Connection refused}")"; fi
}

ipv6() {
  local address scope device
  while read -r address _ _ scope _ device; do
    # 20 is link-local, which leads no further than the bridge.
    if [ "$device" = eth0 ] && [ "$scope" != 20 ]; then echo "open eth0 has the address $address"; return; fi
  done </proc/net/if_inet6
  if grep -q '^0\{32\} 00 .* eth0$' /proc/net/ipv6_route; then echo "open eth0 has a default route"; else echo "closed no address, no route"; fi
} 2>/dev/null

for probe in "$@"; do $probe; done
