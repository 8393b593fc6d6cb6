using System.Text.Json;
using System.Text.Json.Serialization;
using Coi.Domain;

namespace Coi.Daemon.Configuration;

/// <summary>Says whether the user trusts a file.</summary>
internal interface ITrust
{
    /// <summary>The state of a file with this content.</summary>
    TrustState Of(string path, string sha256);
}

/// <summary>Trusts nothing.</summary>
internal sealed class NoTrust : ITrust
{
    /// <inheritdoc />
    public TrustState Of(string path, string sha256) => TrustState.Untrusted;
}

/// <summary>A file that the user trusts.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Sha256">What it was when the user said so.</param>
/// <param name="TrustedAt">When that was.</param>
internal sealed record TrustEntry(string Path, string Sha256, DateTimeOffset TrustedAt);

/// <summary>The files that the user trusts, in <c>trust.json</c> of the coi home; read anew each time, so that nothing is trusted from memory.</summary>
internal sealed class TrustStore(string home, TimeProvider time) : ITrust
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "trust.json";

    private const long FileLimit = 4 << 20;

    private readonly Lock _gate = new();

    /// <inheritdoc />
    public TrustState Of(string path, string sha256)
    {
        var names = Names(path);
        var entries = List().Where(entry => names.Contains(entry.Path)).ToList();
        return entries.Count == 0 ? TrustState.Untrusted : entries.Any(entry => entry.Sha256 == sha256) ? TrustState.Trusted : TrustState.Changed;
    }

    /// <summary>All of them, by path.</summary>
    /// <exception cref="FailureException">The file cannot be read; nothing is trusted then.</exception>
    public IReadOnlyList<TrustEntry> List()
    {
        var file = System.IO.Path.Combine(home, FileName);
        try
        {
            if (!Directory.Exists(home)) return [];
            using var directory = UnixDirectory.TryOpenTrusted(home);
            return directory?.TryRead(FileName, FileLimit) is { } content
                ? JsonSerializer.Deserialize(content, TrustJson.Default.TrustDocument)?.Files ?? []
                : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure("trust.unreadable", $"the list of trusted files {file} cannot be read: {e.Message}", $"remove {file} and trust again what you want"));
        }
    }

    /// <summary>Trusts a file as it is.</summary>
    public void Add(string path, string sha256)
    {
        var names = Names(path);
        Change(files => files.Where(entry => !names.Contains(entry.Path)).Append(new TrustEntry(names[0], sha256, time.GetUtcNow())));
    }

    /// <summary>Trusts a file no more.</summary>
    /// <returns>Whether it was trusted.</returns>
    public bool Remove(string path)
    {
        var names = Names(path);
        var before = 0;
        var after = Change(files =>
        {
            before = files.Count;
            return files.Where(entry => !names.Contains(entry.Path));
        });
        return after < before;
    }

    // It is one file, by whatever links its directory is reached; as it was named it may stand in a list of earlier days. The file itself is no
    // link: such a one is not read.
    private static IReadOnlyList<string> Names(string path) =>
        System.IO.Path.GetDirectoryName(path) is { Length: > 0 } directory && LinuxCalls.RealPath(directory) is { } real
            ? [System.IO.Path.Combine(real, System.IO.Path.GetFileName(path)), path]
            : [path];

    private int Change(Func<IReadOnlyList<TrustEntry>, IEnumerable<TrustEntry>> change)
    {
        lock (_gate)
        {
            var files = change(List()).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
            using var directory = UnixDirectory.OpenOrCreatePrivate(home);
            directory.Write(FileName, JsonSerializer.SerializeToUtf8Bytes(new TrustDocument(1, files), TrustJson.Default.TrustDocument));
            return files.Count;
        }
    }
}

/// <summary>What the file holds.</summary>
internal sealed record TrustDocument(int Version, IReadOnlyList<TrustEntry> Files);

/// <summary>Serialisation of it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(TrustDocument))]
internal sealed partial class TrustJson : JsonSerializerContext;
