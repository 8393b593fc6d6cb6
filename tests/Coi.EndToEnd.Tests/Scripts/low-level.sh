#!/usr/bin/env bash
# What other programs build on, used as they use it. Arguments: the program, and a name for the container. The last line is "all right".
set -euo pipefail
coi=$1 name=$2
work=$(mktemp -d)

clean_up() {
  "$coi" container delete --force "$name" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}

# expect CODE COMMAND...: its output is in $work/out and $work/err.
expect() {
  local want=$1 code=0
  shift
  "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
  [[ $code == "$want" ]] || fail "expected $want and got $code: $* ($(cat "$work/err"))"
}

silent() { [[ ! -s $work/out && ! -s $work/err ]] || fail "this was to be silent: $*"; }
equals() { [[ $1 == "$2" ]] || fail "expected '$2' and got '$1'"; }

expect 1 "$coi" container exists "$name"
silent exists
expect 1 "$coi" container exec "$name" -- true
grep -q 'not found' "$work/err" || fail "no reason on standard error"

equals "$("$coi" container launch coi "$name" --format=json | jq -r .name)" "$name"
expect 0 "$coi" container exists "$name"
silent exists
expect 0 "$coi" container running "$name"
silent running
equals "$("$coi" container list --format=json | jq -r --arg name "$name" '.[] | select(.name == $name) | .status')" Running
equals "$("$coi" container info "$name" --format=json | jq -r .kind)" container

# Streams are the command's own, and bytes stay bytes.
equals "$("$coi" container exec "$name" -- echo hello)" hello
equals "$(printf 'from outside' | "$coi" container exec "$name" -- cat)" 'from outside'
expect 7 "$coi" container exec "$name" -- sh -c 'echo out; echo err >&2; exit 7'
equals "$(cat "$work/out" "$work/err")" $'out\nerr'
head -c 100000000 /dev/urandom >"$work/random"
"$coi" container exec "$name" -- cat <"$work/random" | cmp - "$work/random" || fail "bytes were changed"
"$coi" container exec "$name" -- seq 5 </dev/null | while read -r number; do
  # One that reads nothing of its own leaves the loop's input alone.
  "$coi" container exec "$name" -- test "$number" -ge 1 </dev/null
done

# Words arrive as they are.
equals "$("$coi" container exec "$name" --env 'A=x, "y" $HOME;' -- sh -c 'printf %s "$A"' </dev/null)" 'x, "y" $HOME;'
equals "$("$coi" container exec "$name" -- printf '%s|' 'a b' '' '*' '$(id)' </dev/null)" 'a b||*|$(id)|'

# Results for programs.
"$coi" container exec "$name" --capture -- sh -c 'echo out; echo err >&2; exit 3' </dev/null >"$work/captured" && fail "the exit code was lost" || equals "$?" 3
jq -e '. == {exit_code: 3, stderr: "err\n", stdout: "out\n"}' "$work/captured" >/dev/null || fail "captured: $(cat "$work/captured")"
equals "$("$coi" container exec "$name" --capture --format=raw -- printf plain </dev/null)" plain

# A reader that goes away ends the command, as it would here.
{ "$coi" container exec "$name" -- yes </dev/null || equals "$?" 141; } | head -1 >"$work/first"
equals "$(cat "$work/first")" y
for _ in $(seq 50); do
  "$coi" container exec "$name" -- pgrep -x yes </dev/null >/dev/null || break
done
expect 1 "$coi" container exec "$name" -- pgrep -x yes

# A session of tmux that root has made, without one sleep.
"$coi" container exec "$name" -- tmux new-session -d -s work -x 80 -y 24 </dev/null
"$coi" tmux send "$name" 'for i in 1 2 3; do sleep 0.2; done; echo rea""dy' >/dev/null
equals "$("$coi" tmux capture "$name" --wait-for '^ready$' --format=json | jq -r '[.lines[] | select(. == "ready")] | length')" 1
equals "$("$coi" tmux list --format=json | jq -r '.[0] | "\(.container) \(.session) \(.user)"')" "$name work root"

# Words that make no sense are one line, a hint, and exit code 2; nothing of it on standard output.
expect 2 "$coi" container exec "$name" --capture --format=xml -- true
[[ ! -s $work/out ]] || fail "talk on standard output"
equals "$(grep -c '^error: \|^hint: ' "$work/err")" 2
expect 2 "$coi" container exce "$name"
grep -q "did you mean 'coi container exec'" "$work/err" || fail "no suggestion"

# No escape codes where there is no terminal.
"$coi" container list 2>&1 | cat -v | { ! grep -F '^['; } || fail "escape codes in a pipe"

expect 0 "$coi" container stop --force "$name"
expect 1 "$coi" container running "$name"
silent running
expect 0 "$coi" container delete "$name"
expect 1 "$coi" container exists "$name"
echo "all right"
