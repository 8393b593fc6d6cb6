using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary><c>coi shell</c>.</summary>
internal sealed class ShellCommand : CoiCommand, IRefusesWords
{
    private readonly Option<bool> _background = new("--background") { Description = "Start the session and return; attach later" };
    private readonly Option<bool> _fork = new("--fork") { Description = "Go on with a copy of the session, under a new id" };
    private readonly Option<bool> _debug = new("--debug") { Description = "Start bash instead of the tool" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ShellCommand(GlobalOptions options) : base("shell", "Start a session in a container of its own, and attach to it")
    {
        _ = options;
        Options.Add(_background);
        Options.Add(_debug);
        Options.Add(_fork);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details =>
        "Inside, tmux runs bash, and bash runs the tool. Ctrl-b d detaches: the session goes on, 'coi attach' comes back.\n" +
        "'poweroff' inside ends it: the conversation is saved, and 'coi shell --resume' goes on with it in a new container.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("shell", "in the current directory, on the lowest free slot"),
        new("shell --resume", "go on with this directory's newest session"),
        new("shell --resume=ID", "go on with that session"),
        new("shell --resume=ID --fork", "go on with a copy of it; both go on apart, and the first may be live"),
        new("shell --persistent", "keep the container when it stops"),
        new("shell --background", "start and return; the container's name is on standard output"),
        new("shell --background --format=json", "name, session and slot for programs"),
        new("shell -w ~/project --env DEBUG=1", "another directory, a variable for the tool"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => options.OfSessions;

    /// <inheritdoc />
    public UsageException Refuse(IReadOnlyList<string> words) =>
        new($"'coi shell' takes no arguments, but was given '{words[0]}'", $"did you mean 'coi shell --resume={words[0]}'?");

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var background = invocation.Value(_background);
        var json = OutputFormat.IsJson(invocation, _format);
        if (json && !background) throw new UsageException("--format=json needs --background", "an attached session has the terminal to itself");
        var request = SessionArguments.Read(invocation) with { Debug = invocation.Value(_debug), Fork = invocation.Value(_fork) };
        if (!background) Attachment.RequireTerminal(surroundings, "'coi shell --background' starts a session without one");

        using var daemon = Daemon.Of(surroundings);
        if (await StartAsync(daemon, request, surroundings) is not { } session) return ExitCodes.Interrupted;
        Announce(session, background, new Talk(surroundings));
        if (!background) return await new Attachment(surroundings, daemon).RunAsync(session.Attach, bash: false);
        if (json) OutputFormat.WriteJson(surroundings, BackgroundSession.Of(session), SessionsJson.Default.BackgroundSession);
        else surroundings.Out.WriteLine(session.Container);
        return ExitCodes.Success;
    }

    private static async Task<StartedSession?> StartAsync(Daemon daemon, StartSessionRequest request, Surroundings surroundings)
    {
        using var interruption = Interruption.Watch();
        try
        {
            using var view = new ProgressView(surroundings);
            return await daemon.StreamAsync(
                HttpMethod.Post, "v1/sessions", Daemon.Body(request, ContractsJson.Default.StartSessionRequest), "starting the session",
                ContractsJson.Default.StartedSession, view, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            new Talk(surroundings).Say("Interrupted. What coid has begun it finishes or undoes: 'coi list' shows it, 'coi kill NAME' removes it.");
            return null;
        }
    }

    private static void Announce(StartedSession session, bool background, Talk talk)
    {
        foreach (var notice in session.Notices) talk.Say(notice);
        talk.Say($"Session ID: {session.SessionId}{(session.Resumed ? " (resumed)" : "")}");
        // Scripts take the name from either line.
        talk.Say($"Container name: {session.Container}");
        talk.Say($"Container: {session.Container}");
        talk.Say($"Slot: {session.Slot}, {(session.Persistent ? "persistent" : "ephemeral")}");
        talk.Say($"Workspace: {session.Workspace}");
        talk.Say($"Network: {session.Network}");
        talk.Say($"Mode: {(background ? "Background" : "Interactive")} (tmux)");
        if (!background) return;
        talk.Say($"  attach:         coi attach {session.Container}");
        talk.Say($"  see the screen: coi tmux capture {session.Container}");
        talk.Say($"  type into it:   coi tmux send {session.Container} \"…\"");
        talk.Say($"  end and save:   coi shutdown {session.Container}");
    }
}
