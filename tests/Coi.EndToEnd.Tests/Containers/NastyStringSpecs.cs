using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class NastyStringSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private static readonly string[] Nasty =
    [
        "", " ", "  leading and trailing  ", "\t", "\n", "\r\n", "line\nbreak\n", "'", "\"", "'\"'\"'", "it's", "\\", "\\\\", "\\n", "trailing\\",
        "$HOME", "${HOME}", "$(touch /tmp/executed)", "`touch /tmp/executed`", "$((1+1))", "!!", "!$", "*", "?[a-z]*", "~", "~root", "{a,b}", "a,b,c", "a=b=c",
        "; touch /tmp/executed", "&& touch /tmp/executed", "| cat", "> /tmp/executed", "# comment", "--env", "-e X=1", "%s%n%d", "\u0001\u001b[31m\u007f", "ünïcödé 世界 🎉 \u202e\u200b", "#{pane_id} #(touch /tmp/executed)",
        "C-c Enter", "@file", "=", ":", "\uFEFFbom",
    ];

    [Fact]
    public async Task Values_of_the_environment_arrive_unchanged_and_none_is_executed()
    {
        Assert.True(Nasty.Length >= 40);
        var values = Nasty.Append(string.Concat(Enumerable.Repeat("0123456789 '\"$`\\\n", 6000))).Select((value, index) => (Name: $"NASTY_{index}", Value: value)).ToList();

        var name = await Coi.StartAsync([.. values.SelectMany(v => new[] { "--env", $"{v.Name}={v.Value}" })]);
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "!cp /proc/$PPID/environ environ && echo cop''ied");
        await Coi.ScreenShowsAsync(name, "copied");

        var inside = (await File.ReadAllTextAsync(Path.Combine(Coi.Workspace, "environ"))).Split('\0')
            .Where(entry => entry.StartsWith("NASTY_", StringComparison.Ordinal))
            .ToDictionary(entry => entry[..entry.IndexOf('=', StringComparison.Ordinal)], entry => entry[(entry.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        foreach (var (key, value) in values) Assert.Equal((key, value), (key, inside.GetValueOrDefault(key)));
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "test", "-e", "/tmp/executed")).ExitCode);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("quo'te \"double\" `tick`")]
    [InlineData("$(touch x) $HOME")]
    [InlineData("ünïcödé 世界 🎉")]
    [InlineData("new\nline")]
    [InlineData("com,ma;semi&amp|pipe")]
    [InlineData("back\\slash")]
    [InlineData("-dash")]
    public async Task A_workspace_may_be_called_anything(string directory)
    {
        var workspace = Directory.CreateDirectory(Path.Combine(Coi.Root, directory)).FullName;
        var started = (await Coi.RunInAsync(workspace, ["shell", "--background"])).Succeeded();
        var name = started.Output.Trim();

        (await IncusView.ShellAsync(name, "echo inside > made")).Succeeded();
        Assert.Equal("inside\n", await File.ReadAllTextAsync(Path.Combine(workspace, "made")));
        Assert.NotEqual(0, (await IncusView.ShellAsync(name, "touch .vscode/x")).ExitCode);
        Assert.Equal(workspace, (string?)(await Coi.ListAsync()).Find(name)?["workspace"]);
        await Coi.OutputAsync("kill", name, "--force");
        Assert.Equal(["made"], Directory.GetFileSystemEntries(workspace).Select(Path.GetFileName));
    }
}
