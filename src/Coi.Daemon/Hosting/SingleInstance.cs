using Microsoft.Win32.SafeHandles;

namespace Coi.Daemon.Hosting;

/// <summary>One daemon for one home: the lock is the kernel's and ends with the process, however it ends.</summary>
internal sealed class SingleInstance : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SingleInstance(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock; null when another daemon holds it.</summary>
    public static SingleInstance? TryTake(DaemonHome home)
    {
        try
        {
            // FileShare.None is an exclusive advisory lock (flock) on Linux.
            return new SingleInstance(File.OpenHandle(home.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(home.Lock))
        {
            return null;
        }
    }

    public void Dispose() => _handle.Dispose();
}
