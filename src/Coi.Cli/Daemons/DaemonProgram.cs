using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary>How <c>coid</c> is called.</summary>
/// <param name="File">Program to execute.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record DaemonProgram(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>Finds it: <c>$COI_DAEMON</c>, beside <c>coi</c>, in <c>../lib/coi</c>, on the PATH.</summary>
    public static DaemonProgram Find(Surroundings surroundings)
    {
        if (surroundings.Variable("COI_DAEMON") is { Length: > 0 } wish)
        {
            return AsProgram(Path.GetFullPath(wish), surroundings)
                ?? throw new ProblemException(new Problem("daemon.missing", $"COI_DAEMON names {wish}, which does not exist", "set it to coid or coid.dll, or unset it"));
        }

        var places = Places(surroundings).Distinct().ToList();
        foreach (var place in places)
        {
            if (AsProgram(Path.Combine(place, "coid"), surroundings) is { } native) return native;
            if (AsProgram(Path.Combine(place, "coid.dll"), surroundings) is { } managed) return managed;
        }

        throw new ProblemException(new Problem(
            "daemon.missing",
            $"the daemon coid was not found beside coi ({places.FirstOrDefault()}), in ../lib/coi, or on the PATH",
            "install coi as a whole, or set COI_DAEMON to the path of coid"));
    }

    private static IEnumerable<string> Places(Surroundings surroundings)
    {
        // /proc/self/exe has no symbolic links in it, so an installation that links coi into /usr/local/bin is found.
        if (Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) != "dotnet" && Path.GetDirectoryName(Libc.RealPath(self) ?? self) is { } beside)
        {
            yield return beside;
            yield return Path.GetFullPath(Path.Combine(beside, "../lib/coi"));
        }

        yield return Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        foreach (var directory in (surroundings.Variable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)) yield return directory;
    }

    private static DaemonProgram? AsProgram(string file, Surroundings surroundings)
    {
        if (!System.IO.File.Exists(file)) return null;
        return file.EndsWith(".dll", StringComparison.Ordinal) ? new DaemonProgram(DotNet(surroundings), [file]) : new DaemonProgram(file, []);
    }

    private static string DotNet(Surroundings surroundings)
    {
        var candidates = new[] { surroundings.Variable("DOTNET_HOST_PATH"), Under(surroundings.Variable("DOTNET_ROOT")) }
            .Concat((surroundings.Variable("PATH") ?? "").Split(':').Select(Under))
            .Append("/usr/share/dotnet/dotnet")
            .Append("/usr/lib/dotnet/dotnet");
        return candidates.FirstOrDefault(System.IO.File.Exists)
            ?? throw new ProblemException(new Problem("daemon.runtime", "coid needs the .NET runtime, and no 'dotnet' was found", "install the ASP.NET Core runtime 10, or set DOTNET_ROOT"));

        static string? Under(string? directory) => string.IsNullOrEmpty(directory) ? null : Path.Combine(directory, "dotnet");
    }
}
