namespace Coi.Incus;

/// <summary>
/// A network whose creation has no client any more. Incus makes all of it, undoes it at the end because the request is void, and leaves the
/// record pending. Mostly that takes the interface away; when another container's interface goes in that moment, the undoing fails and leaves
/// it, and so does an Incus that is killed meanwhile (both seen on 6.0.4). A pending network is deleted by its record alone, and an interface
/// without a record refuses every later bridge of that name and can be removed through Incus no more.
/// </summary>
internal sealed class UnfinishedNetwork(NetworksApi networks, IncusTransport transport)
{
    // No option of dnsmasq: nothing that starts with it stays.
    private const string Nonsense = "not-to-be-started";
    private const int LongestName = 15;

    // Between taking the interface away and having ended dnsmasq, 0.3 s were seen.
    private static readonly TimeSpan Undoing = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time = transport.Options.Time;

    /// <summary>The name that a network has while it is being taken down.</summary>
    public static string AsideOf(string name) => $"{name[..Math.Min(name.Length, LongestName - 1)]}_";

    /// <summary>
    /// Waits until Incus does nothing with a network any more: what is deleted while it is made leaves its dnsmasq and sometimes its interface.
    /// Takes the interface of one that stays pending away, so that its record can be deleted.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The name that its record has now.</returns>
    public async Task<string> SettleAsync(string name, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        long? undone = null;
        while (await networks.FindAsync(name, cancellationToken) is { IsPending: true })
        {
            if (await HasInterfaceAsync(name, cancellationToken)) undone = null;
            else if (_time.GetElapsedTime(undone ??= _time.GetTimestamp()) > Undoing) return name;
            if (_time.GetElapsedTime(begun) > transport.Options.NetworkCreationTimeout) return await TakeDownAsync(name, cancellationToken);
            await Task.Delay(Poll, _time, cancellationToken);
        }

        return name;
    }

    // A new name is the one change for which Incus takes a pending network's interface down. It would start it again under that name, were it not
    // for its resolver's configuration.
    private async Task<string> TakeDownAsync(string name, CancellationToken cancellationToken)
    {
        var aside = AsideOf(name);
        await networks.PatchAsync(name, new Dictionary<string, string> { ["raw.dnsmasq"] = Nonsense }, cancellationToken);
        try
        {
            await networks.RenameAsync(name, aside, cancellationToken);
        }
        catch (IncusException)
        {
            // As meant, when it got as far as its resolver. With the interface still there the record must stay.
            if (await networks.FindAsync(aside, cancellationToken) is not null) return aside;
            if (await HasInterfaceAsync(name, cancellationToken)) throw;
            return name;
        }

        return aside;
    }

    private async Task<bool> HasInterfaceAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await networks.GetStateAsync(name, cancellationToken);
            return true;
        }
        catch (IncusException error) when (error.IsNotFound)
        {
            return false;
        }
    }
}
