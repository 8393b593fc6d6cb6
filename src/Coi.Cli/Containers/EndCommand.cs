using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary>The words of a command that ends containers.</summary>
/// <param name="Verb">What one does, as in "No containers to …".</param>
/// <param name="Done">What has been done, as in "… N container(s)".</param>
/// <param name="DoneToNone">What was done to none, as in "No containers were …".</param>
/// <param name="Route">The last part of the daemon's route.</param>
internal sealed record EndWords(string Verb, string Done, string DoneToNone, string Route);

/// <summary>What <c>coi shutdown</c> and <c>coi kill</c> have in common.</summary>
internal abstract class EndCommand : CoiCommand
{
    private readonly EndWords _words;
    private readonly Argument<string[]> _names = new("name") { Arity = ArgumentArity.ZeroOrMore, HelpName = "name" };
    private readonly Option<bool> _all = new("--all");
    private readonly Option<bool> _force = new("--force") { Description = "Do not ask" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    protected EndCommand(string name, string description, EndWords words) : base(name, description)
    {
        _words = words;
        _all.Description = $"{char.ToUpperInvariant(words.Verb[0])}{words.Verb[1..]} every container of coi, those of 'coi container launch' too";
        Arguments.Add(_names);
        Options.Add(_all);
        Options.Add(_force);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override Completes Completes => Completes.Containers;

    /// <summary>Seconds to wait for a clean stop.</summary>
    protected virtual int TimeoutSeconds(Invocation invocation) => 0;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var json = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(invocation.Surroundings);
        var names = await NamedContainers.AgreedAsync(
            daemon, invocation.Value(_names) ?? [], invocation.Value(_all), invocation.Value(_force), _words.Verb, json, invocation.Surroundings, listing => listing.All);
        if (names.Count > 0) return await EndAsync(daemon, names, json, invocation);
        if (json) OutputFormat.WriteJson(invocation.Surroundings, new EndedContainers([], []), ContractsJson.Default.EndedContainers);
        return ExitCodes.Success;
    }

    private async Task<int> EndAsync(Daemon daemon, IReadOnlyList<string> names, bool json, Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var request = new EndContainersRequest { Names = names };
        if (TimeoutSeconds(invocation) is var seconds and > 0) request = request with { TimeoutSeconds = seconds };
        EndedContainers ended;
        using (var view = new ProgressView(surroundings))
        {
            ended = await daemon.StreamAsync(
                HttpMethod.Post, $"v1/containers/{_words.Route}", Daemon.Body(request, ContractsJson.Default.EndContainersRequest),
                $"ending {names.Count} container(s)", ContractsJson.Default.EndedContainers, view, CancellationToken.None);
        }

        if (json) OutputFormat.WriteJson(surroundings, ended, ContractsJson.Default.EndedContainers);
        else foreach (var name in ended.Ended) surroundings.Out.WriteLine($"  ✓ {_words.Done} {name}");
        NamedContainers.Warn(ended.Failed, surroundings);
        if (!json) surroundings.Out.WriteLine(ended.Ended.Count > 0 ? $"{_words.Done} {ended.Ended.Count} container(s)" : $"No containers were {_words.DoneToNone}");
        if (ended.Failed.Count == 0 && ended.Ended.Count > 0) return ExitCodes.Success;
        throw NamedContainers.Incomplete("containers.not_ended", _words.DoneToNone, names, ended.Failed);
    }
}

/// <summary><c>coi kill</c>.</summary>
internal sealed class KillCommand() : EndCommand("kill", "Stop containers at once and remove them", new EndWords("kill", "Killed", "killed", "kill"))
{
    /// <inheritdoc />
    public override string Details =>
        "The container is stopped as by a power cut and removed, a persistent one too. The session stays:\n" +
        "what the tool has written of it lies on the host and can be resumed.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
        [new("kill coi-abc12345-1", "one"), new("kill --all", "all, after a question"), new("kill --all --force", "all, without a question")];
}

/// <summary><c>coi shutdown</c>.</summary>
internal sealed class ShutdownCommand : EndCommand
{
    private readonly Option<int> _timeout = new("--timeout")
    {
        HelpName = "SECONDS",
        Description = "Seconds to wait for a clean stop before forcing it (default 60)",
        DefaultValueFactory = _ => 60,
        CustomParser = result => GlobalOptions.Seconds(result, "--timeout", 1),
    };

    /// <summary>Makes the command.</summary>
    public ShutdownCommand() : base(
        "shutdown", "Stop containers cleanly, save their sessions and remove them", new EndWords("shutdown", "Shutdown", "shutdown", "shutdown")) => Options.Add(_timeout);

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("shutdown coi-abc12345-1", "one, within 60 seconds"),
        new("shutdown --timeout=30 coi-abc12345-1", "force it after 30 seconds"),
        new("shutdown --all --force", "all, without a question"),
    ];

    /// <inheritdoc />
    protected override int TimeoutSeconds(Invocation invocation) => invocation.Value(_timeout);
}
