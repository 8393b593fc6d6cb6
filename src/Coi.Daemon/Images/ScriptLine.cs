namespace Coi.Daemon.Images;

/// <summary>A line that a script of a build wrote; the closed family is <see cref="Output"/>, <see cref="Step"/>, <see cref="Property"/> and <see cref="Failure"/>.</summary>
internal abstract record ScriptLine
{
    private ScriptLine()
    {
    }

    /// <summary>Ordinary output.</summary>
    public sealed record Output(string Text) : ScriptLine;

    /// <summary><c>::step name|message</c>: a step begins.</summary>
    public sealed record Step(string Name, string Message) : ScriptLine;

    /// <summary><c>::property key|value</c>: a property that the image gets.</summary>
    public sealed record Property(string Key, string Value) : ScriptLine;

    /// <summary><c>::fail code|message</c>: the script says why it gives up.</summary>
    public sealed record Failure(string Code, string Message) : ScriptLine;

    /// <summary>Reads a line.</summary>
    public static ScriptLine Parse(string line)
    {
        if (!line.StartsWith("::", StringComparison.Ordinal)) return new Output(line);
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var bar = line.IndexOf('|', StringComparison.Ordinal);
        if (space < 0 || bar < space) return new Output(line);
        var (name, message) = (line[(space + 1)..bar], line[(bar + 1)..]);
        return line[..space] switch
        {
            "::step" => new Step(name, message),
            "::property" => new Property(name, message),
            "::fail" => new Failure(name, message),
            _ => new Output(line),
        };
    }
}
