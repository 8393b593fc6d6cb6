using System.Runtime.InteropServices;
using Coi.Contracts;
using Microsoft.Win32.SafeHandles;

namespace Coi.Cli.Daemons;

/// <summary>An exclusive lock between processes that the kernel takes back when its holder ends.</summary>
internal sealed partial class FileLock : IDisposable
{
    private const int Exclusive = 2; // LOCK_EX, flock(2)
    private const int ReadWriteCreateCloseOnExec = 0x2 | 0x40 | 0x80000; // open(2)
    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>Waits for the lock, without polling: the wait is the kernel's, in a thread of its own.</summary>
    public static FileLock Take(string path, TimeSpan deadline, string step, TimeProvider time)
    {
        // .NET's own opening of files takes locks too, which do not wait.
        var file = Open(path, ReadWriteCreateCloseOnExec, 0x180); // 0600
        if (file.IsInvalid)
        {
            var reason = Marshal.GetLastPInvokeErrorMessage();
            file.Dispose();
            throw new ProblemException(new Problem("home.unwritable", $"cannot open {path}: {reason}", "set COI_HOME to a directory that you may write to"));
        }

        var wait = Task.Factory.StartNew(() => Lock(file), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (!Task.WhenAny(wait, Task.Delay(deadline, time)).GetAwaiter().GetResult().Equals(wait))
        {
            // The file stays open: the waiting thread still uses it, and ends with the program.
            throw new ProblemException(new Problem("daemon.start_lock", $"{step}: {path} is still locked after {deadline.TotalSeconds:0} s", "try again; 'fuser' names the process that holds it"));
        }

        wait.GetAwaiter().GetResult();
        return new FileLock(file);
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static void Lock(SafeFileHandle file)
    {
        while (Flock(file, Exclusive) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted) throw Libc.Failure("flock");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
