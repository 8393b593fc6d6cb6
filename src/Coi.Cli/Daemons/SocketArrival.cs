namespace Coi.Cli.Daemons;

/// <summary>Waits for a daemon that somebody else is starting, told by the file system and not by asking again and again.</summary>
internal static class SocketArrival
{
    // Between bind, which makes the file, and listen lie microseconds in which a connection is refused.
    private static readonly TimeSpan BetweenBindAndListen = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether somebody answers on the socket before the time is up.</summary>
    public static bool Await(string socket, DaemonConnector connector, TimeSpan deadline)
    {
        using var changed = new SemaphoreSlim(1);
        using var patience = new CancellationTokenSource(deadline);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(socket) ?? "/", Path.GetFileName(socket))
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.Attributes | NotifyFilters.LastWrite,
        };
        watcher.Created += (_, _) => Release(changed);
        watcher.Changed += (_, _) => Release(changed);
        watcher.EnableRaisingEvents = true;
        try
        {
            while (true)
            {
                changed.Wait(patience.Token); // the first time at once: it may have come before we watched
                if (connector.TryConnect()) return true;
                if (File.Exists(socket) && !patience.Token.WaitHandle.WaitOne(BetweenBindAndListen) && connector.TryConnect()) return true;
            }
        }
        catch (OperationCanceledException)
        {
            return connector.TryConnect();
        }
    }

    private static void Release(SemaphoreSlim changed)
    {
        try
        {
            changed.Release();
        }
        catch (ObjectDisposedException)
        {
            // An event that was on its way when the waiting ended.
        }
    }
}
