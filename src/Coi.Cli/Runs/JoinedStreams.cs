using Coi.Incus;

namespace Coi.Cli.Runs;

/// <summary>
/// A command in a container whose streams are joined with ours, from the word on which it begins (<see cref="BeginSignal"/>) to the mark of its
/// end (<see cref="EndMark"/>): begun at most once, and nothing lost of what it wrote.
/// </summary>
internal sealed class JoinedStreams
{
    private readonly BeginSignal _begin;
    private readonly EndMark _end = new();
    private readonly MarkedStream _output, _error;

    /// <summary>Joins them.</summary>
    /// <param name="input">Our input.</param>
    /// <param name="output">Where its standard output goes.</param>
    /// <param name="error">Where its standard error goes.</param>
    public JoinedStreams(Stream input, Stream output, Stream error)
    {
        _begin = new BeginSignal(input, error);
        (_output, _error) = (_end.Until(output), _end.Until(_begin.Error));
    }

    /// <summary>Whether the command was told to begin; then it must not be started again.</summary>
    public bool Begun => _begin.Begun;

    /// <summary>Process id inside of the shell around the command, whose only child it is; null until it is known.</summary>
    public int? Pid => _begin.Pid;

    /// <summary>The command line of the shell around the command. Its variables begin with <c>coi_</c>: those of the caller are the command's.</summary>
    /// <param name="name">What the shell is called.</param>
    /// <param name="around">Shell script that the end of the command leaves in place.</param>
    /// <param name="prepare">Shell script that is done while the word travels.</param>
    /// <param name="run">Shell script that runs the command.</param>
    /// <param name="arguments">The script's arguments.</param>
    public IReadOnlyList<string> Shell(string name, string around, string prepare, string run, IEnumerable<string> arguments) =>
        ["sh", "-c", BeginSignal.Announce + EndMark.Before + around + EndMark.Open + prepare + BeginSignal.Await + run + EndMark.After, name, _end.Text, .. arguments];

    /// <summary>Runs it to its end.</summary>
    /// <param name="incus">Incus.</param>
    /// <param name="container">The container.</param>
    /// <param name="request">The command, with a <see cref="Shell"/> around it.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>The exit code; null when it ended without having been told to begin.</returns>
    public async Task<int?> RunAsync(IncusClient incus, string container, ExecRequest request, CancellationToken cancellationToken)
    {
        var code = 0;
        try
        {
            code = await incus.Exec.RunAsync(container, request, new ExecStreams(_begin.Input, _output, _error), _end.Ended, cancellationToken);
        }
        catch (Exception e) when (_end.Ended.IsCompletedSuccessfully && (e is IncusException or IncusUnavailableException or IncusTimeoutException))
        {
            // All has arrived; nothing is wanted of the shell any more.
        }

        if (_end.Ended.IsCompletedSuccessfully) code = await _end.Ended;
        else await Task.WhenAll(_output.ReleaseAsync(), _error.ReleaseAsync());
        return Begun || code != CommandEnds.NotBegun ? code : null;
    }
}
