using Coi.Contracts;

namespace Coi.Daemon.Hosting;

/// <summary>Where a daemon keeps what it keeps.</summary>
/// <param name="Root">The coi home, <c>~/.coi</c> by default.</param>
/// <param name="Socket">Path of its socket.</param>
internal sealed record DaemonHome(string Root, string Socket)
{
    /// <summary>The journal.</summary>
    public string Journal => Path.Combine(Root, "journal.db");

    /// <summary>The log file.</summary>
    public string Log => DaemonPaths.Log(Root);

    /// <summary>Directory of log files, build logs among them.</summary>
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Directory of what can be made again.</summary>
    public string Cache => Path.Combine(Root, "cache");

    /// <summary>The file whose lock the running daemon holds.</summary>
    public string Lock => Path.Combine(Root, "run", "coid.lock");

    /// <summary>The home that the process' environment names; its directories are made, for their owner only.</summary>
    public static DaemonHome FromEnvironment()
    {
        var home = new DaemonHome(DaemonPaths.Home(), DaemonPaths.Socket());
        foreach (var directory in new[] { home.Root, home.Logs, home.Cache, Path.Combine(home.Root, "run"), Path.GetDirectoryName(home.Socket) })
        {
            if (directory is not null) DaemonPaths.CreatePrivateDirectory(directory);
        }

        return home;
    }
}
