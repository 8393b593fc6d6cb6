using System.Text;
using Coi.Cli.Runs;
using Xunit;

namespace Coi.Cli.Tests.Runs;

public sealed class EndMarkSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly EndMark _mark = new();
    private readonly MemoryStream _output = new(), _error = new();
    private readonly MarkedStream _first, _second;

    public EndMarkSpecs() => (_first, _second) = (_mark.Until(_output), _mark.Until(_error));

    [Fact]
    public async Task It_is_over_when_both_streams_are_and_what_came_before_has_been_passed_on()
    {
        await _first.WriteAsync(Bytes("one\n"));
        await _first.WriteAsync(Bytes("two" + Mark(7)));
        Assert.False(_mark.Ended.IsCompleted);
        await _second.WriteAsync(Bytes(Mark(7)));

        Assert.Equal(7, await _mark.Ended.WaitAsync(Patience));
        Assert.Equal(("one\ntwo", ""), (Text(_output), Text(_error)));
    }

    [Fact]
    public async Task What_others_write_after_it_is_dropped()
    {
        await _first.WriteAsync(Bytes(Mark(0) + "from the background"));
        await _first.WriteAsync(Bytes("and more"));
        await _second.WriteAsync(Bytes(Mark(0)));

        Assert.Equal(0, await _mark.Ended.WaitAsync(Patience));
        Assert.Equal("", Text(_output));
    }

    [Fact]
    public async Task A_full_read_may_cut_it_anywhere()
    {
        for (var cut = 1; cut < Mark(0).Length; cut++)
        {
            var mark = new EndMark();
            using var output = new MemoryStream();
            var stream = mark.Until(output);
            var (before, text) = (new string('x', 32 * 1024 - cut), Mark(213, mark));
            await stream.WriteAsync(Bytes(before + text[..cut]));
            await stream.WriteAsync(Bytes(text[cut..]));
            await mark.Until(Stream.Null).WriteAsync(Bytes(text));

            Assert.Equal(213, await mark.Ended.WaitAsync(Patience));
            Assert.Equal(before, Text(output));
        }
    }

    [Fact]
    public async Task What_only_looks_like_it_is_passed_on()
    {
        var listed = $"sh -c ... coi-exec {_mark.Text} 0 /workspace ps\n\u0001{_mark.Text}12";
        await _first.WriteAsync(Bytes(listed + "x\u0002"));
        await _first.WriteAsync(Bytes("short\u0001")); // no full read: a mark would be there as a whole
        Assert.Equal(listed + "x\u0002short\u0001", Text(_output));

        var full = new string('x', 4096) + "\u0001" + _mark.Text[..5];
        await _second.WriteAsync(Bytes(full));
        Assert.Equal(4096, _error.Length);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal(full, Text(_error)); // nobody waits for the rest for ever

        await _second.WriteAsync(Bytes(full));
        await _second.ReleaseAsync();
        Assert.Equal(full + full, Text(_error));
        Assert.False(_mark.Ended.IsCompleted);
    }

    private string Mark(int exitCode) => Mark(exitCode, _mark);

    private static string Mark(int exitCode, EndMark mark) => $"\u0001{mark.Text}{exitCode:000}\u0002";

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Text(MemoryStream bytes) => Encoding.Latin1.GetString(bytes.ToArray());
}
