using Coi.Domain.Slots;

namespace Coi.Daemon.Slots;

/// <summary>Keeps sessions beyond their containers.</summary>
internal interface ISessionKeeper
{
    /// <summary>Writes the session's metadata before its tool starts, so that it is found whatever happens.</summary>
    Task BeginAsync(LaunchSpec spec, CancellationToken cancellationToken);

    /// <summary>Writes the session's metadata; a new session that never began (<paramref name="launched"/> false) leaves nothing.</summary>
    Task FinaliseAsync(LaunchSpec spec, bool launched, CancellationToken cancellationToken);
}
