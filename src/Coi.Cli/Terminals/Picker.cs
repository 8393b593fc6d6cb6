using System.Text;

namespace Coi.Cli.Terminals;

/// <summary>
/// A list on the terminal from which one line is chosen with the arrow keys or by its number. Our own: a library's prompt reads keys
/// through System.Console, whose driver then stays and puts *its* terminal mode back under the session that is attached next.
/// </summary>
internal sealed class Picker(TextWriter output, int descriptor, TerminalSize size)
{
    private const byte Escape = 0x1b, CtrlC = 3, CtrlD = 4, CtrlN = 14, CtrlP = 16;
    private static readonly TimeSpan SequencePatience = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether the terminal can show it: enough lines, and a kind that moves its cursor.</summary>
    public static bool CanShow(int lines, TerminalSize size, string? term) => term is not (null or "" or "dumb") && lines + 2 <= size.Rows;

    /// <summary>Shows the lines and waits for the choice.</summary>
    /// <returns>Index of the chosen line; null when nothing was chosen.</returns>
    public int? Choose(string title, IReadOnlyList<string> lines)
    {
        using var mode = TerminalMode.Raw(descriptor);
        var current = 0;
        output.Write(title + "\r\n");
        Draw(lines, current);
        while (true)
        {
            var (key, number) = ReadKey();
            switch (key)
            {
                case Key.Up: current = (current + lines.Count - 1) % lines.Count; break;
                case Key.Down: current = (current + 1) % lines.Count; break;
                case Key.Number when number >= 1 && number <= lines.Count: current = number - 1; break;
                case Key.Enter: return current;
                case Key.Leave: return null;
            }

            output.Write($"\e[{lines.Count}A");
            Draw(lines, current);
        }
    }

    private void Draw(IReadOnlyList<string> lines, int current)
    {
        var width = (size.Columns > 0 ? size.Columns : 80) - 1;
        for (var i = 0; i < lines.Count; i++)
        {
            var text = $"{(i == current ? '>' : ' ')} {i + 1}. {lines[i]}";
            // A line that wraps cannot be written over.
            if (text.Length > width) text = text[..width];
            output.Write("\r\e[K" + (i == current ? $"\e[1m{text}\e[0m" : text) + "\r\n");
        }

        output.Flush();
    }

    private (Key Key, int Number) ReadKey()
    {
        Span<byte> one = stackalloc byte[1];
        if (Libc.Read(descriptor, one) == 0) return (Key.Leave, 0);
        return one[0] switch
        {
            (byte)'\r' or (byte)'\n' => (Key.Enter, 0),
            CtrlC or CtrlD or (byte)'q' => (Key.Leave, 0),
            (byte)'k' or CtrlP => (Key.Up, 0),
            (byte)'j' or CtrlN or (byte)'\t' => (Key.Down, 0),
            >= (byte)'1' and <= (byte)'9' => (Key.Number, one[0] - '0'),
            Escape => (AfterEscape(), 0),
            _ => (Key.Other, 0),
        };
    }

    // The arrow keys are ESC [ A or ESC O A and so on, sent in one go; an Escape that stays alone is the key.
    private Key AfterEscape()
    {
        Span<PollDescriptor> waiting = [new PollDescriptor(descriptor)];
        if (!Libc.Poll(waiting, SequencePatience, TimeProvider.System)) return Key.Leave;
        Span<byte> rest = stackalloc byte[16];
        var sequence = rest[..Libc.Read(descriptor, rest)];
        return Encoding.ASCII.GetString(sequence) switch
        {
            "[A" or "OA" => Key.Up,
            "[B" or "OB" => Key.Down,
            _ => Key.Other,
        };
    }

    private enum Key
    {
        Other,
        Up,
        Down,
        Number,
        Enter,
        Leave,
    }
}
