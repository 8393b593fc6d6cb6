namespace Coi.Cli.Terminals;

/// <summary>
/// Watches the output for the two sequences that enter and leave the alternate screen, so that it is known whether the program inside
/// ended without cleaning up (a killed container, a lost connection).
/// </summary>
internal sealed class ScreenState
{
    private static readonly byte[] Switch = [0x1b, (byte)'[', (byte)'?', (byte)'1', (byte)'0', (byte)'4', (byte)'9'];
    private int _matched;

    /// <summary>Whether the alternate screen is shown.</summary>
    public bool IsAlternate { get; private set; }

    /// <summary>
    /// What brings a terminal back from a full-screen program that could not do it: main screen, cursor shown, mouse, focus and
    /// paste reports off, ordinary cursor keys and keypad, ordinary colours (the counterparts of tmux' tty_stop_tty).
    /// </summary>
    public static ReadOnlySpan<byte> CleanUp =>
        "\e[?1000l\e[?1002l\e[?1003l\e[?1005l\e[?1006l\e[?1004l\e[?2004l\e[?1l\e>\e[0m\e[?25h\e[?1049l"u8;

    /// <summary>Takes note of output; a sequence may be cut at any point.</summary>
    public void Watch(ReadOnlySpan<byte> output)
    {
        foreach (var value in output)
        {
            if (_matched == Switch.Length)
            {
                if (value is (byte)'h' or (byte)'l') IsAlternate = value == (byte)'h';
                _matched = 0;
            }

            // The sequence has its first byte in no other place, so a mismatch can only begin anew.
            if (_matched < Switch.Length && value == Switch[_matched]) _matched++;
            else _matched = value == Switch[0] ? 1 : 0;
        }
    }
}
