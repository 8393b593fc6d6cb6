using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary><c>coi attach</c>.</summary>
internal sealed class AttachCommand : CoiCommand
{
    private readonly Argument<string?> _container = new("container") { Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _bash = new("--bash") { Description = "Open a bash beside the session instead of the session itself" };

    /// <summary>Makes the command.</summary>
    public AttachCommand(GlobalOptions options) : base("attach", "Come back to a session that is running")
    {
        _ = options;
        Arguments.Add(_container);
        Options.Add(_bash);
    }

    /// <inheritdoc />
    public override string Details =>
        "Without a name: the only session of this directory, else the only session at all, else a list to choose from.\n" +
        "Any number of terminals may be attached to one session at the same time.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("attach", "the session of this directory"),
        new("attach coi-abc12345-1", "that session"),
        new("attach --slot=2", "slot 2 of this directory"),
        new("attach --bash", "a shell beside the tool"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.RunningContainers;

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace, options.Slot];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        using var daemon = Daemon.Of(surroundings);
        if (await ChooseAsync(daemon, invocation) is not { } name) return ExitCodes.Success;

        var target = await daemon.FindAsync(
            $"v1/containers/{Uri.EscapeDataString(name)}/attach", $"asking for {name}", ContractsJson.Default.AttachTarget, CancellationToken.None);
        if (target is not { Running: true }) throw NotRunning($"container '{name}'");
        Attachment.RequireTerminal(surroundings, $"'coi tmux capture {name}' shows the screen without one");
        surroundings.Out.WriteLine($"Attaching to {name} (slot {target.Slot})");
        return await new Attachment(surroundings, daemon).RunAsync(target, invocation.Value(_bash));
    }

    private async Task<string?> ChooseAsync(Daemon daemon, Invocation invocation)
    {
        if (invocation.Value(_container) is { } name) return name;
        var listing = await daemon.GetAsync("v1/list", "listing containers", ContractsJson.Default.Listing, CancellationToken.None);
        var workspace = SessionArguments.Workspace(invocation);
        var running = listing.Containers.Where(container => container.Status == "Running").ToList();
        var here = running.Where(container => container.Workspace == workspace).ToList();
        if (invocation.Value(invocation.Options.Slot) is var slot and > 0)
            return here.Find(container => container.Slot == slot)?.Name ?? throw NotRunning($"slot {slot} of {workspace}");
        if (here.Count == 1) return here[0].Name;
        if (running.Count == 1) return running[0].Name;
        if (running.Count > 1) return SessionChoice.Pick([.. here, .. running.Except(here)], invocation.Surroundings);
        invocation.Surroundings.Out.WriteLine("No active sessions");
        return null;
    }

    private static ProblemException NotRunning(string what) =>
        new(new Problem("container.not_running", $"{what} not found or not running", "'coi list' shows what is there, 'coi shell' starts a session"));
}
