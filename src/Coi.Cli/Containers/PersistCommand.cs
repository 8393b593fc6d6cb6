using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary><c>coi persist</c>.</summary>
internal sealed class PersistCommand : CoiCommand
{
    private readonly Argument<string[]> _names = new("name") { Arity = ArgumentArity.ZeroOrMore, HelpName = "name" };
    private readonly Option<bool> _all = new("--all") { Description = "Persist every container of coi" };
    private readonly Option<bool> _force = new("--force") { Description = "Do not ask" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public PersistCommand() : base("persist", "Keep running containers when they stop")
    {
        Arguments.Add(_names);
        Options.Add(_all);
        Options.Add(_force);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details =>
        "An ephemeral container becomes a persistent one while it runs: 'poweroff' then keeps it, with all that was installed in it,\n" +
        "and the next 'coi shell' of its directory goes on in it. One that is persistent already stays so.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
        [new("persist coi-abc12345-1", "one"), new("persist --all", "all, after a question"), new("persist --all --force", "all, without a question")];

    /// <inheritdoc />
    public override Completes Completes => Completes.Containers;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(surroundings);
        var names = await NamedContainers.AgreedAsync(
            daemon, invocation.Value(_names) ?? [], invocation.Value(_all), invocation.Value(_force), "persist", json, surroundings, listing => listing.Containers);
        if (names.Count == 0)
        {
            if (json) OutputFormat.WriteJson(surroundings, new KeptContainers([], []), ContractsJson.Default.KeptContainers);
            return ExitCodes.Success;
        }

        KeptContainers answer;
        using (var view = new ProgressView(surroundings))
        {
            answer = await daemon.StreamAsync(
                HttpMethod.Post, "v1/containers/persist", Daemon.Body(new KeepContainersRequest(names), ContractsJson.Default.KeepContainersRequest),
                $"persisting {names.Count} container(s)", ContractsJson.Default.KeptContainers, view, CancellationToken.None);
        }

        if (json) OutputFormat.WriteJson(surroundings, answer, ContractsJson.Default.KeptContainers);
        else foreach (var kept in answer.Kept) surroundings.Out.WriteLine($"  ✓ Persisted {kept.Name}{(kept.Changed ? "" : " (it was persistent already)")}");
        NamedContainers.Warn(answer.Failed, surroundings);
        if (!json) surroundings.Out.WriteLine(answer.Kept.Count > 0 ? $"Persisted {answer.Kept.Count} container(s)" : "No containers were persisted");
        if (answer.Failed.Count > 0) throw NamedContainers.Incomplete("containers.not_persisted", "persisted", names, answer.Failed);
        return ExitCodes.Success;
    }
}
