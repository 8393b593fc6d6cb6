using System.Runtime.InteropServices;

namespace Coi.Cli.Terminals;

/// <summary>
/// A terminal in raw mode: every key is a byte for the program inside, Ctrl-C too. It is put back as it was in every ending that a
/// program can notice; whatever was shown by somebody else's full-screen program is cleaned up when that program could not.
/// </summary>
internal sealed unsafe partial class TerminalMode : IDisposable
{
    private const int RoomForSettings = 256; // struct termios is 60 bytes with glibc and musl
    private const int AfterOutput = 1; // TCSADRAIN, termios(3)

    private readonly int _descriptor;
    private readonly byte[] _original;
    private int _isRaw;

    private TerminalMode(int descriptor, byte[] original)
    {
        _descriptor = descriptor;
        _original = original;
        AppDomain.CurrentDomain.ProcessExit += RestoreAtExit;
    }

    /// <summary>Switches to raw mode.</summary>
    public static TerminalMode Raw(int descriptor)
    {
        var original = new byte[RoomForSettings];
        fixed (byte* settings = original)
        {
            if (GetSettings(descriptor, settings) != 0) throw Libc.Failure("tcgetattr");
        }

        var mode = new TerminalMode(descriptor, original);
        if (mode.TryEnter()) return mode;
        var failure = Libc.Failure("tcsetattr");
        mode.Dispose();
        throw failure;
    }

    /// <summary>Switches to raw mode again, after <see cref="Restore"/>; false when the terminal is gone.</summary>
    public bool TryEnter()
    {
        var raw = _original.AsSpan().ToArray();
        fixed (byte* settings = raw)
        {
            MakeRaw(settings);
            Volatile.Write(ref _isRaw, 1);
            return SetSettings(_descriptor, AfterOutput, settings) == 0;
        }
    }

    /// <summary>Puts the terminal back as it was; more than once does no harm, and a terminal that is gone needs nothing.</summary>
    public void Restore()
    {
        if (Interlocked.Exchange(ref _isRaw, 0) == 0) return;
        fixed (byte* settings = _original) _ = SetSettings(_descriptor, AfterOutput, settings);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= RestoreAtExit;
    }

    private void RestoreAtExit(object? sender, EventArgs e) => Restore();

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetSettings(int descriptor, byte* settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetSettings(int descriptor, int when, byte* settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte* settings);
}
