using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Terminals;

public sealed class AttachSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Shell_shows_the_tool_and_detaching_says_what_goes_on_and_gives_the_terminal_back()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.TypeAsync("before=$(stty -g)");
        await terminal.RunCoiAsync("shell");
        await terminal.ShowsAsync("directory: /workspace");
        var name = Assert.Single((await Coi.ListAsync()).Names);
        await terminal.TypeAsync("hello there");
        await terminal.ShowsAsync("dummy answers (1): hello there");

        await terminal.PressAsync("C-b", "d");

        var screen = await terminal.ShowsAsync("exit=0");
        Assert.Contains($"The session goes on in {name}", screen, StringComparison.Ordinal);
        Assert.Contains($"coi attach {name}", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("dummy answers", screen, StringComparison.Ordinal); // the screen of before is back
        await terminal.TypeAsync("[ \"$before\" = \"$(stty -g)\" ] && echo the modes are restored");
        await terminal.ShowsAsync("\nthe modes are restored");
        Assert.True(await Coi.Incus.RunsAsync(name));
    }

    [Fact]
    public async Task Attach_comes_back_to_the_session_of_this_directory()
    {
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "said in the background");
        await using var terminal = await HostTerminal.OpenAsync(Coi);

        await terminal.RunCoiAsync("attach");

        await terminal.ShowsAsync("dummy answers (1): said in the background");
        await terminal.PressAsync("C-b", "d");
        await terminal.ShowsAsync("exit=0");
    }

    [Fact]
    public async Task One_of_several_sessions_is_chosen_with_the_arrow_keys()
    {
        var first = await Coi.StartAsync();
        var second = await Coi.StartAsync();
        foreach (var name in new[] { first, second }) await Coi.PromptsAsync(name);
        await Coi.TypeAsync(second, "here is the second");
        await Coi.ScreenShowsAsync(second, "dummy answers (1)");
        await using var terminal = await HostTerminal.OpenAsync(Coi);

        await terminal.RunCoiAsync("attach");
        await terminal.ShowsAsync($"> 1. {first}");
        await terminal.PressAsync("Down");
        await terminal.ShowsAsync($"> 2. {second}");
        await terminal.PressAsync("Enter");
        await terminal.ShowsAsync("dummy answers (1): here is the second");
        await terminal.PressAsync("C-b", "d");
        await terminal.ShowsAsync("exit=0");

        await terminal.RunCoiAsync("attach");
        await terminal.ShowsAsync($"> 1. {first}");
        await terminal.PressAsync("Escape");
        await terminal.ShowsAsync("Cancelled.");
    }

    [Fact]
    public async Task The_window_inside_follows_the_window_outside()
    {
        var name = await Coi.StartAsync("--debug");
        await using var terminal = await HostTerminal.OpenAsync(Coi, 100, 30);
        await terminal.RunCoiAsync($"attach {name}");
        await terminal.ShowsAsync(":/workspace#");
        await terminal.TypeAsync("stty size");
        await terminal.ShowsAsync("29 100"); // tmux keeps one line for its status

        await terminal.ResizeAsync(81, 24);

        await Eventually.IsTrueAsync("waiting for the new size inside", TimeSpan.FromSeconds(10), async () =>
        {
            await terminal.TypeAsync("clear; stty size");
            await Task.Delay(200);
            return (await terminal.ScreenAsync()).Contains("23 81", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Two_people_see_the_same_session()
    {
        var name = await Coi.StartAsync();
        await using var one = await HostTerminal.OpenAsync(Coi);
        await using var two = await HostTerminal.OpenAsync(Coi);
        foreach (var terminal in new[] { one, two })
        {
            await terminal.RunCoiAsync($"attach {name}");
            await terminal.ShowsAsync("directory: /workspace");
        }

        await one.TypeAsync("from the first");
        await two.ShowsAsync("dummy answers (1): from the first");
        await two.TypeAsync("from the second");
        await one.ShowsAsync("dummy answers (2): from the second");

        await one.PressAsync("C-b", "d");
        await one.ShowsAsync("The session goes on");
        await two.TypeAsync("still here");
        await two.ShowsAsync("dummy answers (3): still here");
    }

    [Fact]
    public async Task Attach_bash_opens_a_shell_beside_the_tool_and_hands_on_its_exit_code()
    {
        var name = await Coi.StartAsync();
        await using var terminal = await HostTerminal.OpenAsync(Coi);

        await terminal.RunCoiAsync($"attach --bash {name}");
        await terminal.ShowsAsync(":/workspace#");
        await terminal.TypeAsync("echo in $PWD as $USER");
        await terminal.ShowsAsync("in /workspace as code");
        await terminal.TypeAsync("exit 7");

        await terminal.ShowsAsync("exit=7");
        Assert.True(await Coi.Incus.RunsAsync(name));
        Assert.Contains("dummy", await Coi.ScreenAsync(name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poweroff_inside_an_attached_session_ends_with_how_to_go_on()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.RunCoiAsync("shell");
        await terminal.ShowsAsync("directory: /workspace");
        await terminal.TypeAsync("hello");
        await terminal.ShowsAsync("dummy answers (1)");

        await terminal.TypeAsync("!poweroff");

        var screen = await terminal.ShowsAsync("exit=0");
        var session = (string?)Assert.Single((await Coi.ListAsync()).Sessions)["ID"];
        Assert.Contains($"coi shell --resume={session}", screen, StringComparison.Ordinal);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
    }

    [Fact]
    public async Task A_coi_that_is_killed_while_attached_changes_nothing_for_the_session()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.RunCoiAsync("shell");
        await terminal.ShowsAsync("directory: /workspace");
        await terminal.TypeAsync("hello");
        await terminal.ShowsAsync("dummy answers (1)");
        var name = Assert.Single((await Coi.ListAsync()).Names);

        await Shell.OutputAsync("kill", "-9", (await terminal.ChildPidAsync()).ToString());

        Assert.Contains("dummy answers (1)", await Coi.ScreenAsync(name), StringComparison.Ordinal);
        await Coi.TypeAsync(name, "!poweroff");
        await Coi.NothingIsLeftAsync();
        Assert.Single((await Coi.ListAsync()).Sessions);
        await Coi.ScreenShowsAsync(await Coi.StartAsync("--resume"), "resumed with 2 earlier exchanges");
    }

    [Fact]
    public async Task A_terminal_window_that_is_closed_changes_nothing_for_the_session()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.RunCoiAsync("shell");
        await terminal.ShowsAsync("directory: /workspace");
        var name = Assert.Single((await Coi.ListAsync()).Names);

        await terminal.CloseAsync();

        await Coi.TypeAsync(name, "still there?");
        await Coi.ScreenShowsAsync(name, "dummy answers (1): still there?");
    }

    [Fact]
    public async Task A_daemon_that_is_killed_does_not_break_an_attached_terminal()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.RunCoiAsync("shell");
        await terminal.ShowsAsync("directory: /workspace");

        await Coi.KillDaemonAsync();

        await terminal.TypeAsync("nobody noticed");
        await terminal.ShowsAsync("dummy answers (1): nobody noticed");
        await terminal.PressAsync("C-b", "d");
        await terminal.ShowsAsync("exit=0");
    }

    [Fact]
    public async Task Without_a_terminal_shell_and_attach_say_what_to_use()
    {
        var shell = await Coi.RunAsync("shell");
        Assert.NotEqual(0, shell.ExitCode);
        Assert.Contains("coi shell --background", shell.Error, StringComparison.Ordinal);
        var name = await Coi.StartAsync();
        var attach = await Coi.RunAsync("attach", name);
        Assert.NotEqual(0, attach.ExitCode);
        Assert.Contains("coi tmux capture", attach.Error, StringComparison.Ordinal);
    }
}
