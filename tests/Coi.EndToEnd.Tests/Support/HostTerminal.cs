namespace Coi.EndToEnd.Tests.Support;

/// <summary>A terminal of the host, as a person has it: a tmux server of its own with one window.</summary>
internal sealed class HostTerminal : IAsyncDisposable
{
    private readonly string _socket;

    private HostTerminal(string socket) => _socket = socket;

    /// <summary>Opens a terminal with a shell in it.</summary>
    /// <param name="coi">Whose environment and workspace the shell has.</param>
    /// <param name="columns">Width.</param>
    /// <param name="rows">Height.</param>
    public static async Task<HostTerminal> OpenAsync(CoiHome coi, int columns = 100, int rows = 30)
    {
        var terminal = new HostTerminal($"{coi.Prefix}{Guid.NewGuid():N}"[..24]);
        var variables = coi.Environment.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={pair.Value}");
        var cleared = coi.Environment.Where(pair => pair.Value is null).SelectMany(pair => new[] { "-u", pair.Key });
        await Shell.OutputAsync(
            "tmux",
            [
                "-L", terminal._socket, "-f", "/dev/null", "new-session", "-d", "-x", columns.ToString(), "-y", rows.ToString(), "-c", coi.Workspace,
                "env", .. cleared, .. variables, "PS1=ready> ", "bash", "--norc", "--noprofile",
            ]);
        await terminal.ShowsAsync("ready>");
        // The outer tmux must not take the key that is meant for the inner one.
        await terminal.TmuxAsync("set-option", "-g", "prefix", "None");
        await terminal.TmuxAsync("set-option", "-g", "status", "off");
        return terminal;
    }

    /// <summary>Types a line.</summary>
    public async Task TypeAsync(string line)
    {
        await TmuxAsync("send-keys", "-l", "--", line);
        await PressAsync("Enter");
    }

    /// <summary>Types a command of coi; when it ends <c>exit=</c> and its code are shown.</summary>
    public Task RunCoiAsync(string arguments) => TypeAsync($"{Programs.Coi} {arguments}; printf 'exit%s%d\\n' = $?");

    /// <summary>Presses keys, by tmux' names for them.</summary>
    public Task PressAsync(params IReadOnlyList<string> keys) => TmuxAsync(["send-keys", .. keys]);

    /// <summary>What the terminal shows.</summary>
    public Task<string> ScreenAsync() => TmuxAsync("capture-pane", "-p");

    /// <summary>Waits until the terminal shows a text.</summary>
    public Task<string> ShowsAsync(string text, int seconds = 30) => Eventually.ContainsAsync(text, TimeSpan.FromSeconds(seconds), ScreenAsync);

    /// <summary>Waits until a shell's prompt is the last thing on the terminal.</summary>
    public async Task<string> PromptsAsync(int seconds = 30)
    {
        var screen = "";
        await Eventually.IsTrueAsync(
            "waiting for the shell's prompt", TimeSpan.FromSeconds(seconds),
            async () => (screen = await ScreenAsync()).TrimEnd().EndsWith("ready>", StringComparison.Ordinal), () => screen);
        return screen;
    }

    /// <summary>Changes the terminal's size.</summary>
    public Task ResizeAsync(int columns, int rows) => TmuxAsync("resize-window", "-x", columns.ToString(), "-y", rows.ToString());

    /// <summary>Process id of what runs in the terminal's shell.</summary>
    public async Task<int> ChildPidAsync()
    {
        var shell = (await TmuxAsync("display-message", "-p", "#{pane_pid}")).Trim();
        var child = (await Shell.OutputAsync("ps", "-o", "pid=", "--ppid", shell)).Trim();
        return int.Parse(child);
    }

    /// <summary>Ends the terminal as closing its window does.</summary>
    public Task CloseAsync() => Shell.RunAsync("tmux", ["-L", _socket, "kill-server"]);

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task<string> TmuxAsync(params IReadOnlyList<string> arguments) => await Shell.OutputAsync("tmux", ["-L", _socket, .. arguments]);
}
