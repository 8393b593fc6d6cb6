using System.Text;
using Coi.Cli.Terminals;
using Coi.Cli.Tmux;
using Xunit;

namespace Coi.Cli.Tests.Terminals;

public sealed class TerminalTextSpecs
{
    [Theory]
    [InlineData("xterm-256color", "xterm-256color")]
    [InlineData("xterm", "xterm")]
    [InlineData("linux", "linux")]
    [InlineData("screen", "screen")]
    [InlineData("rxvt-unicode-256color", "rxvt-unicode-256color")]
    [InlineData(null, "xterm-256color")]
    [InlineData("", "xterm-256color")]
    [InlineData("xterm-ghostty", "xterm-256color")]
    [InlineData("xterm-kitty", "xterm-256color")]
    [InlineData("wezterm", "xterm-256color")]
    [InlineData("alacritty", "xterm-256color")]
    [InlineData("tmux-256color", "xterm-256color")]
    [InlineData("screen-256color", "xterm-256color")]
    [InlineData("dumb", "xterm-256color")]
    public void A_terminal_that_the_container_does_not_know_is_called_by_a_name_that_it_knows(string? name, string expected) =>
        Assert.Equal(expected, TerminalNames.Sanitise(name));

    [Theory]
    [InlineData("\e[?1049h", true)]
    [InlineData("text \e[?1049h more \e[31m", true)]
    [InlineData("\e[?1049h\e[?1049l", false)]
    [InlineData("\e[?104\e[?1049h", true)]
    [InlineData("\e\e[?1049h", true)]
    [InlineData("\e[?1047h", false)]
    [InlineData("\e[?1049x", false)]
    public void The_alternate_screen_is_noticed_wherever_the_output_is_cut(string output, bool alternate)
    {
        var bytes = Encoding.UTF8.GetBytes(output);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var screen = new ScreenState();
            screen.Watch(bytes.AsSpan(0, cut));
            screen.Watch(bytes.AsSpan(cut));
            Assert.Equal(alternate, screen.IsAlternate);
        }
    }

    [Theory]
    [InlineData("hello", "hello")]
    [InlineData("echo a;", "echo a\\;")]
    [InlineData("a;b", "a;b")]
    [InlineData("$HOME `x` \"q\" 'q' \\", "$HOME `x` \"q\" 'q' \\")]
    public void Text_for_tmux_stays_as_it_is(string text, string expected) => Assert.Equal([expected], TmuxText.Parts(text));

    [Fact]
    public void Long_text_is_parted_between_characters()
    {
        var text = string.Concat(Enumerable.Repeat("aä€😀;", 5000));
        var parts = TmuxText.Parts(text).ToList();
        Assert.True(parts.Count > 1);
        Assert.All(parts, part => Assert.True(Encoding.UTF8.GetByteCount(part) <= 8 * 1024 + 1));
        Assert.Equal(text, string.Concat(parts.Select(part => part.EndsWith("\\;", StringComparison.Ordinal) ? part[..^2] + ";" : part)));
        Assert.Empty(TmuxText.Parts(""));
    }
}
