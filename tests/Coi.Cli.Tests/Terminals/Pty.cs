using System.Diagnostics;

namespace Coi.Cli.Tests.Terminals;

/// <summary>A real terminal: a tmux server of our own, in which a shell script runs.</summary>
internal sealed class Pty : IAsyncDisposable
{
    private readonly string _directory;
    private readonly string _server;

    private Pty(string directory)
    {
        _directory = directory;
        _server = Path.Combine(directory, "tmux.sock");
    }

    /// <summary>Runs a script in a terminal of 100 by 30.</summary>
    public static async Task<Pty> StartAsync(string directory, IReadOnlyDictionary<string, string> environment, string script)
    {
        var pty = new Pty(directory);
        var file = Path.Combine(directory, "script.sh");
        var exports = environment.Select(pair => $"export {pair.Key}='{pair.Value}'\n");
        await File.WriteAllTextAsync(file, string.Concat(exports) + script);
        await pty.TmuxAsync("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "-s", "t", "sh " + file);
        await pty.TmuxAsync("set-option", "-g", "remain-on-exit", "on");
        return pty;
    }

    /// <summary>Types keys, as tmux names them.</summary>
    public Task KeysAsync(params string[] keys) => TmuxAsync(["send-keys", "-t", "t", .. keys]);

    /// <summary>Makes the terminal another size.</summary>
    public Task ResizeAsync(int columns, int rows) => TmuxAsync("resize-window", "-t", "t", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>What is on the screen.</summary>
    public Task<string> ScreenAsync() => TmuxAsync("capture-pane", "-p", "-t", "t");

    /// <summary>Takes the terminal away, as closing a window does.</summary>
    public Task CloseAsync() => TmuxAsync("kill-server");

    /// <summary>Waits until a file has been written.</summary>
    public async Task<string> FileAsync(string name)
    {
        var path = Path.Combine(_directory, name);
        await Eventually.TrueAsync($"{name} is written", () => File.Exists(path) && new FileInfo(path).Length > 0, async () => await ScreenAsync());
        return (await File.ReadAllTextAsync(path)).Trim();
    }

    public async ValueTask DisposeAsync() => await TmuxAsync("kill-server");

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-S", _server, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("TMUX");
        start.Environment["LANG"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return await output;
    }
}

/// <summary>Waits for facts that nobody announces.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(string fact, Func<bool> holds, Func<Task<string>>? evidence = null)
    {
        var start = Stopwatch.StartNew();
        while (!holds())
        {
            if (start.Elapsed > TimeSpan.FromSeconds(90)) throw new TimeoutException($"still not: {fact}\n{(evidence is null ? "" : await evidence())}");
            await Task.Delay(20);
        }
    }
}
