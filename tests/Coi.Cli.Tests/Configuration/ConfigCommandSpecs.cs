using System.Text.Json;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Configuration;

public sealed class ConfigCommandSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();

    public Task InitializeAsync() => _daemon.StartAsync();

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task Mounts_are_shown_as_a_list_and_origins_behind_the_values()
    {
        _daemon.Says(
            "POST /v1/configuration",
            new ConfigurationReport([Setting("defaults.image", "\"coi\"", "default"), Setting("mounts[/a]", "{ host = \"/a\", container = \"/a\" }", "/f:3"), Setting("network.mode", "\"open\"", "--network")], null),
            ContractsJson.Default.ConfigurationReport);

        var said = await _daemon.Caller.RunAsync("config", "show", "--origin", "--network=open", "--profile", "p");

        Assert.Equal(
            [
                "defaults.image = \"coi\"                 # default",
                "mounts = [",
                "  { host = \"/a\", container = \"/a\" },   # /f:3",
                "]",
                "network.mode = \"open\"                  # --network",
            ],
            said.Out.TrimEnd().Split('\n'));
        var query = JsonSerializer.Deserialize(_daemon.Server.Requests.Last().Body, ContractsJson.Default.ConfigurationQuery)!;
        Assert.Equal((_daemon.Caller.Home, "p", "open"), (query.Workspace, query.Profile, query.Network));
    }

    [Fact]
    public async Task Mounts_of_the_command_line_are_asked_for_as_a_session_would()
    {
        _daemon.Says("POST /v1/configuration", new ConfigurationReport([Setting("a", "1", "default")], null), ContractsJson.Default.ConfigurationReport);

        Assert.Equal(0, (await _daemon.Caller.RunAsync("config", "show", "--mount", "data:/data:ro", "--storage", "/s")).ExitCode);

        var query = JsonSerializer.Deserialize(_daemon.Server.Requests.Last().Body, ContractsJson.Default.ConfigurationQuery)!;
        Assert.Equal([new RequestedMount("--mount", Path.Combine(_daemon.Caller.Home, "data"), "/data", true), new RequestedMount("--storage", "/s", "/storage", false)], query.Mounts);
    }

    [Fact]
    public async Task A_starter_file_is_written_once_and_never_through_a_link()
    {
        var path = Path.Combine(_daemon.Caller.Home, "new", "config.toml");
        _daemon.Says("POST /v1/configuration/starter", new StarterFile(path, "# hello\n"), ContractsJson.Default.StarterFile);

        Assert.Equal(new Said(0, path + "\n", ""), await _daemon.Caller.RunAsync("config", "init"));
        Assert.Equal("# hello\n", await File.ReadAllTextAsync(path));
        Assert.Equal(1, (await _daemon.Caller.RunAsync("config", "init")).ExitCode);

        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.Contains("is a directory", (await _daemon.Caller.RunAsync("config", "init", "--force")).Error, StringComparison.Ordinal);
        Directory.Delete(path);

        var elsewhere = Path.Combine(_daemon.Caller.Home, "elsewhere");
        File.CreateSymbolicLink(path, elsewhere);
        Assert.Equal(1, (await _daemon.Caller.RunAsync("config", "init")).ExitCode);
        Assert.Equal(0, (await _daemon.Caller.RunAsync("config", "init", "--force")).ExitCode);
        Assert.False(File.Exists(elsewhere));
        Assert.Null(new FileInfo(path).LinkTarget);
    }

    [Fact]
    public async Task A_problem_is_a_line_and_fails_the_check()
    {
        var fault = new ConfigurationFault { Code = "config.unknown_key", Message = "/f:1:2: unknown key x", Hint = "did you mean y?", File = "/f", Line = 1, Column = 2 };
        _daemon.Says("POST /v1/configuration/check", new ConfigurationCheck([new ConfigurationFile("user", "/f", true), new ConfigurationFile("named", "/g", true)], [fault], null), ContractsJson.Default.ConfigurationCheck);

        var said = await _daemon.Caller.RunAsync("config", "check");

        Assert.Equal(1, said.ExitCode);
        Assert.Equal("/f:1:2: unknown key x\n  did you mean y?\n/g: no problems\n", said.Out);
    }

    [Fact]
    public async Task A_setting_without_effect_is_a_warning_and_no_problem()
    {
        var warning = new ConfigurationFault { Code = "config.no_effect", Message = "/f:1:2: paths.logs_dir has no effect: Logs are kept in `~/.coi/logs`" };
        _daemon.Says("POST /v1/configuration/check", new ConfigurationCheck([new ConfigurationFile("user", "/f", true)], [], null, [warning]), ContractsJson.Default.ConfigurationCheck);

        Assert.Equal(
            new Said(0, "/f: no problems\n", "warning: /f:1:2: paths.logs_dir has no effect: Logs are kept in `~/.coi/logs`\n"), await _daemon.Caller.RunAsync("config", "check"));
        Assert.Contains("\"warnings\"", (await _daemon.Caller.RunAsync("config", "check", "--format=json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_path_is_one_line_for_scripts()
    {
        _daemon.Says("POST /v1/configuration/check", new ConfigurationCheck([new ConfigurationFile("user", "/u", false), new ConfigurationFile("project", "/p", true)], [], null), ContractsJson.Default.ConfigurationCheck);

        Assert.Equal("/u\n", (await _daemon.Caller.RunAsync("config", "path")).Out);
        Assert.Equal("/p\n", (await _daemon.Caller.RunAsync("config", "path", "--project")).Out);
        Assert.Equal("user     /u (absent)\nproject  /p\n", (await _daemon.Caller.RunAsync("config", "path", "--all")).Out);
    }

    [Fact]
    public async Task A_configuration_file_that_is_named_relatively_is_sent_whole()
    {
        _daemon.Says("POST /v1/configuration", new ConfigurationReport([Setting("a", "1", "default")], null), ContractsJson.Default.ConfigurationReport);
        _daemon.Caller.Environment["COI_CONFIG"] = "here.toml";

        await _daemon.Caller.RunAsync("config", "show");

        var query = JsonSerializer.Deserialize(_daemon.Server.Requests.Last().Body, ContractsJson.Default.ConfigurationQuery)!;
        Assert.Equal(Path.Combine(_daemon.Caller.Home, "here.toml"), query.Client.Environment["COI_CONFIG"]);
    }

    [Fact]
    public async Task Profiles_are_completed_by_their_names()
    {
        _daemon.Says(
            "POST /v1/configuration",
            new ConfigurationReport([Setting("network.mode", "1", "default"), Setting("profiles.go.image", "1", "/f:1"), Setting("profiles.rust.image", "1", "/f:2"), Setting("profiles.rust.tool", "1", "/f:3")], null),
            ContractsJson.Default.ConfigurationReport);

        Assert.Equal("go\nrust\n", (await _daemon.Caller.RunAsync("__complete", "--", "shell", "--profile", "")).Out);
        Assert.Equal("--profile=rust\n", (await _daemon.Caller.RunAsync("__complete", "--", "shell", "--profile=r")).Out);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_has_no_configuration() =>
        Assert.Contains("/no/such/directory does not exist", (await _daemon.Caller.RunAsync("config", "show", "-w", "/no/such/directory")).Error, StringComparison.Ordinal);

    private static ConfigurationSetting Setting(string key, string toml, string origin) =>
        new() { Key = key, Value = JsonDocument.Parse("null").RootElement, Toml = toml, Layer = "user", Origin = origin };
}
