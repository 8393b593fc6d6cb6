using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coi.Cli.Versions;

/// <summary>Which build this is.</summary>
internal static class ProgramVersion
{
    private static readonly string Informational =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The version, such as <c>0.1.0</c>.</summary>
    public static string Number => Informational.Split('+', 2)[0];

    /// <summary>The commit that it was built from; null when that is not known.</summary>
    public static string? Commit => Informational.Split('+', 2) is [_, { Length: > 0 } hash] ? hash[..Math.Min(12, hash.Length)] : null;

    /// <summary>Whether it was compiled ahead of time; a file beside the program would not tell, an ordinary build can be a single file too.</summary>
    public static bool IsNative => !RuntimeFeature.IsDynamicCodeCompiled;

    /// <summary>What it was built from and how.</summary>
    public static string Build
    {
        get
        {
            var commit = Commit is { } hash ? $"commit {hash}, " : "";
            var kind = IsNative ? " native" : "";
            return $"{commit}{RuntimeInformation.FrameworkDescription}{kind}, {RuntimeInformation.RuntimeIdentifier}";
        }
    }
}
