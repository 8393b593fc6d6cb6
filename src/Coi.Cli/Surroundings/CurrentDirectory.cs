namespace Coi.Cli;

/// <summary>The directory in which the program was called.</summary>
internal static class CurrentDirectory
{
    /// <summary>
    /// <c>$PWD</c> when it names the current directory, else what the kernel says. A workspace's identity is its path with symbolic links
    /// kept, so <c>cd link; coi shell</c> and <c>coi shell -w link</c> must mean the same one.
    /// </summary>
    public static string Find(IReadOnlyDictionary<string, string> environment)
    {
        var physical = Environment.CurrentDirectory;
        return environment.GetValueOrDefault("PWD") is { Length: > 0 } logical
            && Path.IsPathFullyQualified(logical)
            && logical != physical
            && Libc.RealPath(logical) == physical
                ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(logical))
                : physical;
    }
}
