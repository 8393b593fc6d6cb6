using System.Net.Http.Json;

namespace Coi.Incus;

public sealed partial class ImagesApi
{
    /// <summary>All aliases.</summary>
    public async Task<IReadOnlyList<ImageAlias>> ListAliasesAsync(CancellationToken cancellationToken = default) =>
        await _transport.GetAsync(
            "list image aliases", "/1.0/images/aliases?recursion=1", IncusJson.Default.ListImageAlias, cancellationToken);

    /// <summary>One alias, null when there is none of that name.</summary>
    public Task<ImageAlias?> FindAliasAsync(string alias, CancellationToken cancellationToken = default) =>
        _transport.FindAsync($"read image alias {alias}", AliasPath(alias), IncusJson.Default.ImageAlias, cancellationToken);

    /// <summary>Makes an alias that does not exist yet.</summary>
    public Task CreateAliasAsync(
        string alias, string fingerprint, string description = "", CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            $"create image alias {alias}", HttpMethod.Post, "/1.0/images/aliases", cancellationToken,
            JsonContent.Create(
                new ImageAliasPost { Name = alias, Target = fingerprint, Description = description },
                IncusJson.Default.ImageAliasPost));

    /// <summary>Points an alias to an image in one step, so that it exists at every moment; makes it when it is absent.</summary>
    public async Task MoveAliasAsync(
        string alias, string fingerprint, string description = "", CancellationToken cancellationToken = default)
    {
        try
        {
            await PutAliasAsync(alias, fingerprint, description, cancellationToken);
        }
        catch (IncusException absent) when (absent.IsNotFound)
        {
            try
            {
                await CreateAliasAsync(alias, fingerprint, description, cancellationToken);
            }
            catch (IncusException raced) when (raced.IsConflict)
            {
                // Somebody made it between the two requests.
                await PutAliasAsync(alias, fingerprint, description, cancellationToken);
            }
        }
    }

    /// <summary>Deletes an alias and leaves the image.</summary>
    public Task DeleteAliasAsync(string alias, CancellationToken cancellationToken = default) =>
        _transport.SendAsync($"delete image alias {alias}", HttpMethod.Delete, AliasPath(alias), cancellationToken);

    private Task<Envelope> PutAliasAsync(string alias, string fingerprint, string description, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            $"move image alias {alias}", HttpMethod.Put, AliasPath(alias), cancellationToken,
            JsonContent.Create(
                new ImageAliasPut { Target = fingerprint, Description = description }, IncusJson.Default.ImageAliasPut));

    private static string AliasPath(string alias) => $"/1.0/images/aliases/{Uri.EscapeDataString(alias)}";
}
