using System.Runtime.InteropServices;

namespace Coi.Cli;

/// <summary>How large a terminal is.</summary>
/// <param name="Columns">Width; 0 when it is not known.</param>
/// <param name="Rows">Height; 0 when it is not known.</param>
internal readonly partial record struct TerminalSize(int Columns, int Rows)
{
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ, ioctl_tty(2)

    /// <summary>The size of the terminal behind a descriptor; zeros when there is none.</summary>
    public static unsafe TerminalSize Of(int descriptor)
    {
        WindowSize size;
        return Ioctl(descriptor, GetWindowSize, &size) == 0 ? new TerminalSize(size.Columns, size.Rows) : default;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsX;
        public ushort PixelsY;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static unsafe partial int Ioctl(int descriptor, nuint request, WindowSize* size);
}
