namespace Coi.Incus;

/// <summary>
/// Incus looks at all other networks and ACLs while it works on one ("what uses it?"), and answers 404 when one of *those* has just been
/// deleted: "Failed getting ACL usage: Network ACL not found" (seen on 6.0.4 with ten deletions side by side, for reading and for deleting).
/// So what is said to be missing is looked up in the plain list of names, and asked for again when it stands there.
/// </summary>
internal sealed class MistakenAbsence(IncusTransport transport, string action, string collection)
{
    // Each attempt is two requests; another deletion has to fall into every single one of them.
    private const int Attempts = 20;
    private const int Refused = 500;

    /// <summary>Reads one object; null when there is none of that name.</summary>
    public async Task<T?> FindAsync<T>(string name, Func<Task<T>> request, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return await AskAsync(name, request, cancellationToken);
        }
        catch (IncusException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Sends a request that has no answer but success.</summary>
    public Task DoAsync(string name, Func<Task> request, CancellationToken cancellationToken) =>
        AskAsync(
            name,
            async () =>
            {
                await request();
                return true;
            },
            cancellationToken);

    /// <summary>Lists with all details; a collection is never missing, one of its members was.</summary>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(Func<Task<List<T>>> request)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await request();
            }
            catch (IncusException error) when (error.IsNotFound && attempt < Attempts)
            {
                // Asked again at once: the one that has gone is not in the next list.
            }
        }
    }

    // The answer "not found" is final only when the object is not listed.
    private async Task<T> AskAsync<T>(string name, Func<Task<T>> request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await request();
            }
            catch (IncusException error) when (error.IsNotFound)
            {
                if (!await IsListedAsync(name, cancellationToken)) throw;
                // Not as 404: whoever deletes would take that for success.
                if (attempt == Attempts) throw new IncusException(error.Action, Refused, error.ErrorText, error);
            }
        }
    }

    // Without details nothing is looked up, so this one cannot be mistaken.
    private async Task<bool> IsListedAsync(string name, CancellationToken cancellationToken)
    {
        var paths = await transport.GetAsync(action, collection, IncusJson.Default.ListString, cancellationToken);
        return paths.Any(path => Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..].Split('?')[0]) == name);
    }
}
