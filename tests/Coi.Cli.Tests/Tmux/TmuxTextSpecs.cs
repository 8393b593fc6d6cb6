using Coi.Cli.CommandLine;
using Coi.Cli.Tmux;
using Xunit;

namespace Coi.Cli.Tests.Tmux;

public sealed class TmuxTextSpecs
{
    [Theory]
    [InlineData("Enter", "Enter")]
    [InlineData("enter", "Enter")]
    [InlineData("c-c", "C-c")]
    [InlineData("C-M-x", "C-M-x")]
    [InlineData("S-Up", "S-Up")]
    [InlineData("F12", "F12")]
    [InlineData("C-Space", "C-Space")]
    [InlineData("y", "y")]
    [InlineData("-", "-")]
    public void A_key_is_written_as_tmux_knows_it(string key, string expected) => Assert.Equal(expected, TmuxKeys.Parse(key));

    [Theory]
    [InlineData("Entr", "did you mean Enter?")]
    [InlineData("C-Entre", "did you mean C-Enter?")]
    [InlineData("F13", "--key takes")]
    [InlineData("", "--key takes")]
    [InlineData("abc", "--key takes")]
    [InlineData("C-", "--key takes")]
    [InlineData("é", "--key takes")]
    public void Another_word_is_refused_with_what_was_probably_meant(string key, string hint) =>
        Assert.Contains(hint, Assert.Throws<UsageException>(() => TmuxKeys.Parse(key)).Hint, StringComparison.Ordinal);

    [Theory]
    [InlineData(null, false, "a\nb\n\n\n", "a\nb")]
    [InlineData(1, false, "a\nb\n\n", "b")]
    [InlineData(9, false, "a\nb\n", "a\nb")]
    [InlineData(null, true, "\e[31ma\n", "\e[31ma\e[0m")]
    [InlineData(null, true, "a\n", "a")]
    public void What_is_shown_is_cut_to_what_was_wanted(int? lines, bool ansi, string shown, string expected) =>
        Assert.Equal(expected, new ScreenWish(lines, ansi).Cut(shown));
}
