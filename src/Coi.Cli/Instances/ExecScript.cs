using Coi.Cli.Runs;
using Coi.Incus;

namespace Coi.Cli.Instances;

/// <summary>What a command in a container is asked for with.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Environment">Its variables.</param>
/// <param name="User">Its uid.</param>
/// <param name="Group">Its gid.</param>
/// <param name="Cwd">Its directory.</param>
/// <param name="CwdGiven">Whether the caller named the directory, and is told when there is none.</param>
internal sealed record ExecWish(IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, int User, int Group, string Cwd, bool CwdGiven);

/// <summary>The shell around a command: Incus refuses a missing directory, and knows no home but root's.</summary>
internal static class ExecScript
{
    private const string Name = "coi-exec";

    // A command on a terminal that Incus loses sight of may run all the same: the directory tells, so that none runs twice.
    private const string Once = """
        find /tmp -maxdepth 1 -name '.coi-exec-*' -mmin +5 -exec rmdir {} + 2>/dev/null
        mkdir "/tmp/.coi-exec-$1" 2>/dev/null || exit 213
        shift

        """;

    // A process group of its own, so that a signal reaches all that the command has started; and none ignored: where incusd was started in the
    // background of a shell, all that it starts ignores Ctrl-C, and no shell can undo that (signal(7), env(1)). The last digit of the mask of
    // ignored signals tells: bit 1 is INT, bit 2 is QUIT (proc(5)). And it dies with the shell around it, which Incus kills when coi is killed: setpriv(1)
    // can do that since util-linux 2.35; uclampset came after that, and BusyBox, whose programs are links, cannot.
    private const string Group = """
        if command -v setsid >/dev/null; then set -- setsid "$@"; fi
        if [ -x /usr/bin/setpriv ] && [ ! -L /usr/bin/setpriv ] && [ -x /usr/bin/uclampset ]; then
            set -- /usr/bin/setpriv --pdeathsig KILL "$@"
        fi
        coi_ignored=0
        while read -r coi_key coi_value; do [ "$coi_key" != SigIgn: ] || { coi_ignored=$coi_value; break; }; done 2>/dev/null </proc/self/status
        case $coi_ignored in
            *[!0189]) if env --default-signal=INT,QUIT true 2>/dev/null; then set -- env --default-signal=INT,QUIT "$@"; fi ;;
        esac

        """;

    private const string Around = """
        if [ -z "${HOME-}" ]; then
            while IFS=: read -r coi_name _ coi_uid _ _ coi_home _; do
                [ "$coi_uid" != "$1" ] || { export HOME="$coi_home" USER="$coi_name" LOGNAME="$coi_name"; break; }
            done </etc/passwd
        fi
        cd "$2" 2>/dev/null || {
            cd "${HOME:-/}" 2>/dev/null || cd /
            [ -z "$3" ] || printf 'coi: there is no directory %s; running in %s\n' "$2" "$PWD" >&2
        }
        shift 3
        [ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh

        """;

    private const string Run = "exec \"$@\"";

    /// <summary>With its streams joined to ours; it begins when it is told to.</summary>
    public static ExecRequest Joined(ExecWish wish, JoinedStreams streams) => Request(wish, streams.Shell(Name, "", Around + Group, Run, Arguments(wish)));

    /// <summary>On a terminal; begun at most once for one <paramref name="id"/>.</summary>
    public static ExecRequest OnTerminal(ExecWish wish, string id) => Request(wish, ["sh", "-c", Once + Around + Run, Name, id, .. Arguments(wish)]);

    private static IReadOnlyList<string> Arguments(ExecWish wish) => [$"{wish.User}", wish.Cwd, wish.CwdGiven ? "1" : "", .. wish.Command];

    private static ExecRequest Request(ExecWish wish, IReadOnlyList<string> command) => new()
    {
        Command = command,
        Environment = wish.Environment,
        User = wish.User,
        Group = wish.Group,
        Cwd = "/",
    };
}
