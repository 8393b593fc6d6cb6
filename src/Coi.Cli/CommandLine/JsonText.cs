using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Coi.Cli.CommandLine;

/// <summary>
/// JSON as coi lays it out, written piece by piece. A listing of a thousand containers is half a megabyte; put together first, as bytes, as a text and as
/// a text with a line end, it takes ten times that of memory which a fresh process has yet to get.
/// </summary>
internal sealed class JsonText : IDisposable
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SearchValues<char> Markup = SearchValues.Create("<>&");

    private readonly TextWriter _output;
    private readonly bool _escapesMarkup;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private char[] _characters = [];

    /// <summary>Begins it.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="escapesMarkup">Whether it can be put into a web page as it is.</param>
    public JsonText(TextWriter output, bool escapesMarkup = false)
    {
        (_output, _escapesMarkup) = (output, escapesMarkup);
        Writer = new Utf8JsonWriter(_bytes, Layout);
    }

    /// <summary>Takes the values.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Puts out what there is; between two values.</summary>
    public void Pass()
    {
        Writer.Flush();
        if (_characters.Length < _bytes.WrittenCount) _characters = new char[Encoding.UTF8.GetMaxCharCount(_bytes.WrittenCount)];
        ReadOnlySpan<char> text = _characters.AsSpan(0, Encoding.UTF8.GetChars(_bytes.WrittenSpan, _characters));
        _bytes.ResetWrittenCount();
        while (_escapesMarkup && text.IndexOfAny(Markup) is >= 0 and var at)
        {
            // Outside of strings JSON has none of these three.
            _output.Write(text[..at]);
            _output.Write($"\\u{(int)text[at]:x4}");
            text = text[(at + 1)..];
        }

        _output.Write(text);
    }

    /// <summary>Puts out the rest, and a line end behind it.</summary>
    public void Dispose()
    {
        Pass();
        Writer.Dispose();
        _output.Write('\n');
    }
}
