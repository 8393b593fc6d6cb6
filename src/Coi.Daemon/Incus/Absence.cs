using Coi.Incus;

namespace Coi.Daemon.Incus;

/// <summary>Removal of what may be gone already.</summary>
internal static class Absence
{
    /// <summary>Awaits a removal; that there is nothing of the name is what was wanted.</summary>
    public static async Task IgnoreAsync(Task removal)
    {
        try
        {
            await removal.ConfigureAwait(false);
        }
        catch (IncusException ex) when (ex.IsNotFound)
        {
            // Somebody else removed it.
        }
    }
}
