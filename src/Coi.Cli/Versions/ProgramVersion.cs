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

    /// <summary>What it was built from and how.</summary>
    public static string Build
    {
        get
        {
            var commit = Informational.Split('+', 2) is [_, { Length: > 0 } hash] ? $"commit {hash[..Math.Min(12, hash.Length)]}, " : "";
            // A file beside the program would not tell: an ordinary build can be a single file too.
            var kind = RuntimeFeature.IsDynamicCodeCompiled ? "" : " native";
            return $"{commit}{RuntimeInformation.FrameworkDescription}{kind}, {RuntimeInformation.RuntimeIdentifier}";
        }
    }
}
