using System.Text.Json.Nodes;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>A coi of a test's own: home, workspace, prefix of names, daemon; at its end nothing of it may be left in Incus.</summary>
internal sealed class CoiHome : IAsyncDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly TestUser? _user;
    private readonly DirectoryInfo _root;

    private CoiHome(ITestOutputHelper output, TestUser? user)
    {
        _output = output;
        _user = user;
        // Short: the daemon's socket lies in it, and its path may have no more than 107 bytes.
        _root = Directory.CreateTempSubdirectory("coi-e2e-");
        Prefix = $"e2e-{Path.GetFileName(_root.FullName)[^6..].ToLowerInvariant()}-";
        foreach (var directory in new[] { UserHome, Workspace }) Directory.CreateDirectory(directory);
        Environment = Clean();
        Environment["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
        Environment["HOME"] = UserHome;
        Environment["COI_HOME"] = State;
        Environment["COI_CONTAINER_PREFIX"] = Prefix;
        Environment["COI_USE_DUMMY"] = "1";
        Environment["LANG"] = "C.UTF-8";
        if (System.Environment.GetEnvironmentVariable("COI_TEST_SUBNET_POOL") is { Length: > 0 } pool) Configure($"network.subnet_pool = \"{pool}\"\n");
    }

    /// <summary>Directory that holds all of it.</summary>
    public string Root => _root.FullName;

    /// <summary>What <c>$COI_HOME</c> names.</summary>
    public string State => Path.Combine(Root, "coi");

    /// <summary>The user's home directory.</summary>
    public string UserHome => Path.Combine(Root, "home");

    /// <summary>The project that sessions work on.</summary>
    public string Workspace => Path.Combine(Root, "project");

    /// <summary>What the names of containers begin with.</summary>
    public string Prefix { get; }

    /// <summary>Environment of each call; null removes a variable of the tests' own.</summary>
    public Dictionary<string, string?> Environment { get; }

    /// <summary>
    /// How long a call may take. A start in Incus can stand still for a minute, after which coi starts the container once more (decision 8): that is
    /// to be seen through, and not to be taken for a call that never ends.
    /// </summary>
    public TimeSpan LaunchDeadline { get; set; } = TimeSpan.FromSeconds(150);

    /// <summary>Incus, past coi.</summary>
    public IncusView Incus { get; } = new();

    /// <summary>Makes one, for root or for another user.</summary>
    public static async Task<CoiHome> CreateAsync(ITestOutputHelper output, TestUser? user = null)
    {
        var home = new CoiHome(output, user);
        await home.Incus.RequireAsync();
        if (user is not null) await Shell.OutputAsync("chown", "-R", $"{user.Uid}:{user.Gid}", home.Root);
        return home;
    }

    /// <summary>Writes the user's configuration.</summary>
    public void Configure(string toml)
    {
        var directory = Directory.CreateDirectory(Path.Combine(UserHome, ".config", "coi"));
        File.AppendAllText(Path.Combine(directory.FullName, "config.toml"), toml);
    }

    /// <summary>The command that runs <c>coi</c> here, for a shell or a terminal.</summary>
    public IReadOnlyList<string> CommandLine(params IReadOnlyList<string> arguments) =>
        _user is null ? [Programs.Coi, .. arguments] : [.. _user.Become, _user.Uid == 0 ? Programs.Coi : Programs.CoiForOthers, .. arguments];

    /// <summary>Runs <c>coi</c> in the workspace.</summary>
    public Task<CommandOutcome> RunAsync(params IReadOnlyList<string> arguments) => RunInAsync(Workspace, arguments);

    /// <summary>Runs <c>coi</c> in a directory, with further variables.</summary>
    public async Task<CommandOutcome> RunInAsync(
        string directory, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? variables = null, string input = "", CancellationToken cancellationToken = default)
    {
        var environment = new Dictionary<string, string?>(Environment);
        foreach (var (name, value) in variables ?? new Dictionary<string, string?>()) environment[name] = value;
        var command = CommandLine(arguments);
        var outcome = await Shell.RunAsync(command[0], [.. command.Skip(1)], environment, directory, input, LaunchDeadline, cancellationToken);
        _output.WriteLine(outcome.ToString());
        return outcome;
    }

    /// <summary>Runs <c>coi</c>, which must succeed.</summary>
    /// <returns>What it wrote on standard output.</returns>
    public async Task<string> OutputAsync(params IReadOnlyList<string> arguments) => (await RunAsync(arguments)).Succeeded().Output;

    /// <summary>Starts a session in the background.</summary>
    /// <returns>The container's name.</returns>
    public async Task<string> StartAsync(params IReadOnlyList<string> arguments) => (await OutputAsync(["shell", "--background", .. arguments])).Trim();

    /// <summary>What a session's screen shows; empty when it cannot be seen.</summary>
    public async Task<string> ScreenAsync(string container)
    {
        var command = CommandLine("tmux", "capture", container);
        var outcome = await Shell.RunAsync(command[0], [.. command.Skip(1)], Environment, Workspace);
        if (outcome.ExitCode != 0) _output.WriteLine(outcome.ToString());
        return outcome.Output;
    }

    /// <summary>Waits until the tool of a session waits for words.</summary>
    public async Task PromptsAsync(string container)
    {
        var screen = "";
        await Eventually.IsTrueAsync(
            $"waiting for the tool in {container}", TimeSpan.FromSeconds(20),
            async () => (screen = (await ScreenAsync(container)).TrimEnd()).EndsWith('>'), () => screen);
    }

    /// <summary>Waits until a session's screen shows a text.</summary>
    public Task<string> ScreenShowsAsync(string container, string text, int seconds = 20) =>
        Eventually.ContainsAsync(text, TimeSpan.FromSeconds(seconds), () => ScreenAsync(container));

    /// <summary>Types a line into a session.</summary>
    public Task TypeAsync(string container, string text) => OutputAsync("tmux", "send", container, text);

    /// <summary>The listing.</summary>
    public async Task<Listing> ListAsync() => new(JsonNode.Parse(await OutputAsync("list", "--all", "--format=json"))?.AsObject() ?? []);

    /// <summary>Id of the session in a container.</summary>
    public async Task<string> SessionOfAsync(string container) =>
        (string?)(await ListAsync()).Find(container)?["session_id"] ?? throw new InvalidOperationException($"{container} is not listed");

    /// <summary>What is known of a session, or of the newest one of the workspace.</summary>
    public async Task<JsonObject> InfoAsync(params IReadOnlyList<string> session) =>
        JsonNode.Parse(await OutputAsync(["info", "--format=json", .. session]))?.AsObject() ?? [];

    /// <summary>Waits until a container is stopped and kept.</summary>
    public async Task IsKeptAsync(string container)
    {
        await Eventually.IsTrueAsync(
            $"waiting for {container} to be stopped and kept", TimeSpan.FromSeconds(60),
            async () => (await ListAsync()).Find(container) is { } listed && ((string?)listed["phase"], (string?)listed["status"]) == ("kept", "Stopped"));
        Assert.Equal("Stopped", (string?)(await Incus.InstanceAsync(container))?["status"]);
    }

    /// <summary>Waits until nothing of this coi is left in Incus.</summary>
    /// <returns>How long it took.</returns>
    public Task<TimeSpan> NothingIsLeftAsync(int seconds = 20)
    {
        IReadOnlyList<string> left = [];
        return Eventually.IsTrueAsync(
            $"waiting until nothing of {Prefix} is left in Incus", TimeSpan.FromSeconds(seconds),
            async () => (left = await Incus.BelongingsAsync(State, Prefix)).Count == 0, () => string.Join(", ", left));
    }

    /// <summary>Process id of the daemon; null when none runs.</summary>
    public async Task<int?> DaemonPidAsync()
    {
        var status = await RunAsync("daemon", "status");
        var line = status.Output.Split('\n').FirstOrDefault(l => l.Contains("Process:", StringComparison.Ordinal));
        return line is null ? null : int.Parse(line.Split(':')[1].Trim());
    }

    /// <summary>Ends the daemon as a power cut does.</summary>
    public async Task KillDaemonAsync()
    {
        if (await DaemonPidAsync() is { } pid) await Shell.OutputAsync("kill", "-9", pid.ToString());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        var kill = await RunAsync("kill", "--all", "--force");
        var stop = await RunAsync("daemon", "stop");
        Log();
        var left = await Incus.BelongingsAsync(State, Prefix);
        foreach (var thing in left) await Shell.RunAsync("incus", ["query", "-X", "DELETE", $"/1.0/{thing}{(thing.StartsWith("instances", StringComparison.Ordinal) ? "?force=1" : "")}"]);
        Incus.Dispose();
        _root.Delete(recursive: true);
        Assert.True(left.Count == 0, $"left behind: {string.Join(", ", left)}\n{kill}\n{stop}");
    }

    // Shown by the runner when the test fails.
    private void Log()
    {
        var log = Path.Combine(State, "logs", "coid.log");
        if (Directory.Exists(Path.GetDirectoryName(log)) && Directory.GetFiles(Path.GetDirectoryName(log)!, "coid*.log").Max() is { } newest)
            _output.WriteLine($"--- {newest}\n{string.Join('\n', File.ReadLines(newest).TakeLast(60))}");
    }

    private static Dictionary<string, string?> Clean() => System.Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => name.StartsWith("COI_", StringComparison.Ordinal) || name.StartsWith("CLAUDE_", StringComparison.Ordinal)
            || name.StartsWith("ANTHROPIC_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)
            || name is "TMUX" or "TMUX_PANE" or "COLORTERM")
        .ToDictionary(name => name, _ => (string?)null);
}
