namespace Coi.Incus;

/// <summary>Profiles.</summary>
public sealed class ProfilesApi
{
    private readonly IncusTransport _transport;

    internal ProfilesApi(IncusTransport transport) => _transport = transport;

    /// <summary>All profiles.</summary>
    public async Task<IReadOnlyList<Profile>> ListAsync(CancellationToken cancellationToken = default) =>
        await _transport.GetAsync(
            "list profiles", "/1.0/profiles?recursion=1", IncusJson.Default.ListProfile, cancellationToken);

    /// <summary>One profile, null when there is none of that name.</summary>
    public Task<Profile?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.FindAsync(
            $"read profile {name}", $"/1.0/profiles/{Uri.EscapeDataString(name)}", IncusJson.Default.Profile, cancellationToken);
}
