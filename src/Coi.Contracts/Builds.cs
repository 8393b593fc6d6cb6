namespace Coi.Contracts;

/// <summary>Builds an image: <c>POST /v1/builds</c>, answered by a stream whose result is <see cref="BuiltImage"/>. A second request for an
/// alias that is being built joins the running build, or waits for its end when it asks for something else; a client that goes away does not end
/// the build.</summary>
public sealed record BuildRequest
{
    /// <summary>Alias to build.</summary>
    public string Alias { get; init; } = "coi";

    /// <summary>Build although the alias exists.</summary>
    public bool Force { get; init; }

    /// <summary>Local alias or <c>images:…</c> name to start from; null takes the default.</summary>
    public string? Base { get; init; }

    /// <summary>AI coding tools to install; null takes the configured ones.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>What makes a custom image; null builds the coi image.</summary>
    public BuildScript? Script { get; init; }

    /// <summary>The caller's name for this request, by which it can be cancelled; null when it never will be.</summary>
    public string? Id { get; init; }

    /// <summary>Who asks, and from what environment.</summary>
    public required ClientContext Client { get; init; }
}

/// <summary>A script that root runs in a container, of which an image is made.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Content">What it says.</param>
public sealed record BuildScript(string Name, byte[] Content);

/// <summary>Asks a running build to end: <c>POST /v1/builds/{alias}/cancel</c>; with <c>?request=ID</c> only the one that this request began, joined or waits for.</summary>
/// <param name="Alias">Alias that was being built.</param>
/// <param name="WasRunning">Whether there was a build to cancel.</param>
public sealed record CancelledBuild(string Alias, bool WasRunning);

/// <summary>The outcome of a build.</summary>
public sealed record BuiltImage
{
    /// <summary>Alias that now names the image.</summary>
    public required string Alias { get; init; }

    /// <summary>Alias with the build's time, <c>coi-YYYYMMDD-HHMMSS</c>; null when skipped.</summary>
    public string? VersionAlias { get; init; }

    /// <summary>Fingerprint of the image; null when skipped.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>True when the alias existed and nothing was done.</summary>
    public required bool Skipped { get; init; }

    /// <summary>What the image was made from, for a person.</summary>
    public string? Base { get; init; }

    /// <summary>Size of the image in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }

    /// <summary>Path of the kept build log.</summary>
    public string? LogPath { get; init; }

    /// <summary>Earlier versions that are still there, newest first.</summary>
    public IReadOnlyList<ImageVersion> OlderVersions { get; init; } = [];
}
