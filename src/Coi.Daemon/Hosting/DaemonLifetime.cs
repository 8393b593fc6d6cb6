namespace Coi.Daemon.Hosting;

/// <summary>When this daemon began, and when it is about to end.</summary>
/// <param name="time">The clock.</param>
/// <param name="host">The host.</param>
internal sealed class DaemonLifetime(TimeProvider time, IHostApplicationLifetime host)
{
    /// <summary>When the daemon became ready.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Cancelled as soon as the daemon is told to stop; open streams must end then, or they hold the stop up.</summary>
    public CancellationToken Stopping => host.ApplicationStopping;

    /// <summary>Exit code of the process: 1 after <see cref="Break"/>.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Ends the daemon.</summary>
    public void Stop() => host.StopApplication();

    /// <summary>Ends the daemon because it cannot do its work.</summary>
    public void Break()
    {
        ExitCode = 1;
        host.StopApplication();
    }
}
