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
    // A command on a terminal that Incus loses sight of may run all the same: the directory tells, so that none runs twice.
    private const string Once = """
        find /tmp -maxdepth 1 -name '.coi-exec-*' -mmin +5 -exec rmdir {} + 2>/dev/null
        mkdir "/tmp/.coi-exec-$1" 2>/dev/null || exit 213
        shift

        """;

    // A process group of its own, so that a signal reaches all that the command has started; and none ignored: where incusd was started in the
    // background of a shell, all that it starts ignores Ctrl-C, and no shell can undo that (signal(7), env(1)). The last digit of the mask of
    // ignored signals tells: bit 1 is INT, bit 2 is QUIT (proc(5)).
    private const string Group = """
        if command -v setsid >/dev/null; then set -- setsid "$@"; fi
        ignored=0
        while read -r key value; do [ "$key" != SigIgn: ] || { ignored=$value; break; }; done 2>/dev/null </proc/self/status
        case $ignored in
            *[!0189]) if env --default-signal=INT,QUIT true 2>/dev/null; then set -- env --default-signal=INT,QUIT "$@"; fi ;;
        esac

        """;

    private const string Around = """
        if [ -z "${HOME-}" ]; then
            while IFS=: read -r name _ uid _ _ home _; do
                [ "$uid" != "$1" ] || { export HOME="$home" USER="$name" LOGNAME="$name"; break; }
            done </etc/passwd
        fi
        cd "$2" 2>/dev/null || {
            cd "${HOME:-/}" 2>/dev/null || cd /
            [ -z "$3" ] || printf 'coi: there is no directory %s; running in %s\n' "$2" "$PWD" >&2
        }
        shift 3
        [ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh

        """;

    /// <summary>With its streams joined to ours; it begins when it is told to.</summary>
    public static ExecRequest Joined(ExecWish wish) => Request(wish, BeginSignal.Announce + Around + Group + BeginSignal.Await, []);

    /// <summary>On a terminal; begun at most once for one <paramref name="id"/>.</summary>
    public static ExecRequest OnTerminal(ExecWish wish, string id) => Request(wish, Once + Around, [id]);

    private static ExecRequest Request(ExecWish wish, string script, IReadOnlyList<string> first) => new()
    {
        Command = ["sh", "-c", script + "exec \"$@\"", "coi-exec", .. first, $"{wish.User}", wish.Cwd, wish.CwdGiven ? "1" : "", .. wish.Command],
        Environment = wish.Environment,
        User = wish.User,
        Group = wish.Group,
        Cwd = "/",
    };
}
