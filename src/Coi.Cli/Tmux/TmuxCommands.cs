using System.CommandLine;
using System.Diagnostics;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Terminals;
using Coi.Contracts;

namespace Coi.Cli.Tmux;

/// <summary><c>coi tmux send</c>.</summary>
internal sealed class TmuxSendCommand : CoiCommand
{
    // They wait some 30 ms for more; on a busy machine they read late.
    private static readonly TimeSpan AfterText = TimeSpan.FromMilliseconds(250);
    // A program that has only just drawn its screen reads later; one that shows nothing of what is typed (a password) never answers.
    private static readonly TimeSpan UntilShown = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private readonly Argument<string> _container = new("container");
    private readonly Argument<string> _text = new("text");

    /// <summary>Makes the command.</summary>
    public TmuxSendCommand() : base("send", "Type a text and Enter into a session")
    {
        Arguments.Add(_container);
        Arguments.Add(_text);
    }

    /// <inheritdoc />
    public override string Details => "The text arrives as it is: nothing in it is expanded, and 'Enter' is five letters. Put -- before a text that begins with a dash.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("tmux send coi-abc12345-1 \"write a hello world script\"", "a prompt"),
        new("tmux send coi-abc12345-1 \"/exit\"", "a command of the tool"),
        new("tmux send coi-abc12345-1 -- \"--help\"", "a text that begins with a dash"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.RunningContainers;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var target = await TmuxSessions.FindAsync(invocation.Surroundings, invocation.Value(_container) ?? "");
        using var inside = new Inside(target);
        var text = invocation.Value(_text) ?? "";
        var before = await TmuxSessions.ScreenAsync(inside, target);
        foreach (var part in TmuxText.Parts(text))
            await TmuxSessions.TypeAsync(inside, target, "send-keys", "-t", TmuxSessions.Pane(target), "-l", "--", part);
        // Apart from the text: programs that recognise a paste by its speed (Gemini CLI, Codex) would take the Enter for a part of it.
        if (text.Length > 0) await ReadAsync(inside, target, before);
        await TmuxSessions.TypeAsync(inside, target, "send-keys", "-t", TmuxSessions.Pane(target), "Enter");
        invocation.Surroundings.Out.WriteLine($"Sent command to session {target.Container}");
        return ExitCodes.Success;
    }

    /// <summary>Until the text has been read, as far as the screen tells.</summary>
    private static async Task ReadAsync(Inside inside, AttachTarget target, string before)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < UntilShown && await TmuxSessions.ScreenAsync(inside, target) == before)
            await Task.Delay(BetweenLooks);
        await Task.Delay(AfterText);
    }
}

/// <summary><c>coi tmux capture</c>.</summary>
internal sealed class TmuxCaptureCommand : CoiCommand
{
    private readonly Argument<string> _container = new("container");

    /// <summary>Makes the command.</summary>
    public TmuxCaptureCommand() : base("capture", "Show what is on a session's screen") => Arguments.Add(_container);

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("tmux capture coi-abc12345-1", "the visible screen as text")];

    /// <inheritdoc />
    public override Completes Completes => Completes.RunningContainers;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var target = await TmuxSessions.FindAsync(surroundings, invocation.Value(_container) ?? "");
        using var inside = new Inside(target);
        var screen = await TmuxSessions.ScreenAsync(inside, target);
        surroundings.Out.Write(screen.TrimEnd());
        if (surroundings.OutIsTerminal) surroundings.Out.WriteLine(); // elsewhere the screen and nothing else
        return ExitCodes.Success;
    }
}

/// <summary><c>coi tmux list</c>.</summary>
internal sealed class TmuxListCommand() : CoiCommand("list", "Show the sessions that can be typed into")
{
    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("tmux list", "running containers whose tmux session lives")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        using var daemon = Daemon.Of(surroundings);
        var listing = await daemon.GetAsync("v1/list", "listing containers", ContractsJson.Default.Listing, CancellationToken.None);
        var running = listing.Containers.Where(container => container.Status == "Running").Select(container => container.Name);
        var targets = await Task.WhenAll(running.Select(name => LiveAsync(daemon, name)));
        var live = targets.OfType<AttachTarget>().ToList();
        if (live.Count == 0)
        {
            surroundings.Out.WriteLine("No active sessions");
            return ExitCodes.Success;
        }

        surroundings.Out.WriteLine("Active sessions:");
        foreach (var target in live) surroundings.Out.WriteLine($"  - {target.Container} (tmux session: {target.TmuxSession})");
        return ExitCodes.Success;
    }

    private static async Task<AttachTarget?> LiveAsync(Daemon daemon, string container)
    {
        var target = await daemon.FindAsync(
            $"v1/containers/{Uri.EscapeDataString(container)}/attach", $"asking for {container}", ContractsJson.Default.AttachTarget, CancellationToken.None);
        if (target is not { Running: true }) return null;
        using var inside = new Inside(target);
        var answer = await inside.CaptureAsync(["tmux", "has-session", "-t", TmuxSessions.Session(target)], CancellationToken.None);
        return answer.Succeeded ? target : null;
    }
}
