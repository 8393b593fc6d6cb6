using System.Runtime.InteropServices;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary>Waits for the end of a process that need not be a child, by its pidfd: no polling, and no other process can take the pid's place.</summary>
internal sealed partial class ProcessEnd : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly int _pid;
    private readonly int _descriptor;

    private ProcessEnd(int pid, int descriptor)
    {
        _pid = pid;
        _descriptor = descriptor;
    }

    /// <summary>Takes hold of a process; one that does not exist has ended.</summary>
    public static ProcessEnd Of(int pid)
    {
        const nint pidfdOpen = 434; // the same number on every architecture, pidfd_open(2); glibc 2.35 has no wrapper
        return new ProcessEnd(pid, pid > 0 ? (int)Syscall(pidfdOpen, pid, 0) : -1);
    }

    /// <summary>Waits for its end.</summary>
    public async Task WaitAsync(string step, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_descriptor < 0) return;
        var ended = await Task.Run(() => Libc.Poll([new PollDescriptor(_descriptor)], Deadline, time), cancellationToken).WaitAsync(cancellationToken);
        if (!ended)
        {
            throw new ProblemException(new Problem(
                "daemon.stuck", $"{step}: process {_pid} is still there after {Deadline.TotalSeconds:0} s", $"'kill {_pid}' ends it; sessions go on"));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_descriptor >= 0) _ = Libc.Close(_descriptor);
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Syscall(nint number, nint first, nint second);
}
