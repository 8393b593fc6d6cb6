using System.Text;
using Coi.Daemon.Images;
using Xunit;

namespace Coi.Daemon.Tests.Images;

public sealed class ScriptTextSpecs
{
    [Fact]
    public void Output_arrives_line_by_line_however_it_was_cut()
    {
        var lines = new List<string>();
        using (var stream = new LineStream(lines.Add))
        {
            foreach (var b in Encoding.UTF8.GetBytes("one\ntw")) stream.Write([b]);
            stream.Write("o é\r\n\n 10%\r 20%\rlast"u8);
        }

        Assert.Equal(["one", "two é", " 10%", " 20%", "last"], lines);
    }

    [Fact]
    public void A_line_without_an_end_does_not_fill_the_memory()
    {
        var lines = new List<string>();
        using var stream = new LineStream(lines.Add);
        stream.Write(new byte[100_000].Select(_ => (byte)'x').ToArray());

        Assert.Equal(100_000 / 8192, lines.Count);
    }

    [Fact]
    public void Machine_readable_lines_are_told_from_output()
    {
        Assert.Equal(new ScriptLine.Step("packages.install", "Installing | packages"), ScriptLine.Parse("::step packages.install|Installing | packages"));
        Assert.Equal(new ScriptLine.Property("user.coi.claude", "2.1"), ScriptLine.Parse("::property user.coi.claude|2.1"));
        Assert.Equal(new ScriptLine.Failure("build.base", "too old"), ScriptLine.Parse("::fail build.base|too old"));
        Assert.Equal(new ScriptLine.Output("::unknown a|b"), ScriptLine.Parse("::unknown a|b"));
        Assert.Equal(new ScriptLine.Output("::step"), ScriptLine.Parse("::step"));
    }

    [Theory]
    [InlineData("coi", "coi")]
    [InlineData("coi", "a/very.long_alias-that-goes-on-and-on-and-on-and-on-and-on-and-on")]
    [InlineData("a-long-prefix", "--")]
    public void Names_are_legal_for_Incus_and_for_the_kernel(string prefix, string alias)
    {
        var names = BuildNames.Create(prefix, alias);

        Assert.Matches("^[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$", names.Container);
        Assert.InRange(names.Bridge.Length, 3, 15);
        Assert.NotEqual(names, BuildNames.Create(prefix, alias));
    }

    [Fact]
    public void The_recipe_of_the_coi_image_is_part_of_the_program()
    {
        var paths = BuildRecipe.Coi.Files.Select(f => f.Path).ToList();

        Assert.Superset(new HashSet<string> { "base.sh", "finish.sh", "custom.sh", "network.sh", "debian-base.sh", "tools/claude.sh", "tools/dummy.sh", "dummy/dummy", "files/tmux.conf" }, paths.ToHashSet());
        Assert.All([.. BuildRecipe.Coi.Scripts, BuildRecipe.Coi.Last!], script => Assert.Contains(script, paths));
    }
}
