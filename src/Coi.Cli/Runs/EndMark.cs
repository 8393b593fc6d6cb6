using System.Globalization;
using System.Text;

namespace Coi.Cli.Runs;

/// <summary>
/// Has a command's shell outlive it until all that it wrote has arrived. Incus 6.0.4 takes a pipe for empty whose command has ended when the second that
/// it waits for more is over: what was written between the two is lost (<c>execWrapper.Read</c> in internal/linux; seen on a busy
/// machine once in ten thousand commands). So the shell writes a mark behind the output of either stream and waits; who has seen both has seen everything,
/// and leaves, upon which Incus kills the shell.
/// </summary>
internal sealed class EndMark
{
    /// <summary>What the shell does first. Descriptors 7 and 8 are the streams for the marks; on its own standard error it would tell of signals.</summary>
    public const string Before = """
        coi_mark=$1; shift
        exec 7>&1 8>&2 2>/dev/null

        """;

    /// <summary>From here on it is the command's, which a subshell runs.</summary>
    public const string Open = """
        (
        exec 2>&8 7>&- 8>&-

        """;

    /// <summary>What it does after it. The minute is for an Incus that is gone and kills nobody.</summary>
    public const string After = """

        )
        coi_code=$?
        printf '\001%s%03d\002' "$coi_mark" "$coi_code" >&7
        printf '\001%s%03d\002' "$coi_mark" "$coi_code" >&8
        exec sleep 60
        """;

    private const int Digits = 3;
    private const byte First = 1, Last = 2;

    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _mark;
    private int _unseen = 2;

    /// <summary>Makes a mark of its own.</summary>
    public EndMark() => _mark = [First, .. Encoding.ASCII.GetBytes(Text)];

    /// <summary>
    /// What is random in the mark, as the shell's first argument. In a list of processes it can be read, but not between the two control characters.
    /// </summary>
    public string Text { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The command's exit code, when both marks have been seen and all before them has been passed on.</summary>
    public Task<int> Ended => _ended.Task;

    /// <summary>A stream that passes on to one of ours what comes before the mark.</summary>
    public MarkedStream Until(Stream target) => new(this, target);

    /// <summary>Looks for the mark.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="mayBeCut">Whether the last bytes may be the beginning of a mark.</param>
    /// <param name="exitCode">What the mark says; null when it is not there as a whole.</param>
    /// <returns>How many bytes come before the mark, or before what may be its beginning.</returns>
    public int Find(ReadOnlySpan<byte> bytes, bool mayBeCut, out int? exitCode)
    {
        exitCode = null;
        var at = bytes.IndexOf(_mark);
        if (at >= 0)
        {
            var behind = bytes[(at + _mark.Length)..];
            if (behind.Length <= Digits) return at;
            if (behind[Digits] == Last && int.TryParse(behind[..Digits], NumberStyles.None, CultureInfo.InvariantCulture, out var code)) exitCode = code;
            return exitCode is null ? bytes.Length : at;
        }

        for (var length = mayBeCut ? Math.Min(_mark.Length - 1, bytes.Length) : 0; length > 0; length--)
            if (bytes.EndsWith(_mark.AsSpan(0, length))) return bytes.Length - length;
        return bytes.Length;
    }

    /// <summary>One of the two streams has come to its mark.</summary>
    public void See(int exitCode)
    {
        if (Interlocked.Decrement(ref _unseen) == 0) _ended.TrySetResult(exitCode);
    }
}
