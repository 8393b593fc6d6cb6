using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Failures;

public sealed class BadInputSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task No_incus()
    {
        var nothing = new Dictionary<string, string?> { ["INCUS_SOCKET"] = Path.Combine(Coi.Root, "no-incus.socket") };

        var refused = await Coi.RunInAsync(Coi.Workspace, ["shell", "--background"], nothing);

        await IsRefusedAsync(refused, "no-incus.socket");
        // "There is nothing" would be a guess.
        foreach (var command in new string[][] { ["list"], ["attach"], ["attach", "some-name"], ["tmux", "list"], ["kill", "some-name"], ["shutdown", "--all", "--force"] })
            await IsRefusedAsync(await Coi.RunInAsync(Coi.Workspace, command, nothing), "no-incus.socket");
        await Coi.OutputAsync("daemon", "stop");
    }

    [Fact]
    public async Task No_permission_on_the_socket_of_incus()
    {
        await using var user = await TestUser.CreateAsync(1235, mayUseIncus: false);
        await using var coi = await CoiHome.CreateAsync(Output, user);

        var refused = await coi.RunAsync("shell", "--background");

        Output.WriteLine(refused.ToString());
        await IsRefusedAsync(refused, "incus-admin", coi);
    }

    [Fact]
    public async Task An_allowlist_of_which_no_name_can_be_resolved()
    {
        // Nobody answers there.
        var resolver = Path.Combine(Coi.Root, "resolv.conf");
        await File.WriteAllTextAsync(resolver, "nameserver 127.0.77.54\n");
        Coi.Environment["COI_RESOLV_CONF"] = resolver;
        Coi.Configure("network.mode = \"allowlist\"\nnetwork.allowed_domains = [\"nowhere.coi-e2e.test\"]\n");

        await IsRefusedAsync(await Coi.RunAsync("shell", "--background"), "nowhere.coi-e2e.test");
        await IsRefusedAsync(await Coi.RunAsync("run", "--", "true"), "nowhere.coi-e2e.test");
        Assert.Empty((await Coi.ListAsync()).Sessions);
    }

    [Fact]
    public async Task A_missing_image()
    {
        await IsRefusedAsync(await Coi.RunAsync("shell", "--background", "--image", "there-is-no-such-image"), "'there-is-no-such-image' not found");
        Assert.Empty((await Coi.ListAsync()).Sessions);
    }

    [Fact]
    public async Task A_workspace_that_does_not_exist_or_is_a_file()
    {
        await IsRefusedAsync(await Coi.RunAsync("shell", "--background", "-w", "/there/is/no/such/directory"), "/there/is/no/such/directory");
        Assert.False(Directory.Exists("/there"));
        var file = Path.Combine(Coi.Root, "a-file");
        await File.WriteAllTextAsync(file, "");
        await IsRefusedAsync(await Coi.RunAsync("shell", "--background", "-w", file), file);
    }

    [Theory]
    [InlineData("[defaults\nimage = 1", "failed to load config: ")]
    [InlineData("[defaults\nimage = 2", "config.toml")]
    [InlineData("[defaults]\nimage = 7", "image")]
    [InlineData("[network]\nmodus = \"open\"", "mode")]
    public async Task A_corrupt_configuration(string toml, string named)
    {
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Coi.UserHome, ".config", "coi")).FullName, "config.toml"), toml);

        await IsRefusedAsync(await Coi.RunAsync("shell", "--background"), named);
    }

    [Theory]
    [InlineData("shell", "--backgruond")]
    [InlineData("shel")]
    [InlineData("shell", "some-session-id")]
    [InlineData("list", "--format=yaml")]
    [InlineData("shell", "--background", "--slot", "x")]
    [InlineData("shell", "--background", "--network", "closed")]
    public async Task A_command_line_that_cannot_be_understood(params string[] arguments)
    {
        var refused = await Coi.RunAsync(arguments);

        Assert.Equal(2, refused.ExitCode);
        Assert.Empty(refused.Output);
        Assert.NotEmpty(refused.ErrorLines);
        Assert.False(Directory.Exists(Coi.State));
    }

    [Fact]
    public async Task A_container_of_that_name_that_is_not_ours()
    {
        var name = await Coi.StartAsync();
        await Coi.OutputAsync("kill", name);
        await Shell.OutputAsync("incus", "init", "--empty", name);
        try
        {
            var refused = await Coi.RunAsync("shell", "--background");

            Assert.Equal(1, refused.ExitCode);
            Assert.Contains(name, refused.Error, StringComparison.Ordinal);
            Assert.Equal([$"instances/{name}"], await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        }
        finally
        {
            await Shell.OutputAsync("incus", "delete", "--force", name);
        }
    }

    // One line that names the cause, then perhaps what to do next; no success, and nothing made.
    private async Task IsRefusedAsync(CommandOutcome outcome, string named, CoiHome? whose = null)
    {
        var coi = whose ?? Coi;
        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        var lines = outcome.ErrorLines.Where(line => !line.StartsWith('[')).ToList();
        Assert.StartsWith("error: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(named, lines[0] + lines.ElementAtOrDefault(1), StringComparison.Ordinal);
        Assert.InRange(lines.Count, 1, 2);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(await coi.Incus.BelongingsAsync(coi.State, coi.Prefix));
        if (Directory.Exists(coi.State))
            Assert.Empty(Directory.GetDirectories(coi.State, "sessions-*").SelectMany(Directory.GetDirectories));
    }
}
