namespace Coi.FakeIncus;

/// <summary>A request that arrived.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path with its query.</param>
/// <param name="Body">Its body when that is JSON, else empty.</param>
public sealed record FakeRequest(string Method, string Path, string Body)
{
    /// <summary>Method and path, such as <c>GET /1.0</c>.</summary>
    public override string ToString() => $"{Method} {Path}";
}
