# shellcheck shell=sh
# Whether the bridge's resolver answers: asked for a name that it knows by itself, so that nothing leaves this machine. A firewall of the host
# that does not know the bridge lets neither this through nor DHCP.
resolver_answers() {
  bash -c '
    for patience in 0.5 0.7 1; do
      exec 3<>"/dev/udp/$1/53" && printf "co\1\0\0\1\0\0\0\0\0\0\10_gateway\5incus\0\0\1\0\1" >&3 2>/dev/null &&
        IFS= read -r -t "$patience" -N 1 -u 3 first 2>/dev/null && [ "$first" = c ] && exit 0
      # Refused at once: the resolver may just be starting.
      sleep 0.3
    done
    exit 1' coi-resolver "$1"
}
