using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Instances;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Tmux;

/// <summary><c>coi tmux list</c>.</summary>
internal sealed class TmuxListCommand : CoiCommand
{
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public TmuxListCommand() : base("list", "Show the sessions that can be typed into") => Options.Add(_format);

    /// <inheritdoc />
    public override string Details => "Those in every running container of coi, launched by name ones too: of coi itself, of root, and of other users inside.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("tmux list", "running containers whose tmux session lives"), new("tmux list --format=json", "the same for programs")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        using var incus = await DirectIncus.OpenAsync(surroundings);
        var home = DaemonPaths.Home(surroundings.Variable);
        var running = (await incus.Instances.ListAsync())
            .Where(instance => instance.IsRunning && instance.Config.GetValueOrDefault("user.coi.home") == home)
            .Select(instance => instance.Name)
            .Order(StringComparer.Ordinal);
        var found = await Task.WhenAll(running.Select(name => SessionsAsync(incus, name)));
        var sessions = found.SelectMany(some => some).ToArray();
        if (json) OutputFormat.WriteJson(surroundings, sessions, TmuxJson.Default.ListedSessionArray);
        else Write(sessions, surroundings.Out);
        return ExitCodes.Success;
    }

    private static void Write(ListedSession[] sessions, TextWriter output)
    {
        output.WriteLine(sessions.Length == 0 ? "No active sessions" : "Active sessions:");
        foreach (var session in sessions)
            output.WriteLine($"  - {session.Container} (tmux session: {session.Session}{(session.Session == "coi-" + session.Container ? "" : $", of {session.User}")})");
    }

    private static async Task<IEnumerable<ListedSession>> SessionsAsync(IncusClient incus, string container)
    {
        try
        {
            return from session in await new TmuxServers(incus, container).FindAsync(CancellationToken.None)
                   select new ListedSession(container, session.Target.Name, session.Target.User, session.Attached, session.Windows, session.CreatedAt);
        }
        catch (IncusException)
        {
            return []; // it has stopped meanwhile, or has no shell
        }
    }
}
