using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Sessions;

namespace Coi.Cli.Configuration;

/// <summary>How <c>coi trust</c> and <c>coi untrust</c> are told which project is meant.</summary>
internal static class ProjectPaths
{
    private const string FileName = ".coi.toml";

    /// <summary>The positional argument.</summary>
    public static Argument<string> Argument() => new("directory") { Arity = ArgumentArity.ZeroOrOne, HelpName = "directory" };

    /// <summary>The directory that it names, or its file; without it, the workspace.</summary>
    public static string Workspace(Invocation invocation, Argument<string> argument)
    {
        if (invocation.Value(argument) is not { Length: > 0 } given) return SessionArguments.Workspace(invocation);
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given, invocation.Surroundings.WorkingDirectory));
        return Path.GetFileName(path) == FileName && !Directory.Exists(path) ? Path.GetDirectoryName(path) ?? path : path;
    }
}
