#!/usr/bin/env bash
# The long forms of what ./test.sh runs in short: random kills, power cut, soak, many starts, many networks, many slots. Before a release; an hour and a half.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
  cat <<'TEXT'
Usage: scripts/soak.sh [--kills N] [--sessions N] [--rounds N] [--networks N] [--slots N] [--seed N]

Sets up what the tests need, as ./test.sh does, and runs their long forms. The last line is ./test.sh's.

  --kills N      how often coid, coi and Incus are killed under eight sessions (default: 200)
  --sessions N   how many sessions come and go while a fake Incus fails at random (default: 2000)
  --rounds N     how often twenty sessions start at once (default: 10)
  --networks N   how many networks are made and removed (default: 100)
  --slots N      how many slots the daemon holds, on a fake Incus (default: 1000)
  --seed N       which kills and faults; the same number gives the same ones
TEXT
}

number() { [[ ${2:-} =~ ^[0-9]+$ ]] || { echo "$1 needs a number" >&2 && exit 2; }; }

main() {
  export COI_TEST_KILLS=200 COI_TEST_SOAK=2000 COI_TEST_ROUNDS=10 COI_TEST_NETWORKS=100 COI_TEST_SLOTS=1000 SUITE_MINUTES=120 HANG_MINUTES=100
  while (($#)); do
    case $1 in
      --kills) number "$@" && COI_TEST_KILLS=$2 && shift ;;
      --sessions) number "$@" && COI_TEST_SOAK=$2 && shift ;;
      --rounds) number "$@" && COI_TEST_ROUNDS=$2 && shift ;;
      --networks) number "$@" && COI_TEST_NETWORKS=$2 && shift ;;
      --slots) number "$@" && COI_TEST_SLOTS=$2 && shift ;;
      --seed) number "$@" && export COI_TEST_SEED=$2 && shift ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done

  exec "$root/test.sh" --filter 'FullyQualifiedName~SoakSpecs|FullyQualifiedName~RandomKillsSpecs|FullyQualifiedName~PowerLossSpecs|FullyQualifiedName~ManyStartsSpecs|FullyQualifiedName~ManyNetworksSpecs|FullyQualifiedName~ManySlotsSpecs'
}

main "$@"
exit
