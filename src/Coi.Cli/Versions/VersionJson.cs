using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Coi.Cli.Versions;

/// <summary>What <c>coi version</c> prints.</summary>
/// <param name="Version">The version, such as <c>0.1.0</c>.</param>
/// <param name="Commit">What it was built from; null when that is not known.</param>
/// <param name="Native">Whether it was compiled ahead of time.</param>
/// <param name="Runtime">The .NET that it was built with.</param>
/// <param name="Platform">What it was built for, such as <c>linux-x64</c>.</param>
internal sealed record VersionReport(string Version, string? Commit, bool Native, string Runtime, string Platform)
{
    /// <summary>Of this program.</summary>
    public static VersionReport OfThisProgram =>
        new(ProgramVersion.Number, ProgramVersion.Commit, ProgramVersion.IsNative, RuntimeInformation.FrameworkDescription, RuntimeInformation.RuntimeIdentifier);
}

/// <summary>Serialisation of what is printed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VersionReport))]
internal sealed partial class VersionJson : JsonSerializerContext;
