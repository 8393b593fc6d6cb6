using System.Runtime.InteropServices;
using System.Text;

namespace Coi.Cli;

/// <summary>The few calls of the C library that .NET has no name for.</summary>
internal static partial class Libc
{
    /// <summary>Error number of an interrupted call.</summary>
    public const int Interrupted = 4;

    private const int TryAgain = 11; // EAGAIN, errno(3)

    /// <summary>Whether a file descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => IsATty(descriptor) == 1;

    /// <summary>The path without symbolic links; null when it does not exist.</summary>
    public static unsafe string? RealPath(string path)
    {
        var buffer = stackalloc byte[4096]; // PATH_MAX
        return RealPath(path, buffer) == 0 ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer));
    }

    /// <summary>Waits until one of the descriptors can be read or the time is up; interrupted waits go on.</summary>
    /// <returns>Whether any is ready; each is marked in <see cref="PollDescriptor.Returned"/>.</returns>
    public static unsafe bool Poll(Span<PollDescriptor> descriptors, TimeSpan timeout, TimeProvider time)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var left = timeout == Timeout.InfiniteTimeSpan
                ? -1
                : (int)Math.Clamp((timeout - time.GetElapsedTime(start)).TotalMilliseconds, 0, int.MaxValue);
            int ready;
            fixed (PollDescriptor* first = descriptors) ready = Poll(first, (nuint)descriptors.Length, left);
            if (ready >= 0) return ready > 0;
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failure("poll");
        }
    }

    /// <summary>Reads what is there; 0 means the end.</summary>
    public static unsafe int Read(int descriptor, Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* first = buffer) count = Read(descriptor, first, (nuint)buffer.Length);
            if (count >= 0) return (int)count;
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failure("read");
        }
    }

    /// <summary>Writes what fits; a descriptor that does not block is waited for.</summary>
    /// <returns>How many bytes were written.</returns>
    public static unsafe int Write(int descriptor, ReadOnlySpan<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* first = buffer) count = Write(descriptor, first, (nuint)buffer.Length);
            if (count >= 0) return (int)count;
            var error = Marshal.GetLastPInvokeError();
            if (error == TryAgain) Poll([new PollDescriptor(descriptor, PollDescriptor.Output)], Timeout.InfiniteTimeSpan, TimeProvider.System);
            else if (error != Interrupted) throw Failure("write");
        }
    }

    /// <summary>A pipe whose ends do not leak into child processes.</summary>
    public static unsafe (int Read, int Write) Pipe()
    {
        const int closeOnExec = 0x80000; // O_CLOEXEC, fcntl.h
        var ends = stackalloc int[2];
        return Pipe2(ends, closeOnExec) == 0 ? (ends[0], ends[1]) : throw Failure("pipe2");
    }

    /// <summary>A system error as an exception with the C library's words.</summary>
    public static IOException Failure(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    /// <summary>Stops this process until it is continued.</summary>
    public static void StopThisProcess() => _ = Kill(Environment.ProcessId, 19); // SIGSTOP, signal(7)

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATty(int descriptor);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint RealPath(string path, byte* resolved);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe2(int* ends, int flags);
}

/// <summary>What to wait for on one descriptor (<c>struct pollfd</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor(int descriptor, short events = PollDescriptor.Input)
{
    /// <summary>There is something to read.</summary>
    public const short Input = 1;

    /// <summary>There is room to write.</summary>
    public const short Output = 4;

    /// <summary>The descriptor.</summary>
    public int Descriptor = descriptor;

    /// <summary>What is waited for.</summary>
    public short Events = events;

    /// <summary>What happened; anything but zero means that a read will not block.</summary>
    public short Returned;
}
