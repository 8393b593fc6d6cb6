using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary>Reads the global flags into what a session's start is told.</summary>
internal static class SessionArguments
{
    private static readonly string[] Modes = ["restricted", "allowlist", "open"];

    /// <summary>The request that the flags ask for.</summary>
    public static StartSessionRequest Read(Invocation invocation)
    {
        var options = invocation.Options;
        var workspace = Workspace(invocation);
        RequireDirectory(workspace);
        return new StartSessionRequest
        {
            Workspace = workspace,
            Slot = invocation.Value(options.Slot),
            Persistent = invocation.Given(options.Persistent) ? invocation.Value(options.Persistent) : null,
            Resume = invocation.Value(options.Continue) ?? invocation.Value(options.Resume),
            Image = invocation.Value(options.Image),
            Profile = invocation.Value(options.Profile),
            Network = Network(invocation),
            Environment = Environment(invocation.Value(options.Env) ?? [], invocation.Surroundings),
            Mounts = MountArguments.Read(invocation),
            Client = ClientContexts.Of(invocation.Surroundings),
        };
    }

    /// <summary>The absolute path of the workspace, symbolic links kept: it is the workspace's identity.</summary>
    public static string Workspace(Invocation invocation)
    {
        var given = invocation.Value(invocation.Options.Workspace);
        var path = Path.GetFullPath(string.IsNullOrEmpty(given) ? "." : given, invocation.Surroundings.WorkingDirectory);
        return path.Length > 1 ? Path.TrimEndingDirectorySeparator(path) : path;
    }

    /// <summary><c>KEY=VALUE</c>, or <c>KEY</c> with the value that it has here; the last one of a name counts.</summary>
    public static IReadOnlyList<EnvironmentVariable> Environment(IReadOnlyList<string> items, Surroundings surroundings)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var separator = item.IndexOf('=', StringComparison.Ordinal);
            var name = separator < 0 ? item : item[..separator];
            if (!IsName(name)) throw new UsageException($"'{name}' is no name for an environment variable", "--env takes KEY=VALUE, or KEY for the value that it has here");
            variables[name] = separator >= 0
                ? item[(separator + 1)..]
                : surroundings.Variable(name) ?? throw new UsageException($"environment variable '{name}' is not set here", $"--env {name}=VALUE sets it");
        }

        return [.. variables.Select(pair => new EnvironmentVariable(pair.Key, pair.Value))];
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <summary>The network mode that is asked for; null when none is.</summary>
    public static string? Network(Invocation invocation)
    {
        var mode = invocation.Value(invocation.Options.Network);
        if (mode is null || Modes.Contains(mode, StringComparer.Ordinal)) return mode;
        throw new UsageException($"invalid network mode '{mode}'", "--network takes restricted, allowlist or open");
    }

    /// <summary>Refuses what is no directory.</summary>
    public static void RequireDirectory(string workspace)
    {
        if (Directory.Exists(workspace)) return;
        var reason = File.Exists(workspace) ? "is not a directory" : "does not exist";
        throw new ProblemException(new Problem("workspace.missing", $"workspace {workspace} {reason}", "--workspace names the directory to work in"));
    }
}
