# capture.zsh SCRIPT LINE: what zsh completes a line to; the candidates, one a line.
zmodload zsh/zpty || exit 9
script=$1 line=$2 out=$(mktemp)
zpty -b z zsh -f -i
{
    zpty -w z "PS1=; autoload -Uz compinit; compinit -u -D; source ${(q)script}"
    zpty -w z "compadd() { if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd \"\$@\"; return; fi; local -a hits; builtin compadd -A hits \"\$@\"; (( \$#hits )) && print -rl -- \$hits >>${(q)out}; builtin compadd \"\$@\" }"
    zpty -w z "finish() { print -r -- :done >>${(q)out} }; comppostfuncs=(finish); bindkey '^I' complete-word; setopt nobeep; zstyle ':completion:*' insert-unambiguous false"
    zpty -n -w z "$line"$'\t'
    for i in {1..200}; do
        grep -q '^:done' $out && break
        sleep 0.05
    done
} always {
    zpty -d z
}
grep -v '^:done' $out
rm -f $out
