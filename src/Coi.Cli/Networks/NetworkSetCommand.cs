using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Networks;

/// <summary><c>coi network set</c>.</summary>
internal sealed class NetworkSetCommand : CoiCommand
{
    private static readonly string[] Modes = ["restricted", "allowlist", "open"];

    private readonly Argument<string> _name = new("container");
    private readonly Option<string> _mode = new("--mode") { HelpName = "MODE", Description = "restricted, allowlist or open (default: the one in force)" };
    private readonly Option<string[]> _allow = Listed("--allow", "Name, IPv4 address or range to add to the allowlist (repeatable)");
    private readonly Option<string[]> _remove = Listed("--remove", "What to take off the allowlist (repeatable)");

    /// <summary>Makes the command.</summary>
    public NetworkSetCommand() : base("set", "Change the network policy of a running container")
    {
        Arguments.Add(_name);
        foreach (var option in new Option[] { _mode, _allow, _remove }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "The change is in force when the command ends, without a restart, and never is more open than before or afterwards: where the bridge\n" +
        "has to change, the container's network pauses for a second or more. Connections that are open stay open. The list of an allowlist\n" +
        "begins with what the container was started with. The next session in a container has the network that is configured.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("network set coi-abc12345-1 --mode=restricted", "the public internet, nothing private"),
        new("network set coi-abc12345-1 --mode=allowlist --allow=api.anthropic.com", "only what is listed"),
        new("network set coi-abc12345-1 --allow=github.com --allow=198.51.100.10", "more names and addresses"),
        new("network set coi-abc12345-1 --remove=github.com", "fewer"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.RunningContainers;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var request = new SetNetworkRequest { Mode = invocation.Value(_mode), Allow = invocation.Value(_allow) ?? [], Remove = invocation.Value(_remove) ?? [] };
        if (request.Mode is { } mode && !Modes.Contains(mode))
            throw new UsageException($"invalid network mode '{mode}'", Nearest.To(mode, Modes) is { } meant ? $"did you mean {meant}?" : "--mode takes restricted, allowlist or open");
        if (request is { Mode: null, Allow.Count: 0, Remove.Count: 0 }) throw new UsageException("nothing to change was named", UsageErrors.SeeHelp(this));
        var name = invocation.Value(_name) ?? "";
        using var daemon = Daemon.Of(surroundings);
        ChangedNetwork changed;
        using (var view = new ProgressView(surroundings, onlyLive: true))
        {
            changed = await daemon.StreamAsync(
                HttpMethod.Post, $"v1/containers/{Uri.EscapeDataString(name)}/network", Daemon.Body(request, ContractsJson.Default.SetNetworkRequest),
                $"changing the network of {name}", ContractsJson.Default.ChangedNetwork, view, CancellationToken.None);
        }

        var talk = new Talk(surroundings);
        foreach (var notice in changed.Notices) talk.Warning(notice);
        talk.Say($"Network of {changed.Container}: {changed.Mode}{(changed.Allowed is { } list ? $" ({string.Join(", ", list)})" : "")}{(changed.Changed ? "" : ", as before")}");
        return ExitCodes.Success;
    }

    private static Option<string[]> Listed(string name, string description) => new(name)
    {
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        Description = description,
    };
}
