using System.Text;
using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class NastyStringSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private static readonly IReadOnlyList<(string Name, string Value)> Variables = [.. NastyStrings.All.Select((value, index) => ($"NASTY_{index}", value))];

    // How many of the texts are typed with Enter at their end.
    private const int WithEnter = 5;

    private static IReadOnlyList<string> EnvironmentFlags => [.. Variables.SelectMany(variable => new[] { "--env", $"{variable.Name}={variable.Value}" })];

    [Fact]
    public async Task Variables_of_a_session_and_what_is_typed_into_it_arrive_unchanged_and_none_is_executed()
    {
        Assert.True(NastyStrings.Short.Count >= 40);
        var name = await Coi.StartAsync(["--debug", .. EnvironmentFlags]);
        // From here on, every byte that reaches the terminal is kept.
        await Coi.TypeAsync(name, "cat /proc/$$/environ > environ; stty raw -echo; echo rea''dy; exec cat > typed");
        await Coi.ScreenShowsAsync(name, "ready");

        // A terminal that shows nothing has each Enter wait its whole time for the text, so most go without.
        for (var i = 0; i < NastyStrings.All.Count; i++) await Coi.OutputAsync(["tmux", "send", name, .. i < WithEnter ? Array.Empty<string>() : ["--no-enter"], "--", NastyStrings.All[i]]);

        AssertVariables(await File.ReadAllTextAsync(Path.Combine(Coi.Workspace, "environ")));
        var wanted = NastyStrings.All.Select(Typed).ToList();
        var length = wanted.Sum(Encoding.UTF8.GetByteCount);
        var typed = Path.Combine(Coi.Workspace, "typed");
        await Eventually.IsTrueAsync(
            "waiting for what was typed", TimeSpan.FromSeconds(10), () => Task.FromResult(new FileInfo(typed).Length >= length), () => $"{new FileInfo(typed).Length} of {length} bytes");
        var left = (await File.ReadAllBytesAsync(typed)).AsMemory();
        foreach (var text in wanted)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(left.Span[..Math.Min(bytes.Length, left.Length)]));
            left = left[bytes.Length..];
        }

        Assert.True(left.IsEmpty);
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "test", "-e", NastyStrings.Witness)).ExitCode);
    }

    // Several lines are pasted, and every terminal's paste has the key Enter for the end of a line.
    private static string Typed(string text, int index) => text.Replace('\n', '\r') + (index < WithEnter ? "\r" : "");

    [Fact]
    public async Task Arguments_and_variables_of_one_command_arrive_unchanged_and_none_is_executed()
    {
        var outcome = await Coi.RunAsync(
            ["run", "--capture", .. EnvironmentFlags, "--", "sh", "-c", $"test -e {NastyStrings.Witness} && exit 9; cat /proc/$$/environ > environ; printf '%s\\0' \"$@\"", "-", .. NastyStrings.All]);

        var json = JsonNode.Parse(outcome.Succeeded().Output)!;
        Assert.Equal([.. NastyStrings.All, ""], ((string?)json["stdout"] ?? "").Split('\0'));
        AssertVariables(await File.ReadAllTextAsync(Path.Combine(Coi.Workspace, "environ")));
    }

    [Fact]
    public async Task A_workspace_may_be_called_anything()
    {
        // One directory in the other, each called by one of the texts, after a first one that begins with a dash.
        var names = NastyStrings.Short.Select(text => text.Replace('/', '_')).Where(text => text.Length > 0);
        var workspace = Directory.CreateDirectory(Path.Combine([Coi.Root, "-dash", .. names])).FullName;
        var name = (await Coi.RunInAsync(workspace, ["shell", "--background"])).Succeeded().Output.Trim();

        (await IncusView.ShellAsync(name, "echo inside > made")).Succeeded();
        Assert.Equal("inside\n", await File.ReadAllTextAsync(Path.Combine(workspace, "made")));
        Assert.NotEqual(0, (await IncusView.ShellAsync(name, "touch .vscode/x")).ExitCode);
        Assert.Equal(workspace, (string?)(await Coi.ListAsync()).Find(name)?["workspace"]);
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        await Coi.OutputAsync("kill", name, "--force");
        Assert.Equal(["made"], Directory.GetFileSystemEntries(workspace).Select(Path.GetFileName));

        // Named by a flag, from elsewhere; what was saved knows it too.
        var again = await Coi.OutputAsync("shell", "--background", "--resume", "-w", workspace);
        await Coi.ScreenShowsAsync(again.Trim(), "resumed with 1 earlier exchange");
        Assert.Equal(workspace, (string?)Assert.Single((await Coi.ListAsync()).Sessions)?["Workspace"]);
    }

    private static void AssertVariables(string environ)
    {
        var inside = environ.Split('\0')
            .Where(entry => entry.StartsWith("NASTY_", StringComparison.Ordinal))
            .ToDictionary(entry => entry[..entry.IndexOf('=', StringComparison.Ordinal)], entry => entry[(entry.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        foreach (var (name, value) in Variables) Assert.Equal((name, value), (name, inside.GetValueOrDefault(name)));
    }
}
