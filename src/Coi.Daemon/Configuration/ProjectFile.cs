using System.Collections.Immutable;
using Coi.Domain.Configuration;

namespace Coi.Daemon.Configuration;

/// <summary>Whether the user trusts a workspace's file.</summary>
internal enum TrustState
{
    /// <summary>Nobody said so.</summary>
    Untrusted,

    /// <summary>It is what it was when the user said so.</summary>
    Trusted,

    /// <summary>It is not what it was when the user said so.</summary>
    Changed,
}

/// <summary>A workspace's own file as it was read for one request.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Sha256">Hash of what was read.</param>
/// <param name="Trust">Whether the user trusts it.</param>
/// <param name="Loosens">What in it needs trust.</param>
internal sealed record ProjectFile(string Path, string Sha256, TrustState Trust, ImmutableArray<LooseSetting> Loosens)
{
    /// <summary>Name of such a file.</summary>
    public const string Name = ".coi.toml";

    private const int MostShown = 20;

    /// <summary>What of it is not in force for want of trust.</summary>
    public ImmutableArray<LooseSetting> Withheld => Trust is TrustState.Trusted ? [] : Loosens;

    /// <summary>What the user should know, one line each; empty when all of the file is in force.</summary>
    public IEnumerable<string> Notices()
    {
        if (Withheld.IsEmpty) yield break;
        var why = Trust is TrustState.Changed ? "has changed since you trusted it" : "is not trusted";
        yield return $"warning: {PlainText.Brief(Path)} {why}, so this in it has no effect:";
        // A file with thousands of variables must not push a mount off the screen.
        foreach (var setting in Withheld.OrderBy(setting => setting.Key.StartsWith("environment.", StringComparison.Ordinal)).Take(MostShown))
            yield return $"  line {setting.Origin.Line}: {setting.Text}{(setting.InForce is { } current ? PlainText.Brief($"   (stays {current})") : "")}";
        if (Withheld.Length > MostShown) yield return $"  … and {Withheld.Length - MostShown} more; `coi config show` lists them all";
        yield return $"{TrustHint(Path)} (for as long as it stays as it is now)";
    }

    /// <summary>How to trust it.</summary>
    public static string TrustHint(string path) => $"If you want that: coi trust {Quoted(System.IO.Path.GetDirectoryName(path) ?? path)}";

    // As a shell reads it; a name that holds what a terminal obeys is nothing to copy.
    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '+' or ',' or ':' or '@')
            ? path
            : PlainText.Of($"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'");
}
