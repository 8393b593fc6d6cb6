using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Tmux;

/// <summary><c>coi tmux</c>, with bash in the place of a tool.</summary>
public sealed class TmuxCommandSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Text_keys_and_screens_of_a_session()
    {
        var name = await Coi.StartAsync("--debug");
        await SeesAsync(name, @"[$#]$");
        await KeysAsync(name);
        await PasteAsync(name);
        await LinesAsync(name);
        await WaitingAsync(name);
    }

    // As Codex starts: it has drawn its screen and reads late; what comes in one piece with the text it takes for a part of it.
    [Fact]
    public async Task Enter_comes_apart_from_the_text_for_a_program_that_reads_late()
    {
        var name = await Coi.StartAsync("--debug");
        await SeesAsync(name, @"[$#]$");
        await Coi.OutputAsync("tmux", "send", name, "stty raw -echo; echo drawn''; sleep 7; t=$(dd count=1 status=none); k=$(dd count=1 status=none); stty sane; printf '\\n<%q %q>\\n' \"$t\" \"$k\"");
        await SeesAsync(name, "^drawn");
        var sent = (await Coi.RunAsync("tmux", "send", name, "remember this")).Succeeded();
        Assert.Contains("has not read the text yet; waiting up to 60 s", sent.Error, StringComparison.Ordinal);
        await SeesAsync(name, @"^<remember\\ this \$'\\r'>");
    }

    [Fact]
    public async Task Sessions_of_root_and_in_containers_launched_by_name_are_found()
    {
        var name = await Coi.StartAsync("--debug");
        await Coi.OutputAsync("container", "exec", name, "--", "tmux", "new-session", "-d", "-s", "work");
        Assert.Equal($"Active sessions:\n  - {name} (tmux session: coi-{name})\n  - {name} (tmux session: work, of root)\n", await Coi.OutputAsync("tmux", "list"));
        await Coi.OutputAsync("tmux", "send", name, "--session", "work", "echo I am $(id -un) in $TMUX");
        await SeesAsync(name, "^I am root in /tmp/tmux-0/default", "--session", "work");
        await FailsAsync(1, "no tmux session 'other'", "capture", name, "--session", "other");

        var box = $"{Coi.Prefix}box";
        await Coi.OutputAsync("container", "launch", "coi", box);
        await FailsAsync(1, "there is no tmux session", "capture", box);
        await Coi.OutputAsync("container", "exec", box, "--user=1000", "--", "tmux", "new-session", "-d", "-s", "one");
        await Coi.OutputAsync("tmux", "send", box, "id -u");
        await SeesAsync(box, "^1000$");
        await Coi.OutputAsync("container", "exec", box, "--", "tmux", "new-session", "-d", "-s", "two");
        await FailsAsync(1, "several tmux sessions", "send", box, "x");
        await Coi.OutputAsync("container", "stop", "--force", box);
        await FailsAsync(1, "is not running", "send", box, "x");
        await FailsAsync(1, "not found", "send", $"{box}-none", "x");
        await Coi.OutputAsync("container", "delete", box);
    }

    private async Task KeysAsync(string name)
    {
        await Coi.OutputAsync("tmux", "send", name, "sleep 600");
        await Coi.OutputAsync("tmux", "send", name, "--key", "C-c");
        await Coi.OutputAsync("tmux", "send", name, "echo code $?");
        await SeesAsync(name, "^code 130$");
        await Coi.OutputAsync("tmux", "send", name, "echo fox", "--no-enter");
        await SeesAsync(name, @"[$#] echo fox$");
        await Coi.OutputAsync("tmux", "send", name, "--key", "BSpace", "--key", "b", "--key", "Enter");
        await SeesAsync(name, "^fob$");
        await FailsAsync(2, "there is no key 'Entre'", "send", name, "--key", "Entre");
        await FailsAsync(2, "needs a text or --key", "send", name);
    }

    // bash asks for bracketed paste: what is pasted waits for Enter. Without that the first line would have run.
    private async Task PasteAsync(string name)
    {
        await Coi.OutputAsync("tmux", "send", name, "--no-enter", "echo fir''st\necho sec''ond $HOME `id -u`;");
        await SeesAsync(name, "echo sec''ond");
        Assert.DoesNotContain("first", await Coi.ScreenAsync(name), StringComparison.Ordinal);
        await Coi.OutputAsync("tmux", "send", name, "--key", "Enter");
        await SeesAsync(name, "^first\nsecond /home/code [0-9]+$");
        Assert.Equal("", await Coi.OutputAsync("container", "exec", name, "--", "find", "/var/lib/coi", "-name", "coi-once-*", "-mmin", "+3"));
    }

    private async Task LinesAsync(string name)
    {
        await Coi.OutputAsync("tmux", "send", name, "clear; seq 300; printf '\\e[31mr''ed\\e[0m\\n'");
        await SeesAsync(name, "^red$");
        var lines = (await Coi.OutputAsync("tmux", "capture", name, "--lines", "150")).Split('\n');
        Assert.Equal(150, lines.Length);
        Assert.Contains("200", lines);
        Assert.DoesNotContain("200", (await Coi.ScreenAsync(name)).Split('\n'));
        Assert.Contains("\u001b[31mred", await Coi.OutputAsync("tmux", "capture", name, "--ansi"), StringComparison.Ordinal);
        var json = JsonNode.Parse(await Coi.OutputAsync("tmux", "capture", name, "--format=json", "-n", "2"))!;
        Assert.Equal((name, "code", "red"), ((string?)json["container"], (string?)json["user"], (string?)json["lines"]![0]));
    }

    private async Task WaitingAsync(string name)
    {
        var waiting = Coi.RunAsync("tmux", "capture", name, "--wait-for", "^(never|lat+e)r?$", "--timeout", "60");
        await Coi.OutputAsync("tmux", "send", name, "sleep 1; echo la''tte");
        var shown = (await waiting).Succeeded();
        Assert.Contains("\nlatte\n", shown.Output, StringComparison.Ordinal);
        await FailsAsync(1, "did not show '^never$' within 1 s", "capture", name, "--wait-for", "^never$", "--timeout", "1");
        await FailsAsync(2, "is no regular expression", "capture", name, "--wait-for", "(");

        // It waits for something that never comes; then the session ends.
        var ended = Coi.RunAsync("tmux", "capture", name, "--wait-for", "^never$", "--timeout", "60");
        await Eventually.IsTrueAsync("somebody waits", TimeSpan.FromSeconds(20), async () => (int?)(await ListedAsync(name))["attached"] == 1);
        await Coi.OutputAsync("container", "exec", name, "--", "pkill", "tmux");
        var outcome = await ended;
        Assert.Equal(1, outcome.ExitCode);
        Assert.True(outcome.Took < TimeSpan.FromSeconds(45), outcome.ToString());
    }

    private async Task<JsonNode> ListedAsync(string name) =>
        JsonNode.Parse(await Coi.OutputAsync("tmux", "list", "--format=json"))!.AsArray().First(session => (string?)session!["container"] == name)!;

    private Task<string> SeesAsync(string name, string pattern, params string[] more) => Coi.OutputAsync(["tmux", "capture", name, "--wait-for", pattern, .. more]);

    private async Task FailsAsync(int code, string words, params string[] command)
    {
        var outcome = await Coi.RunAsync(["tmux", .. command]);
        Assert.True(outcome.ExitCode == code && outcome.Output.Length == 0 && outcome.Error.Contains(words, StringComparison.Ordinal), $"expected {code} and '{words}': {outcome}");
    }
}
